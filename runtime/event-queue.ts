/** Calls at moments of guest time, in order; the engine bounds its slices by the earliest. */
export class EventQueue {
  readonly #events: { at: number; handle: number; callback: () => void }[] = [];
  #handles = 0;

  /** Time of the earliest event in ns, infinite when there is none. */
  get next(): number {
    return this.#events[0]?.at ?? Infinity;
  }

  /** @param at guest time in ns */
  schedule(at: number, callback: () => void): number {
    const handle = ++this.#handles;
    let k = this.#events.length;
    while (k > 0 && this.#events[k - 1]!.at > at) k--;
    this.#events.splice(k, 0, { at, handle, callback });
    return handle;
  }

  cancel(handle: number): void {
    const k = this.#events.findIndex((e) => e.handle === handle);
    if (k >= 0) this.#events.splice(k, 1);
  }

  /** Calls back all whose time has come, also those that the callbacks add for a time that has come. */
  runUntil(now: number): void {
    while (this.#events.length > 0 && this.#events[0]!.at <= now) this.#events.shift()!.callback();
  }
}
