import type { ServiceName } from '../abi/services.js';
import type { LaneShape, SimdBinary, SimdShift, SimdUnary } from '../ir/simd.js';
import type { MsrBitName } from './registers.js';
import type { SprSet } from './sprs.js';
import type { Bit, Cell, EA, F64, I32, I64, Int, Source, V128, Word } from './values.js';

/** Size of a storage access that fits a Word, in bytes; 8 only on 64-bit models. */
export type Size = 1 | 2 | 4 | 8;

/** What a branch means to a return-address predictor: `call` sets LR, `return` goes to LR. */
export type BranchKind = 'jump' | 'call' | 'return';

/** What a lane of a shape is as a number; bytes and halfwords are the low bits of an I32. */
export type LaneValue<S extends LaneShape> = S extends 'i64x2' ? I64 : S extends 'f64x2' ? F64 : I32;

/** How a loaded value fills the register and how its bytes lie. */
export interface AccessOptions {
  /** Sign-extend instead of zero-extend. */
  readonly signed?: boolean;
  /** Byte-reversed (lwbrx and kin). */
  readonly reversed?: boolean;
}

/**
 * What an instruction's semantics may say. There is one implementation, the IR builder; interpreter, recompiler and
 * recorded effects are readings of the IR it builds. Values are constants when the instruction word is known (recompiler)
 * and run-time values when it is not (interpreter); everything folds in the first case, `when` included.
 *
 * Rules: all that may fault (storage accesses, `raise`) comes before any register is written; the builder refuses
 * definitions that break this. Integer operations take two values of the same kind.
 */
export interface Emitter {
  /** 32 or 64: the width of a Word on this CPU model. A TypeScript constant: plain `if` is allowed on it. */
  readonly width: 32 | 64;
  /** MSR[SF]: false in 32-bit mode (always false on 32-bit models). A TypeScript constant: part of the key. */
  readonly mode64: boolean;
  /** SPRs of the CPU model; absent where nothing is known of them: then all are the runtime's. */
  readonly sprs: SprSet | undefined;

  // --- Constants and integer arithmetic (pure) ---
  word(n: number): Word;
  i32(n: number): I32;
  /** A 64-bit constant, from its signed high and low words. */
  i64(high: number, low: number): I64;
  bit(on: boolean): Bit;
  /** The value of a 32-bit operand that is known, signed; undefined when only the running interpreter knows it. */
  constantOf(a: I32): number | undefined;
  add<T extends Int>(a: T, b: T): T;
  sub<T extends Int>(a: T, b: T): T;
  mul<T extends Int>(a: T, b: T): T;
  and<T extends Int>(a: T, b: T): T;
  or<T extends Int>(a: T, b: T): T;
  xor<T extends Int>(a: T, b: T): T;
  /** One's complement. */
  complement<T extends Int>(a: T): T;
  neg<T extends Int>(a: T): T;
  /** Shifts and rotates take their count modulo the width of `a`. */
  shl<T extends Int>(a: T, by: T): T;
  shrU<T extends Int>(a: T, by: T): T;
  shrS<T extends Int>(a: T, by: T): T;
  rotl<T extends Int>(a: T, by: T): T;
  clz<T extends Int>(a: T): T;
  ctz<T extends Int>(a: T): T;
  popcnt<T extends Int>(a: T): T;
  /** Division traps on zero and on overflow: guard the divisor with `select` first. */
  divS<T extends Int>(a: T, b: T): T;
  divU<T extends Int>(a: T, b: T): T;
  remS<T extends Int>(a: T, b: T): T;
  remU<T extends Int>(a: T, b: T): T;
  eq<T extends Int>(a: T, b: T): Bit;
  ne<T extends Int>(a: T, b: T): Bit;
  ltS<T extends Int>(a: T, b: T): Bit;
  ltU<T extends Int>(a: T, b: T): Bit;
  leS<T extends Int>(a: T, b: T): Bit;
  leU<T extends Int>(a: T, b: T): Bit;
  not(b: Bit): Bit;
  both(a: Bit, b: Bit): Bit;
  either(a: Bit, b: Bit): Bit;
  differ(a: Bit, b: Bit): Bit;
  /** Bit `lsb` of a value, counted from the least significant (0). */
  bitOf(a: Int, lsb: number): Bit;
  select<T extends Int | Bit | F64 | V128>(c: Bit, then: T, otherwise: T): T;

