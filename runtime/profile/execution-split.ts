/** Interpreted instructions cost about so many times what compiled ones do, as long as it has not been found out. */
const USUAL_RATIO = 12;
/** Share of what was found out that is kept with each further slice. */
const MEMORY = 0.999;

/**
 * Divides the time of slices between interpreter and compiled code. How many instructions each executed is known exactly; what one costs in each
 * follows from the slices so far, by least squares.
 */
export class ExecutionSplit {
  #ii = 0;
  #ic = 0;
  #cc = 0;
  #it = 0;
  #ct = 0;

  /** Cost of an interpreted instruction, with that of a compiled one as 1. */
  get ratio(): number {
    const determinant = this.#ii * this.#cc - this.#ic * this.#ic;
    if (determinant <= 1e-6 * this.#ii * this.#cc) return USUAL_RATIO;
    const interpreted = this.#it * this.#cc - this.#ct * this.#ic;
    const compiled = this.#ct * this.#ii - this.#it * this.#ic;
    if (interpreted <= 0 || compiled <= 0) return USUAL_RATIO;
    return Math.min(200, Math.max(1, interpreted / compiled));
  }

  /**
   * A slice was executed.
   * @param ms host time in generated code
   * @param interpreted instructions
   * @param compiled instructions
   * @returns how much of the time was the interpreter's, in ms
   */
  add(ms: number, interpreted: number, compiled: number): number {
    const { ratio } = this;
    const cost = interpreted * ratio + compiled;
    if (cost <= 0) return ms;
    // Each slice counts by how long it is, not by the square of it; one that was interrupted by the host for long says nothing.
    if (ms > 0 && ms < 4) {
      const weight = 1 / (interpreted + compiled);
      this.#ii = this.#ii * MEMORY + weight * interpreted * interpreted;
      this.#ic = this.#ic * MEMORY + weight * interpreted * compiled;
      this.#cc = this.#cc * MEMORY + weight * compiled * compiled;
      this.#it = this.#it * MEMORY + weight * interpreted * ms;
      this.#ct = this.#ct * MEMORY + weight * compiled * ms;
    }
    return (ms * interpreted * ratio) / cost;
  }
}
