/** A moment as RTAS writes it, in universal time. */
export interface TimeOfDay {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Nanoseconds within the second. */
  readonly ns: number;
}

/** A clock with the time of day, which the guest may set. */
export class WallClock {
  #offset = 0;

  /** @param time the time outside: milliseconds since 1970, universal time */
  constructor(private readonly time: () => number) {}

  get(): TimeOfDay {
    const ms = this.time() + this.#offset;
    const whole = new Date(Math.floor(ms));
    return {
      year: whole.getUTCFullYear(),
      month: whole.getUTCMonth() + 1,
      day: whole.getUTCDate(),
      hour: whole.getUTCHours(),
      minute: whole.getUTCMinutes(),
      second: whole.getUTCSeconds(),
      ns: Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1e6),
    };
  }

  /** Sets the time. Returns whether there is such a moment. */
  set({ year, month, day, hour, minute, second, ns }: TimeOfDay): boolean {
    const ms = Date.UTC(year, month - 1, day, hour, minute, second) + ns / 1e6;
    const wanted = [year, month, day, hour, minute, second];
    const date = new Date(ms);
    const got = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]; // prettier-ignore
    if (wanted.some((value, n) => value !== got[n]) || ns >= 1e9) return false;
    this.#offset = ms - this.time();
    return true;
  }
}
