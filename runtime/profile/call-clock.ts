import type { AroundCalls } from '../engine-trace.js';
import { reasonOfCall, type TimeReason } from './time-kinds.js';

/** Who is told where time goes, while a profile is taken. */
export interface TimeKeeper {
  /** Time goes into something else from now on; returns what it went into before. Reasons are compared by identity. */
  enter(reason: TimeReason): TimeReason;
  /** Generated code runs from now on, until the next `enter`. */
  enterGuest(): TimeReason;
}

type Call = (...args: unknown[]) => unknown;

/**
 * Stands around all calls between generated code and the runtime, of a machine that may be profiled: says whose time it is. An engine that is
 * made without one has nothing in these places.
 */
export class CallClock {
  /** Who listens; undefined while no profile is taken. */
  keeper: TimeKeeper | undefined;

  /** For the engine: see AroundCalls. */
  readonly around: AroundCalls = (what, call) => {
    const really = call as unknown as Call;
    if (what === 'run') {
      return ((): void => {
        const { keeper } = this;
        const before = keeper?.enterGuest();
        really();
        if (before) keeper?.enter(before);
      }) as unknown as typeof call;
    }
    const reason = reasonOfCall(what);
    // Spelt out, because these are called often: no call has more arguments.
    return ((a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown, g: unknown, h: unknown): unknown => {
      const { keeper } = this;
      if (!keeper) return really(a, b, c, d, e, f, g, h);
      const before = keeper.enter(reason);
      const result = really(a, b, c, d, e, f, g, h);
      keeper.enter(before);
      return result;
    }) as unknown as typeof call;
  };
}