  // --- Between kinds (pure) ---
  /** The low 32 bits of a Word: itself on 32-bit models. */
  low32(a: Word): I32;
  /** Sign- or zero-extended to a Word. */
  extS(a: I32): Word;
  extU(a: I32): Word;
  /** Sign-extends the low 8, 16 or 32 bits in place. */
  ext8S<T extends Int>(a: T): T;
  ext16S<T extends Int>(a: T): T;
  ext32S(a: Word): Word;
  i64S(a: I32): I64;
  i64U(a: I32): I64;
  /** A Word as 64 bits (zero-extended on 32-bit models), and back (cut on 32-bit models). */
  i64OfWord(a: Word): I64;
  wordOfI64(a: I64): Word;
  low32Of64(a: I64): I32;
  bitAsI32(b: Bit): I32;
  bitAsWord(b: Bit): Word;
  bitsOfF64(a: F64): I64;
  f64OfBits(a: I64): F64;
  /** MASK(mb, me) of 32 bits: ones from bit mb to bit me, wrapping when mb > me (I 3.3.14). */
  mask32(mb: I32, me: I32): I32;
  /** The same in 64 bits. */
  mask64(mb: I32, me: I32): I64;
  byteReverse<T extends Int>(a: T, bytes: 2 | 4 | 8): T;
  ea(a: Word): EA;
  eaAsWord(a: EA): Word;

  // --- Vectors (pure). Operations are WebAssembly's (jit/ir/simd.ts); elements are numbered as the manual numbers them, 0 the most significant ---
  /** A constant, from its words, word 0 first. */
  const128(w0: number, w1: number, w2: number, w3: number): V128;
  simd1(op: SimdUnary, a: V128): V128;
  simd2(op: SimdBinary, a: V128, b: V128): V128;
  /** Shifts all lanes by a count taken modulo their width. */
  simdShift(op: SimdShift, a: V128, by: I32): V128;
  /** The 16 bytes of the result, byte 0 first: 0..15 are bytes of a, 16..31 those of b. */
  shuffle(a: V128, b: V128, bytes: readonly number[]): V128;
  /** Byte by byte: the byte of `a` that `indices` names in WebAssembly's numbering (15 is byte 0); 0 where it names none. */
  swizzle(a: V128, indices: V128): V128;
  /** Bits of `a` where the mask has ones, of `b` where it has zeros. */
  bitselect(a: V128, b: V128, mask: V128): V128;
  splat<S extends LaneShape>(shape: S, v: LaneValue<S>): V128;
  /** Element `element` of a vector; bytes and halfwords are zero-extended unless `signed`. */
  lane<S extends LaneShape>(shape: S, a: V128, element: number, signed?: boolean): LaneValue<S>;
  /** The vector with another element `element`. */
  withLane<S extends LaneShape>(shape: S, a: V128, element: number, v: LaneValue<S>): V128;
  /** Some bit is 1. */
  anyTrue(a: V128): Bit;
  /** No lane of the shape is 0. */
  allTrue(shape: Exclude<LaneShape, 'f64x2'>, a: V128): Bit;
  /** The sign bits of the lanes, element 0's the most significant. */
  bitmask(shape: Exclude<LaneShape, 'f64x2'>, a: V128): I32;

