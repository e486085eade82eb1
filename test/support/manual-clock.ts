import type { Clock, TimerHandle } from '../../src/bus/device.js';

/** A clock for device tests: time passes only by `advance`. */
export class ManualClock implements Clock {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<TimerHandle, { atNs: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(atNs: number, callback: () => void): TimerHandle {
    this.#timers.set(this.#next, { atNs, callback });
    return this.#next++;
  }

  cancel(handle: TimerHandle): void {
    this.#timers.delete(handle);
  }

  /** How many calls are scheduled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets `ns` pass and makes the calls that fall due, in order of time. */
  advance(ns: number): void {
    const end = this.#now + ns;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.atNs <= end).sort(([, a], [, b]) => a.atNs - b.atNs)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].atNs);
      due[1].callback();
    }
    this.#now = end;
  }
}
