/**
 * The Memory Access Layer of the 440EP (DCR 0x180 to 0x1FF), the DMA engine of its Ethernet controllers.
 * Source: PPC440EP User's Manual, "Memory Access Layer". No Ethernet controller is attached, so that channels
 * can be enabled but never move anything.
 */
import type { DcrDevice } from '../../bus/device.js';

/** First DCR on bamboo, and how many. */
export const MAL0_DCR = { BASE: 0x180, COUNT: 0x80 } as const;

const REGISTER = { CFG: 0x00, ESR: 0x01, TXCASR: 0x04, TXCARR: 0x05, TXEOBISR: 0x06, TXDEIR: 0x07 } as const;
const RECEIVE = { RXCASR: 0x10, RXCARR: 0x11, RXEOBISR: 0x12, RXDEIR: 0x13 } as const;
const CFG_SOFT_RESET = 0x80000000;
/** Reset value of CFG: PLB arbitration priority and burst lengths. */
const CFG_INITIAL = 0x0007c000;

export class Mal0 implements DcrDevice {
  readonly name = 'MAL0';
  /** Everything a snapshot holds: the registers by DCR number within the unit. */
  readonly state = { registers: new Uint32Array(MAL0_DCR.COUNT) };

  constructor() {
    this.reset();
  }

  reset(): void {
    this.state.registers.fill(0);
    this.state.registers[REGISTER.CFG] = CFG_INITIAL;
  }

  readDcr(register: number): number {
    const { registers } = this.state;
    // The reset registers read as the set registers do: which channels are active.
    if (register === REGISTER.TXCARR) return registers[REGISTER.TXCASR];
    if (register === RECEIVE.RXCARR) return registers[RECEIVE.RXCASR];
    return registers[register];
  }

  writeDcr(register: number, value: number): void {
    const { registers } = this.state;
    switch (register) {
      case REGISTER.CFG:
        if (value & CFG_SOFT_RESET) this.reset();
        else registers[register] = value;
        break;
      case REGISTER.TXCASR:
      case RECEIVE.RXCASR:
        registers[register] |= value;
        break;
      case REGISTER.TXCARR:
      case RECEIVE.RXCARR:
        registers[register - 1] &= ~value;
        break;
      case REGISTER.ESR:
      case REGISTER.TXEOBISR:
      case REGISTER.TXDEIR:
      case RECEIVE.RXEOBISR:
      case RECEIVE.RXDEIR:
        registers[register] &= ~value;
        break;
      default:
        registers[register] = value;
    }
  }
}
