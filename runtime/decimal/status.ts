/** The FPSCR after decimal instructions (Power ISA Book I, 4.2.2 and 5.2.2). */
import { FPSCR_HIGH_OFFSET, FPSCR_OFFSET } from '../../jit/abi/layout.js';
import { FPSCR } from '../../jit/isa/registers.js';
import type { CpuState } from '../cpu-state.js';
import { classOf, type Decimal, type DecimalFormat } from './number.js';
import type { DecimalEnvironment, Outcome } from './rounding.js';

const DRN = 7;
const FPCC_SHIFT = 12;
const FPCC = 0xf << FPCC_SHIFT;
const FPRF = 0x1f << FPCC_SHIFT;
const INVALID = ['VXSNAN', 'VXISI', 'VXIDI', 'VXZDZ', 'VXIMZ', 'VXVC', 'VXSOFT', 'VXSQRT', 'VXCVI'] as const;
const VX_ALL = INVALID.reduce((mask, name) => mask | FPSCR[name].mask, 0);
/** How far VX OX UX ZX XX lie above VE OE UE ZE XE, and those. */
const ENABLE_DISTANCE = 22;
const ENABLES = 0xf8;

/** FPRF of a datum: C, then < > = ? as of a result compared with zero; signalling NaNs have a code of their own here. */
function resultFlags(f: DecimalFormat, d: Decimal): number {
  const sign = d.negative ? 8 : 4;
  switch (classOf(f, d)) {
    case 'zero': return d.negative ? 0x12 : 0x02;
    case 'subnormal': return 0x10 | sign;
    case 'normal': return sign;
    case 'infinity': return sign | 1;
    case 'quiet': return 0x11;
    case 'signalling': return 0x01;
  }
} // prettier-ignore

/** The status of one CPU. What the floating-point facility has left to compute must be computed before. */
export class DecimalStatus {
  constructor(private readonly state: CpuState) {}

  get environment(): DecimalEnvironment {
    return { fpscr: this.#fpscr, mode: this.state.words[FPSCR_HIGH_OFFSET >> 2]! & DRN };
  }
  /** After an operation: FR and FI; FPRF if there is a result; exceptions. */
  deliver(outcome: Outcome): void {
    const { value, format } = outcome;
    this.deliverInteger(outcome);
    if (value) this.#replace(FPRF, resultFlags(format, value) << FPCC_SHIFT);
  }
  /** The same after a conversion to an integer, which leaves FPRF alone. */
  deliverInteger({ raised, inexact, incremented }: Pick<Outcome, 'raised' | 'inexact' | 'incremented'>): void {
    const { FR, FI } = FPSCR;
    this.#replace(FR.mask | FI.mask, (incremented ? FR.mask : 0) | (inexact ? FI.mask : 0));
    this.#raise(raised);
  }
  /** After a compare or test: FPCC, exceptions. */
  compared(field: number, raised = 0): void {
    this.#replace(FPCC, field << FPCC_SHIFT);
    this.#raise(raised);
  }

  get #fpscr(): number {
    return this.state.words[FPSCR_OFFSET >> 2]!;
  }
  #replace(mask: number, bits: number): void {
    this.state.words[FPSCR_OFFSET >> 2] = (this.#fpscr & ~mask) | bits;
  }
  /** Adds exception bits; FX notes a new one, VX and FEX follow. */
  #raise(raised: number): void {
    const old = this.#fpscr;
    let word = (old | raised) & ~(FPSCR.VX.mask | FPSCR.FEX.mask);
    if (raised & ~old) word |= FPSCR.FX.mask;
    if (word & VX_ALL) word |= FPSCR.VX.mask;
    if ((word >>> ENABLE_DISTANCE) & word & ENABLES) word |= FPSCR.FEX.mask;
    this.state.words[FPSCR_OFFSET >> 2] = word;
  }
}
