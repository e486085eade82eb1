/** Registers as decimal instructions see them. */
import { VSR_OFFSET } from '../../jit/abi/layout.js';
import type { CpuState } from '../cpu-state.js';
import { EXTENDED, type DecimalFormat } from './number.js';

const WORD = 0xffffffffn;
const low = (v: bigint): number => Number(v & WORD);
const FIRST_VR = 32;

/** Patterns of FPRs, of pairs of them (an even one, which is the more significant, and the next), and of VRs, of one CPU. */
export class DecimalRegisters {
  constructor(private readonly state: CpuState) {}

  fpr(n: number): bigint {
    return (BigInt(this.state.fprHigh(n)) << 32n) | BigInt(this.state.fprLow(n));
  }
  setFpr(n: number, pattern: bigint): void {
    this.state.setFpr(n, low(pattern), low(pattern >> 32n));
  }
  /** The register, or pair of registers, that holds a datum of a format. */
  read(f: DecimalFormat, n: number): bigint {
    return f === EXTENDED ? (this.fpr(n) << 64n) | this.fpr(n + 1) : this.fpr(n);
  }
  /** Shorter formats are extended with zeros on the left. */
  write(f: DecimalFormat, n: number, pattern: bigint): void {
    if (f !== EXTENDED) return this.setFpr(n, pattern);
    this.setFpr(n, pattern >> 64n);
    this.setFpr(n + 1, pattern);
  }
  vr(n: number): bigint {
    const first = this.#wordOfVr(n);
    return [3, 2, 1, 0].reduce((all, k) => (all << 32n) | BigInt(this.state.words[first + k]!), 0n);
  }
  setVr(n: number, pattern: bigint): void {
    const first = this.#wordOfVr(n);
    for (let k = 0; k < 4; k++) this.state.words[first + k] = low(pattern >> BigInt(32 * k));
  }
  #wordOfVr(n: number): number {
    return (VSR_OFFSET >> 2) + 4 * (FIRST_VR + n);
  }
}
