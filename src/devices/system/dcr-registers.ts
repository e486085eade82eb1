import type { DcrDevice } from '../../bus/device.js';

/** A unit of plain DCRs that hold what is written to them: arbiters and bridges whose settings a guest cannot observe. */
export class DcrRegisters implements DcrDevice {
  /** Everything a snapshot holds. */
  readonly state: { readonly values: Uint32Array };

  /**
   * @param count number of DCRs
   * @param initial values after reset by number within the unit; the others are 0
   */
  constructor(
    readonly name: string,
    count: number,
    private readonly initial: Readonly<Record<number, number>> = {},
  ) {
    this.state = { values: new Uint32Array(count) };
    this.reset();
  }

  reset(): void {
    this.state.values.fill(0);
    for (const [register, value] of Object.entries(this.initial)) this.state.values[Number(register)] = value;
  }

  readDcr(register: number): number {
    return this.state.values[register];
  }

  writeDcr(register: number, value: number): void {
    this.state.values[register] = value;
  }
}
