import { ACCESS_WRITE } from '../abi/exits.js';
import {
  EXCEPTION_OFFSET,
  SOFT_TLB_ADDEND_32,
  SOFT_TLB_ADDEND_64,
  SOFT_TLB_READ,
  SOFT_TLB_WRITE_32,
  SOFT_TLB_WRITE_64,
} from '../abi/layout.js';
import type { FunctionName } from '../abi/functions.js';
import { I64, V128, type IrType } from '../ir/ir.js';
import { SIMD_EXTRACT, SIMD_REPLACE, SIMD_SPLAT } from '../ir/simd.js';
import { Lowering } from './lowering.js';
import { LOAD, STORE, W, WASM_I32, WASM_V128 } from './wasm.js';

/** Storage accesses: looked up in the soft TLB, done by the slow path when they are not found there. */
export abstract class StorageLowering extends Lowering {
  protected abstract readonly readSlow: FunctionName;
  protected abstract readonly writeSlow: FunctionName;

  /**
   * Looks `ea` (a local) up in the soft TLB: pushes the entry's tag and what it must be for an access of `size` bytes that lies as the quick way
   * needs it (see {@link placement}). The entry's address is left in the local `entry`.
   * @param offset the table's: SOFT_TLB_READ or `writeTable`
   */
  protected lookUp(ea: number, entry: number, offset: number, size: number): void {
    const { sink } = this;
    this.context();
    if (this.target.width === 64) return this.#lookUp64(ea, entry, offset, size);
    sink.get(ea);
    sink.const32(9);
    sink.op(W.i32shrU);
    sink.const32(0x1ff8);
    sink.op(W.i32and);
    sink.op(W.i32add);
    sink.tee(entry);
    sink.load(LOAD.i32, offset);
    this.expectedTag(ea, size);
  }

  /** Pushes what the tag of the entry for an access must be. */
  protected expectedTag(ea: number, size: number): void {
    const { sink } = this;
    const { reach, misplaced } = this.placement(size);
    sink.get(ea);
    if (this.target.width === 64) {
      if (reach !== 0) {
        sink.const64(reach, 0);
        sink.op(W.i64add);
      }
      sink.const64(0xfffff000 | misplaced, -1);
      sink.op(W.i64and);
      return;
    }
    if (reach !== 0) {
      sink.const32(reach);
      sink.op(W.i32add);
    }
    sink.const32(0xfffff000 | misplaced);
    sink.op(W.i32and);
  }

  /**
   * What the quick way of an access wants: the byte at distance `reach` lies in the page, too, and address bits `misplaced` are 0. In RAM of
   * host-endian words accesses must be aligned, vectors to words, for they are words turned around; other RAM only wants one page.
   */
  protected placement(size: number): { readonly reach: number; readonly misplaced: number } {
    if (!this.target.swizzled) return { reach: size - 1, misplaced: 0 };
    return size === 16 ? { reach: 12, misplaced: 3 } : { reach: 0, misplaced: size - 1 };
  }

