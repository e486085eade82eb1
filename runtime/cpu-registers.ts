import {
  CR_OFFSET,
  CTR_OFFSET,
  FPR_OFFSET,
  FPR_STRIDE,
  FPSCR_OFFSET,
  GPR_OFFSET,
  LR_OFFSET,
  MSR_OFFSET,
  PC_OFFSET,
  XER_SO_OFFSET,
} from '../jit/abi/layout.js';
import type { CpuState } from './cpu-state.js';

/** Values of registers by name (pc, msr, cr, xer, lr, ctr, fpscr, r0..r31, f0..f31, then SPRs asked for), at one moment. */
export type Registers = Readonly<Record<string, bigint>>;

/** An SPR to be shown: its name and number. */
export interface NamedSpr {
  readonly name: string;
  readonly number: number;
}

const SPECIAL_REGISTERS = [PC_OFFSET, MSR_OFFSET, LR_OFFSET, CTR_OFFSET];

const pair = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/**
 * A snapshot for debuggers and lockstep. On 32-bit models the upper halves, which mean nothing there, are left out.
 *
 * @param sprs further SPRs to include, from their storage
 */
export function registersOf(state: CpuState, sprs: readonly NamedSpr[] = []): Registers {
  const word = (high: number, low: number): bigint => (state.width === 64 ? pair(high, low) : BigInt(low));
  const all: Record<string, bigint> = {
    pc: word(state.pcHigh, state.pc),
    msr: word(state.msrHigh, state.msr),
    cr: BigInt(state.cr),
    xer: BigInt(state.xer),
    lr: word(state.lrHigh, state.lr),
    ctr: word(state.ctrHigh, state.ctr),
    fpscr: BigInt(state.fpscr),
  };
  for (let n = 0; n < 32; n++) all[`r${n}`] = word(state.gprHigh(n), state.gpr(n));
  for (let n = 0; n < 32; n++) all[`f${n}`] = pair(state.fprHigh(n), state.fprLow(n));
  for (const spr of sprs) all[spr.name] = word(state.sprHigh(spr.number), state.spr(spr.number));
  return all;
}

const hex = (value: bigint | undefined): string => (value === undefined ? 'absent' : `0x${value.toString(16).padStart(8, '0')}`);

/** The registers in which two snapshots differ, one readable line each; empty when they agree. */
export function compareRegisters(a: Registers, b: Registers): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => a[name] !== b[name]).map((name) => `${name}: ${hex(a[name])} != ${hex(b[name])}`);
}

/**
 * Whether two CPUs agree in all that `registersOf` shows without SPRs; no allocation, for lockstep after every instruction
 * or region.
 */
export function sameRegisters(a: CpuState, b: CpuState): boolean {
  const x = a.words;
  const y = b.words;
  const step = a.width === 64 ? 1 : 2; // 32-bit models: low words only
  for (let i = GPR_OFFSET >> 2; i < (GPR_OFFSET >> 2) + 64; i += step) if (x[i] !== y[i]) return false;
  for (const offset of SPECIAL_REGISTERS) {
    const i = offset >> 2;
    if (x[i] !== y[i] || (step === 1 && x[i + 1] !== y[i + 1])) return false;
  }
  for (let i = CR_OFFSET >> 2; i < (CR_OFFSET >> 2) + 8; i++) if (x[i] !== y[i]) return false;
  for (let i = XER_SO_OFFSET >> 2; i < (XER_SO_OFFSET >> 2) + 4; i++) if (x[i] !== y[i]) return false;
  if (x[FPSCR_OFFSET >> 2] !== y[FPSCR_OFFSET >> 2]) return false;
  for (let n = 0; n < 32; n++) {
    const i = (FPR_OFFSET + FPR_STRIDE * n) >> 2;
    if (x[i] !== y[i] || x[i + 1] !== y[i + 1]) return false;
  }
  return true;
}
