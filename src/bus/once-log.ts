import type { DeviceLog } from './device.js';

/** A guest that sweeps an empty range must not fill the host's memory or screen. */
const LIMIT = 256;

/** Passes each distinct message on once, and after `LIMIT` of them says that it stops. */
export class OnceLog implements DeviceLog {
  readonly #seen = new Set<string>();

  /** @param source shown in the last message; @param log where messages go */
  constructor(
    private readonly source: string,
    private readonly log: DeviceLog,
  ) {}

  unimplemented(message: string): void {
    if (this.#seen.size > LIMIT || this.#seen.has(message)) return;
    this.#seen.add(message);
    this.log.unimplemented(this.#seen.size > LIMIT ? `${this.source}: further accesses of this kind are not reported` : message);
  }
}