  #lookUp64(ea: number, entry: number, offset: number, size: number): void {
    const { sink } = this;
    sink.get(ea);
    sink.op(W.i32wrapI64);
    sink.const32(8);
    sink.op(W.i32shrU);
    sink.const32(0x3ff0);
    sink.op(W.i32and);
    sink.op(W.i32add);
    sink.tee(entry);
    sink.load(LOAD.i64, offset);
    this.expectedTag(ea, size);
  }
  /** Compares what lookUp has pushed. */
  protected tagsAgree(): void {
    this.sink.op(this.target.width === 64 ? W.i64eq : W.i32eq);
  }
  protected tagsDiffer(): void {
    this.sink.op(this.target.width === 64 ? W.i64ne : W.i32ne);
  }
  /** The table of stores, seen from a context's address. */
  protected get writeTable(): number {
    return this.target.width === 64 ? SOFT_TLB_WRITE_64 : SOFT_TLB_WRITE_32;
  }
  /** Pushes the host address of `ea` (a local) from the soft-TLB entry (a local) found for it. */
  protected hostAddress(ea: number, entry: number, table: number): void {
    const { sink } = this;
    const wide = this.target.width === 64;
    sink.get(ea);
    if (wide) sink.op(W.i32wrapI64);
    sink.get(entry);
    sink.load(LOAD.i32, table + (wide ? SOFT_TLB_ADDEND_64 : SOFT_TLB_ADDEND_32));
    sink.op(W.i32add);
  }

  protected load(n: number): void {
    const { ir, sink } = this;
    const size = ir.b[n]!;
    if (size === 16) return this.#loadVector(n);
    const ea = this.inLocal(ir.a[n]!);
    const host = this.scratch(WASM_I32);
    this.lookUp(ea, host, SOFT_TLB_READ, size);
    this.tagsAgree();
    this.open(() => sink.if());
    this.hostAddress(ea, host, SOFT_TLB_READ);
    sink.set(host);
    sink.else();
    sink.get(ea);
    sink.const32(size);
    sink.call(this.functions.get(this.readSlow)!);
    sink.tee(host);
    sink.op(W.i32eqz);
    this.open(() => sink.if());
    this.fault(n);
    this.close();
    this.close();
    sink.get(host);
    this.loadHost(size, ir.c[n] === 1, 0, ir.type[n]!);
    this.result(n);
  }

  /**
   * Where an access of 1 or 2 bytes lies in memory of host-endian words, from the address on the stack plus an offset; returns the offset
   * that is left for the memory instruction.
   * @param aligned the address is known to be that of a word
   */
  #swizzle(size: number, offset: number, aligned: boolean): number {
    const { sink } = this;
    if (!this.target.swizzled || size >= 4) return offset;
    if (aligned) return offset ^ (4 - size);
    if (offset !== 0) {
      sink.const32(offset);
      sink.op(W.i32add);
    }
    sink.const32(4 - size);
    sink.op(W.i32xor);
    return 0;
  }

  /** Loads from the host address on the stack plus an offset. */
  protected loadHost(size: number, signed: boolean, from: number, type: IrType, aligned = false): void {
    const { sink } = this;
    const offset = this.#swizzle(size, from, aligned);
    if (size === 16) {
      sink.load(LOAD.v128, offset);
      return this.#reverseWords();
    }
    if (size === 8) {
      sink.load(LOAD.i64, offset);
      if (this.target.swizzled) {
        sink.const64(32, 0);
        sink.op(W.i64rotl);
      }
      return;
    }
    sink.load(size === 4 ? LOAD.i32 : size === 2 ? (signed ? LOAD.i32s16 : LOAD.i32u16) : signed ? LOAD.i32s8 : LOAD.i32u8, offset);
    if (type === I64) sink.op(signed ? W.i64extendI32S : W.i64extendI32U);
  }

  protected store(n: number): void {
    const { ir, sink } = this;
    const size = ir.b[n]!;
    if (size === 16) return this.#storeVector(n);
    const ea = this.inLocal(ir.a[n]!);
    const value = this.inLocal(ir.c[n]!);
    const wide = ir.type[ir.c[n]!] === I64;
    const host = this.scratch(WASM_I32);
    this.lookUp(ea, host, this.writeTable, size);
    this.tagsAgree();
    this.open(() => sink.if());
    this.hostAddress(ea, host, this.writeTable);
    this.storeHost(size, () => sink.get(value), wide, 0);
    sink.else();
    sink.get(ea);
    sink.const32(size);
    sink.get(value);
    if (!wide) sink.op(W.i64extendI32U);
    sink.call(this.functions.get(this.writeSlow)!);
    sink.op(W.i32eqz);
    this.open(() => sink.if());
    this.fault(n);
    this.close();
    this.close();
  }

  /** Stores a value at the host address on the stack plus an offset. */
  protected storeHost(size: number, value: () => void, wide: boolean, at: number, aligned = false): void {
    const { sink } = this;
    const offset = this.#swizzle(size, at, aligned);
    value();
    if (size === 16) {
      this.#reverseWords();
      return sink.store(STORE.v128, offset);
    }
    if (size === 8) {
      if (this.target.swizzled) {
        sink.const64(32, 0);
        sink.op(W.i64rotl);
      }
      return sink.store(STORE.i64, offset);
    }
    if (wide) sink.op(W.i32wrapI64);
    sink.store(size === 4 ? STORE.i32 : size === 2 ? STORE.i32as16 : STORE.i32as8, offset);
  }

  // --- 16 bytes: the quick way when they lie as it needs them, else two double words ---
  /** Between a vector and memory of host-endian words: the first word in memory is the most significant. */
  #reverseWords(): void {
    if (!this.target.swizzled) return;
    const { sink } = this;
    const vector = this.scratch(WASM_V128);
    sink.tee(vector);
    sink.get(vector);
    sink.shuffle(0x0f0e0d0c, 0x0b0a0908, 0x07060504, 0x03020100);
  }
  /** Pushes the address of an access's second double word. */
  #secondHalf(ea: number): void {
    const { sink } = this;
    sink.get(ea);
    this.#addToAddress(8);
  }
  #addToAddress(by: number): void {
    const { sink } = this;
    if (this.target.width === 64) {
      sink.const64(by, 0);
      return sink.op(W.i64add);
    }
    sink.const32(by);
    sink.op(W.i32add);
  }
  /** Leaves when the i32 on the stack is 0. */
  #faultUnless(n: number): void {
    this.sink.op(W.i32eqz);
    this.open(() => this.sink.if());
    this.fault(n);
    this.close();
  }

  #loadVector(n: number): void {
    const { sink } = this;
    const ea = this.inLocal(this.ir.a[n]!);
    const host = this.scratch(WASM_I32);
    const out = this.scratch(WASM_V128);
    const slow = (address: () => void) => {
      address();
      sink.const32(8);
      sink.call(this.functions.get(this.readSlow)!);
      sink.tee(host);
      this.#faultUnless(n);
    };
    this.lookUp(ea, host, SOFT_TLB_READ, 16);
    this.tagsAgree();
    this.open(() => sink.if());
    this.hostAddress(ea, host, SOFT_TLB_READ);
    this.loadHost(16, false, 0, V128);
    sink.set(out);
    sink.else();
    slow(() => sink.get(ea));
    sink.get(host);
    this.loadHost(8, false, 0, I64);
    sink.simd(SIMD_SPLAT['i64x2.splat']);
    sink.set(out);
    slow(() => this.#secondHalf(ea));
    sink.get(out);
    sink.get(host);
    this.loadHost(8, false, 0, I64);
    sink.simdLane(SIMD_REPLACE['i64x2.replace_lane'], this.target.swizzled ? 0 : 1);
    sink.set(out);
    this.close();
    sink.get(out);
    this.result(n);
  }

  /** What is not aligned is known to be writable to its end before anything is written. */
  #storeVector(n: number): void {
    const { ir, sink } = this;
    const ea = this.inLocal(ir.a[n]!);
    const value = this.inLocal(ir.c[n]!);
    const host = this.scratch(WASM_I32);
    const slow = (address: () => void, lane: number) => {
      address();
      sink.const32(8);
      sink.get(value);
      sink.simdLane(SIMD_EXTRACT['i64x2.extract_lane'], lane);
      sink.call(this.functions.get(this.writeSlow)!);
      this.#faultUnless(n);
    };
    this.lookUp(ea, host, this.writeTable, 16);
    this.tagsAgree();
    this.open(() => sink.if());
    this.hostAddress(ea, host, this.writeTable);
    this.storeHost(16, () => sink.get(value), false, 0);
    sink.else();
    this.#writableToItsEnd(n, ea);
    const first = this.target.swizzled ? 1 : 0;
    slow(() => sink.get(ea), first);
    slow(() => this.#secondHalf(ea), 1 - first);
    this.close();
  }
  #writableToItsEnd(n: number, ea: number): void {
    const { sink } = this;
    sink.get(ea);
    if (this.target.width === 64) sink.op(W.i32wrapI64);
    sink.const32(15);
    sink.op(W.i32and);
    this.open(() => sink.if());
    sink.get(ea);
    this.#addToAddress(15);
    sink.const32(ACCESS_WRITE);
    sink.call(this.functions.get('touch')!);
    sink.op(W.i32eqz);
    this.open(() => sink.if());
    if (this.writeSlow === 'writeSlowCompiled') {
      // The interpreter meets the same fault again and reports it from there.
      sink.const32(0);
      sink.const32(0);
      sink.store(STORE.i32, EXCEPTION_OFFSET);
    }
    this.fault(n);
    this.close();
    this.close();
  }
}
