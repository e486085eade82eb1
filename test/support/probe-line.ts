import type { InterruptLine } from '../../src/bus/device.js';

/** An interrupt line that remembers its state and how often it was raised. */
export class ProbeLine implements InterruptLine {
  asserted = false;
  raised = 0;

  set(asserted: boolean): void {
    if (asserted && !this.asserted) this.raised++;
    this.asserted = asserted;
  }
}
