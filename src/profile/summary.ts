import { TIME_KINDS, type TimeKind } from '../../runtime/profile/time-kinds.js';
import type { SampleLog } from '../../runtime/profile/sample-log.js';

/** A guest function, or what stands for code without a name. */
export interface ProfiledSymbol {
  readonly name: string;
  /** Host time in the function itself, and in what the emulator did for it, in ms. */
  readonly selfMs: number;
  /** And in what it called, in ms. */
  readonly totalMs: number;
}

/** A profile in short. Times are of the host, in ms. */
export interface ProfileSummary {
  readonly ms: number;
  readonly samples: number;
  readonly instructions: number;
  /** Where the time went, longest first. */
  readonly kinds: readonly { readonly kind: TimeKind; readonly ms: number }[];
  /** The guest's functions, the one with the most time of its own first. */
  readonly symbols: readonly ProfiledSymbol[];
}

/** Adds the samples up. */
export function summarize(log: SampleLog, instructions: number): ProfileSummary {
  const kinds = new Map<TimeKind, number>();
  const self = new Map<number, number>();
  const total = new Map<number, number>();
  const add = <K>(sums: Map<K, number>, key: K, ms: number): void => void sums.set(key, (sums.get(key) ?? 0) + ms);
  for (const { reason, stack, ms } of log.samples()) {
    add(kinds, reason.kind, ms);
    const here = stack[stack.length - 1];
    if (here === undefined) continue;
    add(self, here, ms);
    for (const frame of new Set(stack)) add(total, frame, ms);
  }
  return {
    ms: log.totalMs,
    samples: log.length,
    instructions,
    kinds: [...kinds].map(([kind, ms]) => ({ kind, ms })).sort((a, b) => b.ms - a.ms),
    symbols: [...self].map(([n, selfMs]) => ({ name: log.frames[n]!, selfMs, totalMs: total.get(n)! })).sort((a, b) => b.selfMs - a.selfMs),
  };
} // prettier-ignore

/** The summary for people: where the time went, and the functions with the most time of their own. */
export function summaryText(summary: ProfileSummary, most = 15): string {
  const share = (ms: number): string => `${((100 * ms) / (summary.ms || 1)).toFixed(1).padStart(6)} %`;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(8)} s`;
  const lines = [`profile: ${(summary.ms / 1000).toFixed(2)} s, ${summary.instructions} instructions, ${summary.samples} samples`];
  for (const { kind, ms } of summary.kinds) lines.push(`${share(ms)} ${seconds(ms)}  ${TIME_KINDS[kind]}`);
  lines.push('  self      self      with callees  guest function');
  for (const { name, selfMs, totalMs } of summary.symbols.slice(0, most)) {
    lines.push(`${share(selfMs)} ${seconds(selfMs)} ${seconds(totalMs)}    ${name}`);
  }
  return `${lines.join('\n')}\n`;
}