  // --- Architected state ---
  gpr(n: I32): Cell<Word>;
  /** The GPR after `n` (modulo 32), for pairs and quadwords. */
  fpr(n: I32): Cell<F64>;
  /** VSR n (0..63); doubleword 0 of the first 32 is the FPR of that number. */
  vsr(n: I32): Cell<V128>;
  /** VR n (0..31): VSR n + 32. */
  vr(n: I32): Cell<V128>;
  /** CR field n (0..7) as LT = 8, GT = 4, EQ = 2, SO = 1. */
  crField(n: I32): Cell<I32>;
  /** CR bit n (0..31 as the manual numbers them). */
  crBit(n: I32): Cell<Bit>;
  readonly xer: { readonly SO: Cell<Bit>; readonly OV: Cell<Bit>; readonly CA: Cell<Bit>; readonly rest: Cell<I32> };
  readonly lr: Cell<Word>;
  readonly ctr: Cell<Word>;
  /** Current instruction address. */
  readonly cia: Word;
  /** SPR that is plain storage, by its number. */
  spr(n: number): Cell<Word>;
  /** SPR storage seen as 64 bits, on any model. */
  spr64(n: number): Cell<I64>;
  /** Other state by its offset of jit/abi/layout.ts. */
  state32(offset: number): Cell<I32>;
  state64(offset: number): Cell<I64>;
  /** The whole MSR, for reading; writing is `writeMsr`. */
  readonly msr: Source<Word>;
  /** One MSR bit; a constant in the recompiler where the bit belongs to the key. */
  msrBit(name: MsrBitName): Bit;

  /**
   * Sets CR field `field` from comparing a with b, with XER.SO in bit 3. Stays abstract (operands, not four bits)
   * until a bit is asked for.
   */
  compare<T extends Int>(field: I32, a: T, b: T, signedness: 'signed' | 'unsigned'): void;
  /** CR0 from a result, as Rc = 1 does: in 32-bit mode from its low word. */
  recordCr0(result: Word): void;

  // --- Storage. Each may leave with an exception: nothing may have been written before. ---
  load(size: Size, ea: EA, options?: AccessOptions): Word;
  store(size: Size, ea: EA, v: Word, options?: AccessOptions): void;
  /** 8 bytes on any model (floating point, SPE). */
  loadDouble(ea: EA): I64;
  storeDouble(ea: EA, v: I64): void;
  /** 16 bytes at any address, as one number in the storage's byte order: in big-endian mode the first byte is byte 0, in little-endian mode byte 15. */
  loadVector(ea: EA): V128;
  storeVector(ea: EA, v: V128): void;
  /** lwarx and kin: alignment is checked, the reservation is set. */
  loadReserve(size: Size, ea: EA): Word;
  /** stwcx. and kin: true when stored. */
  storeConditional(size: Size, ea: EA, v: Word): Bit;
  /** lmw, stmw: registers rt..31 from and to consecutive words; restartable. */
  loadMultiple(rt: I32, ea: EA): void;
  storeMultiple(rs: I32, ea: EA): void;

  // --- Control ---
  when(c: Bit, then: () => void, otherwise?: () => void): void;
  /** The instruction's last word: goes to `target` when taken, else to the next instruction. */
  branch(taken: Bit, target: Word, kind: BranchKind): void;
  /**
   * Raises an exception of jit/abi/exits.ts (EXCEPTION_*), with the syndrome that goes to ESR, DSISR or SRR1, whatever
   * the model keeps it in. Ends the instruction; state must not have been written.
   */
  raise(exception: number, syndrome?: I32): void;
  /** The same behind the instruction's results: state has been written. The address is still the instruction's. */
  raiseAfter(exception: number, syndrome?: I32): void;
  /**
   * The instruction changed what code may run or mean (MSR, translation, code): everything is looked up anew after it.
   * Goes before `branch` if there is one.
   */
  resync(): void;
  /** In the recompiler: leaves this instruction to the interpreter. In the interpreter: nothing. First word of a definition. */
  interpretOnly(): void;
  /** Calls a service of jit/abi/services.ts; its result kind is given there. */
  call(service: ServiceName, ...args: readonly (Int | Bit | EA | F64 | V128)[]): number;
}
