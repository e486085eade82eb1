import type { InterruptLine } from './device.js';

/** A wired-OR: several sources on one interrupt line, which is asserted while any of them is. */
export class SharedInterruptLine {
  #asserted = 0;

  /** @param target the line that the sources share */
  constructor(private readonly target: InterruptLine) {}

  /** A new source on the line, negated at first. */
  source(): InterruptLine {
    let state = false;
    return {
      set: (asserted) => {
        if (asserted === state) return;
        state = asserted;
        this.#asserted += asserted ? 1 : -1;
        this.target.set(this.#asserted > 0);
      },
    };
  }
}
