/** Executions that pay for translating one instruction in one microsecond: one over the microseconds that an execution is quicker compiled. */
const EXECUTIONS_PER_MICROSECOND = 200;
/** What translating an instruction takes at first, in µs, while the host has hardly compiled the translator itself. */
const COLD_MICROSECONDS = 40;
/** Instructions whose cost makes up most of what is known. */
const MEMORY_INSTRUCTIONS = 4000;
/** Executions below which translations come too often to the same code: what is not executed yet is not translated. */
const LEAST = 500;

/**
 * How hot code must be to be translated, from what translating costs: as many executions as would have paid for it. The cost of an instruction falls
 * to a quarter within the first tens of thousands.
 */
export class AdaptiveThreshold {
  #microseconds = COLD_MICROSECONDS;

  /** @param most executions that can be counted */
  constructor(private readonly most: number) {}

  /** So many instructions were translated. */
  note(instructions: number, cpuMs: number): void {
    if (instructions === 0) return;
    const weight = instructions / (instructions + MEMORY_INSTRUCTIONS);
    this.#microseconds += weight * ((cpuMs * 1000) / instructions - this.#microseconds);
  }

  /** Executions of a branch target from which on it is translated. */
  get executions(): number {
    return Math.min(this.most, Math.max(LEAST, Math.round(this.#microseconds * EXECUTIONS_PER_MICROSECOND)));
  }
}
