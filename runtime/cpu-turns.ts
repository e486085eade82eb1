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
  /** Number of the instruction with which the turn ends; infinite while nobody else could run. How slices are cut must not matter. */
  #end = Infinity;
  #preferred: number | undefined;

  /**
   * @param now instructions executed so far, exact whenever this is told of something
   * @param shorten lets the slice that is running end after so many instructions
   */
  constructor(
    readonly engine: Engine,
    private readonly now: () => number,
    private readonly shorten: (instructions: number) => void,
  ) {}

  /** Instructions until another CPU must have its turn; infinite when no other one could run. */
  get instructionsLeft(): number {
    if (!this.#anotherRunnable(this.engine.cpu)) return Infinity;
    return this.#end === Infinity ? TURN_INSTRUCTIONS : this.#end - this.now();
  }

  /**
   * Gives the next CPU its turn if that of the current one is over or it cannot run.
   * @returns whether any CPU can run
   */
  choose(): boolean {
    const { cpus, cpu } = this.engine;
    if (this.#isRunnable(cpu)) {
      this.#plan(cpu);
      if (this.now() < this.#end) {
        this.onRuns(cpu.number);
        return true;
      }
    }
    const preferred = this.#preferred === undefined ? undefined : cpus[this.#preferred];
    const order = cpus.map((_, k) => cpus[(cpu.number + 1 + k) % cpus.length]!);
    const next = preferred && this.#isRunnable(preferred) ? preferred : order.find((other) => this.#isRunnable(other));
    if (!next) return cpus.length === 1;
    this.#preferred = undefined;
    this.#end = Infinity;
    this.#plan(next);
    if (next !== cpu) this.onLeft(cpu.number);
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
    this.#end = other.#end;
    this.#preferred = other.#preferred;
    if (next !== from) this.onLeft(from);
    this.engine.activate(next);
    if (runs) this.onRuns(next);
  }

  /** The current CPU gives the rest of its turn away. @param to who is next, if it can run; undefined for whose turn it is */
  endTurn(to: number | undefined): void {
    this.#end = this.now();
    this.#preferred = to;
    this.shorten(1);
  }

  /** A CPU can run that could not before, or the other way round. */
  runnableChanged(number: number): void {
    const cpu = this.engine.cpus[number]!;
    if (cpu === this.engine.cpu) return;
    if (!this.#isRunnable(cpu)) {
      if (!this.#anotherRunnable(this.engine.cpu)) this.#end = Infinity;
      return;
    }
    const end = this.now() + WOKEN_INSTRUCTIONS;
    if (this.#end <= end) return;
    this.#end = end;
    this.#preferred = number;
    this.shorten(WOKEN_INSTRUCTIONS);
  }

  /** The turn of a CPU ends if there is another one, and then some time. */
  #plan(cpu: EngineCpu): void {
    if (!this.#anotherRunnable(cpu)) this.#end = Infinity;
    else if (this.#end === Infinity) this.#end = this.now() + TURN_INSTRUCTIONS;
  }
  #isRunnable(cpu: EngineCpu): boolean {
    return cpu.online && !cpu.core.waiting();
  }
  #anotherRunnable(than: EngineCpu): boolean {
    return this.engine.cpus.some((cpu) => cpu !== than && this.#isRunnable(cpu));
  }
}
