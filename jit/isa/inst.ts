import type { Emitter } from './emitter.js';
import type { Operand } from './operands.js';

/** A run of instruction bits, numbered as the Power ISA prints them: bit 0 is the most significant. */
export interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly signed?: true;
  /** How far left the value is shifted after extraction. */
  readonly shift?: number;
  /** The interpreter has one handler for each value of this field (suffix bits: Rc, OE, LK, AA). */
  readonly variant?: true;
}

/** Facilities a CPU model may have; a definition is decoded only where all it needs is present. */
export type Feature =
  | 'fpu' | 'fsqrt' | 'book3s' | 'booke' | '64bit' | 'tlb440' | 'tlbMas' | 'tlb603' | '440' | 'dcr' | 'isel' | 'popcntb' | 'cmpb' | 'isa205' | 'isa206' | 'isa207'
  | 'graphics' // stfiwx, fsel, fres, frsqrte: the optional group of the 32-bit architecture
  | 'lwsync' | 'string' | 'vmx' | 'vsx' | 'spe' | 'dfp' | 'hypervisor' | 'segments32' | 'slb' | 'eciwx' | 'mftb' | 'wait' | 'mcrxr'
  | 'mac' // 16-bit multiply-accumulate and dlmzb of the 4xx
  | 'dcrx' | 'enhancedDebug' | 'doorbell' | 'externalPid' | 'performanceMonitor' | 'cacheLock'; // prettier-ignore

type AnyOperand = Operand<string, unknown>;
type HandleOf<O> = O extends Operand<string, infer H> ? H : never;
/** What a definition's semantics receive: each operand's handle by its name. */
export type Bound<L extends readonly AnyOperand[]> = { readonly [O in L[number] as O['name']]: HandleOf<O> };

/** The fixed bits of an encoding; what neither it nor an operand covers is reserved (ignored when decoding). */
export interface Form {
  readonly name: string;
  readonly fixed: readonly (readonly [from: number, to: number, value: number])[];
}
const primary = (opcd: number) => [0, 5, opcd] as const;
const form = (name: string, ...fixed: (readonly [number, number, number])[]): Form => ({ name, fixed });

/** The forms of Book I 1.6; `xo` is the extended opcode, `rc` a record bit that is always so. */
export const I = (opcd: number): Form => form('I', primary(opcd));
export const B = (opcd: number): Form => form('B', primary(opcd));
export const SC = (opcd: number): Form => form('SC', primary(opcd), [30, 30, 1]);
export const D = (opcd: number): Form => form('D', primary(opcd));
export const DS = (opcd: number, xo: number): Form => form('DS', primary(opcd), [30, 31, xo]);
export const DQ = (opcd: number): Form => form('DQ', primary(opcd));
export const M = (opcd: number): Form => form('M', primary(opcd));
export const MD = (opcd: number, xo: number): Form => form('MD', primary(opcd), [27, 29, xo]);
export const MDS = (opcd: number, xo: number): Form => form('MDS', primary(opcd), [27, 30, xo]);
export const A = (opcd: number, xo: number): Form => form('A', primary(opcd), [26, 30, xo]);
/** X, XL, XFX, XFL: ten bits of extended opcode. */
export const X = (opcd: number, xo: number, rc?: 0 | 1): Form =>
  rc === undefined ? form('X', primary(opcd), [21, 30, xo]) : form('X', primary(opcd), [21, 30, xo], [31, 31, rc]);
/** XO: nine bits of extended opcode, OE before them. */
export const XO = (opcd: number, xo: number): Form => form('XO', primary(opcd), [22, 30, xo]);
/** XS: sradi. */
export const XS = (opcd: number, xo: number): Form => form('XS', primary(opcd), [21, 29, xo]);
/** Z22, Z23: decimal floating point, nine and eight bits of extended opcode before Rc. */
export const Z22 = (opcd: number, xo: number): Form => form('Z22', primary(opcd), [22, 30, xo]);
export const Z23 = (opcd: number, xo: number): Form => form('Z23', primary(opcd), [23, 30, xo]);
/** VX, VA, VC: vector instructions with eleven bits of extended opcode, with six, with ten behind a record bit. */
export const VX = (xo: number): Form => form('VX', primary(4), [21, 31, xo]);
export const VA = (xo: number): Form => form('VA', primary(4), [26, 31, xo]);
export const VC = (xo: number): Form => form('VC', primary(4), [22, 31, xo]);
/** Any other fixed bits on top of a form. */
export const withBits = (f: Form, ...more: (readonly [number, number, number])[]): Form => ({ name: f.name, fixed: [...f.fixed, ...more] });

export interface Facts {
  /** Book and section of Power ISA 2.07B, or the manual that defines it. */
  readonly see: string;
  readonly needs?: readonly Feature[];
  /** Not decoded on models that have one of these (an encoding that another facility took over). */
  readonly absent?: readonly Feature[];
  /** A privileged-instruction exception is raised in problem state; the builder does it, the semantics need not. */
  readonly privileged?: true;
  /** Not in 32-bit implementations. */
  readonly only64?: true;
}

export interface Instruction {
  readonly mnemonic: string;
  readonly form: Form;
  readonly operands: readonly AnyOperand[];
  readonly facts: Facts;
  /** Fixed bits of the encoding, and their values. Unsigned. */
  readonly mask: number;
  readonly match: number;
  readonly semantics: (e: Emitter, o: Record<string, unknown>) => void;
}

const place = (from: number, to: number, value: number) => {
  const ones = to - from === 31 ? 0xffffffff : 2 ** (to - from + 1) - 1;
  return ((value & ones) << (31 - to)) >>> 0;
};

/** Extracts a field from a known instruction word, as a signed 32-bit number. */
export function extract(word: number, f: Field): number {
  const width = f.to - f.from + 1;
  const left = word << f.from;
  return (f.signed ? left >> (32 - width) : left >>> (32 - width)) << (f.shift ?? 0);
}

/** Puts a value into a field of an instruction word; bits that do not fit are lost. */
export function insert(word: number, f: Field, value: number): number {
  const mask = place(f.from, f.to, -1);
  return ((word & ~mask) | place(f.from, f.to, value >> (f.shift ?? 0))) >>> 0;
}

/**
 * Defines one instruction: the only place where it is described.
 * @throws Error when its bits overlap
 */
export function inst<const L extends readonly AnyOperand[]>(
  mnemonic: string,
  form: Form,
  operands: L,
  facts: Facts,
  semantics: (e: Emitter, o: { readonly [O in L[number] as O['name']]: HandleOf<O> }) => void,
): Instruction {
  let mask = 0;
  let match = 0;
  const claim = (from: number, to: number, what: string) => {
    const m = place(from, to, -1);
    if (mask & m) throw new Error(`${mnemonic}: ${what} overlaps bits already taken`);
    mask = (mask | m) >>> 0;
  };
  for (const [from, to, value] of form.fixed) {
    claim(from, to, form.name);
    match = (match | place(from, to, value)) >>> 0;
  }
  const fixed = mask;
  for (const o of operands) for (const f of o.fields) claim(f.from, f.to, o.name);
  return { mnemonic, form, operands, facts, mask: fixed, match, semantics: semantics as Instruction['semantics'] };
}
