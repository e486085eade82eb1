import type { Engine } from './engine.js';
import type { EngineCpu } from './engine-cpu.js';

/** Instructions of a turn while other CPUs could run. */
const TURN_INSTRUCTIONS = 50_000;
/** Instructions that are left of a turn when another CPU is woken: what it was woken for shall not wait long. */
const WOKEN_INSTRUCTIONS = 5_000;

/**
 * Which CPU runs: one after the other, for a number of instructions. Nothing here depends on the host's time, so that machines whose time follows
 * the instruction count take the same turns in every run.
 */
export class CpuTurns {
  /** Told of the CPU that is about to run, each time. */
  onRuns: (cpu: number) => void = () => {};
  /** Told of the CPU that does not go on because another one runs. */
  onLeft: (cpu: number) => void = () => {};
  #left = TURN_INSTRUCTIONS;
  #preferred: number | undefined;

  /** @param shorten lets the slice that is running end after so many instructions */
  constructor(
    readonly engine: Engine,
    private readonly shorten: (instructions: number) => void,
  ) {}

  /** Instructions until another CPU must have its turn; infinite when no other one could run. */
  get instructionsLeft(): number {
    return this.#anotherRunnable() ? this.#left : Infinity;
  }

  /**
   * Gives the next CPU its turn if that of the current one is over or it cannot run.
   * @returns whether any CPU can run
   */
  choose(): boolean {
    const { cpus } = this.engine;
    const from = this.engine.cpu.number;
    if ((this.#left > 0 || cpus.length === 1) && this.#isRunnable(this.engine.cpu)) {
      this.onRuns(from);
      return true;
    }
    if (cpus.length === 1) return true;
    const preferred = this.#preferred === undefined ? undefined : cpus[this.#preferred];
    this.#preferred = undefined;
    const order = cpus.map((_, k) => cpus[(from + 1 + k) % cpus.length]!);
    const next = preferred && this.#isRunnable(preferred) ? preferred : order.find((cpu) => this.#isRunnable(cpu));
    if (!next) return false;
    this.#left = TURN_INSTRUCTIONS;
    if (next.number !== from) this.onLeft(from);
    this.engine.activate(next.number);
    this.onRuns(next.number);
    return true;
  }

  /**
   * Takes the turns that another engine's CPUs take, in lockstep.
   * @param runs whether any of them can run
   */
  follow(other: CpuTurns, runs: boolean): void {
    const from = this.engine.cpu.number;
    const next = other.engine.cpu.number;
    this.#left = other.#left;
    this.#preferred = other.#preferred;
    if (next !== from) this.onLeft(from);
    this.engine.activate(next);
    if (runs) this.onRuns(next);
  }

  /** So many instructions of the turn were executed. */
  spend(instructions: number): void {
    this.#left -= instructions;
  }

  /** The current CPU gives the rest of its turn away. @param to who is next, if it can run; undefined for whose turn it is */
  endTurn(to: number | undefined): void {
    this.#left = 0;
    this.#preferred = to;
    this.shorten(1);
  }

  /** A CPU can run that could not before, or the other way round. */
  runnableChanged(number: number): void {
    const cpu = this.engine.cpus[number]!;
    if (cpu === this.engine.cpu || !this.#isRunnable(cpu) || this.#left <= WOKEN_INSTRUCTIONS) return;
    this.#left = WOKEN_INSTRUCTIONS;
    this.#preferred = number;
    this.shorten(WOKEN_INSTRUCTIONS);
  }

  #isRunnable(cpu: EngineCpu): boolean {
    return cpu.online && !cpu.core.waiting();
  }
  #anotherRunnable(): boolean {
    return this.engine.cpus.some((cpu) => cpu !== this.engine.cpu && this.#isRunnable(cpu));
  }
}
