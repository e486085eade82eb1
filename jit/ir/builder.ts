import { MSR_OFFSET, SPR_OFFSET, XER_REST_OFFSET } from '../abi/layout.js';
import { EXCEPTION_PRIVILEGED } from '../abi/exits.js';
import { SERVICES, type Service, type ServiceName } from '../abi/services.js';
import type { AccessOptions, BranchKind, Emitter, Size } from '../isa/emitter.js';
import { extract, type Field, type Instruction } from '../isa/inst.js';
import type { ReadField } from '../isa/operands.js';
import { isPrivileged } from '../isa/privilege.js';
import { MSR, type MsrBitName } from '../isa/registers.js';
import type { SprSet } from '../isa/sprs.js';
import type { Bit, Cell, EA, F64, I32 as I32Value, I64 as I64Value, Int, Source, V128 as V128Value, Val, Word } from '../isa/values.js';
import { fold32, fold64, foldConvert } from './fold.js';
import { heedMagicStore, magicLoad, magicOffset, magicStore } from './magic-access.js';
import type { BuildContext } from './build-context.js';
import { mask32, mask64 } from './masks.js';
import type { Ir } from './ir.js';
import {
  BANK_CR, BANK_FPR, BANK_GPR, BANK_VSR, BRANCH_CALL, BRANCH_JUMP, BRANCH_RETURN, F64 as TF64, I32 as T32, I64 as T64, type IrType, NONE, Op, V128 as T128,
  VAR_CA, VAR_CR, VAR_CTR, VAR_FPR, VAR_GPR, VAR_LR, VAR_OV, VAR_SO, VARIABLES,
} from './ir.js'; // prettier-ignore

export type { BuildContext };
export { variableOffset } from './variable-offset.js';

const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];
/** Services by the number that `call` nodes carry. */
export const serviceByNumber = (n: number): ServiceName => SERVICE_NAMES[n]!;
const serviceNumber = new Map(SERVICE_NAMES.map((name, n) => [name, n]));

type Node = number;
const any = (n: Node) => n as Val<never>;

/** Builds IR from definitions; the one implementation of their vocabulary. */
export class IrBuilder implements Emitter {
  readonly width: 32 | 64;
  readonly mode64: boolean;
  readonly wordType: IrType;
  readonly sprs: SprSet | undefined;
  readonly xer: Emitter['xer'];
  readonly lr: Cell<Word>;
  readonly ctr: Cell<Word>;
  readonly msr: Source<Word>;
  /** Constant nodes of variables whose value is known here (node number or -1). */
  readonly known = new Int32Array(VARIABLES).fill(-1);
  /** MSR bits of the key that some definition asked for: what was built is right for these values only. */
  readonly consulted = new Set<MsrBitName>();
  #cia: number | undefined;
  #written = false;
  #depth = 0;
  #name = '';
  /** The instruction stored to a word of the magic page that decides about interrupts. */
  #magicStored = false;

  /**
   * @param ir where nodes go
   * @param context what is known besides the words
   */
  constructor(
    readonly ir: Ir,
    readonly context: BuildContext,
  ) {
    this.width = context.width;
    this.mode64 = context.mode64;
    this.sprs = context.sprs;
    this.wordType = context.width === 64 ? T64 : T32;
    this.lr = this.#variable(VAR_LR, this.wordType);
    this.ctr = this.#variable(VAR_CTR, this.wordType);
    this.msr = { get: () => any(this.ir.push(Op.state, this.wordType, MSR_OFFSET)) };
    this.xer = {
      SO: this.#variable(VAR_SO, T32),
      OV: this.#variable(VAR_OV, T32),
      CA: this.#variable(VAR_CA, T32),
      rest: this.state32(XER_REST_OFFSET),
    };
  }

  /**
   * Builds one instruction whose word is known.
   * @param cia its effective address (low 32 bits; the high ones are given by `ciaHigh` of a 64-bit key)
   */
  instruction(inst: Instruction, word: number, cia: number): void {
    this.#cia = cia;
    if (this.context.trapPrivileged === true && this.context.msr.PR !== true && isPrivileged(inst, word)) {
      this.msrBit('PR');
      return this.interpretOnly();
    }
    this.#build(inst, (f) => this.i32(extract(word, f)));
    if (this.#magicStored) heedMagicStore(this);
  }

  /**
   * Builds one instruction whose word is known at run time only, but for the given variant fields.
   * @param variant values of the variant fields, by name
   */
  handler(inst: Instruction, variant: ReadonlyMap<string, number>): void {
    this.#cia = undefined;
    this.#build(inst, (f) => {
      const fixed = variant.get(f.name);
      if (fixed !== undefined) return this.i32(fixed);
      return any(this.ir.push(Op.field, T32, f.from, f.to, (f.signed ? 1 : 0) | ((f.shift ?? 0) << 1)));
    });
  }

  #build(inst: Instruction, read: ReadField): void {
    this.#written = false;
    this.#magicStored = false;
    this.#depth = 0;
    this.#name = inst.mnemonic;
    const handles: Record<string, unknown> = {};
    for (const o of inst.operands) handles[o.name] = o.bind(this, read as (f: Field) => I32Value);
    if (!inst.facts.privileged) return inst.semantics(this, handles);
    const problem = this.msrBit('PR');
    this.when(problem, () => this.raise(EXCEPTION_PRIVILEGED), () => inst.semantics(this, handles)); // prettier-ignore
  }

  /** Forgets what is known of variables: at the start of a block. */
  forget(): void {
    this.known.fill(-1);
  }

  // --- Constants and arithmetic ---
  get cia(): Word {
    if (this.#cia === undefined) return any(this.ir.push(Op.cia, this.wordType));
    return this.word(this.#cia);
  }
  word(n: number): Word {
    return any(this.ir.push(Op.const, this.wordType, n | 0, n < 0 ? -1 : n > 0x7fffffff && this.width === 64 ? 0 : (n | 0) >> 31));
  }
  i32(n: number): I32Value {
    return any(this.ir.push(Op.const, T32, n | 0, 0));
  }
  i64(high: number, low: number): I64Value {
    return any(this.ir.push(Op.const, T64, low | 0, high | 0));
  }
  bit(on: boolean): Bit {
    return any(this.ir.push(Op.const, T32, on ? 1 : 0, 0));
  }
  constantOf(a: I32Value): number | undefined {
    return this.#isConst(a) ? this.ir.a[a] : undefined;
  }
  #isConst(n: Node): boolean {
    return this.ir.op[n] === Op.const;
  }
  #isValue(n: Node, value: number): boolean {
    const { ir } = this;
    return ir.op[n] === Op.const && ir.a[n] === value && (ir.type[n] === T32 || ir.b[n] === value >> 31);
  }
  #constant(type: IrType, low: number, high: number): Node {
    return this.ir.push(Op.const, type, low, high);
  }
  #binary<R>(op: number, a: Node, b: Node, result?: IrType): R {
    const { ir } = this;
    const type = ir.type[a]!;
    if (type !== ir.type[b]) throw new Error(`${this.#name}: operands of different kinds`);
    const out = result ?? type;
    if (ir.op[a] === Op.const && ir.op[b] === Op.const) {
      if (type === T32) {
        const v = fold32(op, ir.a[a]!, ir.a[b]!);
        if (v !== undefined) return this.#constant(out, v, out === T64 ? v >> 31 : 0) as R;
      } else {
        const v = fold64(op, ir.a[a]!, ir.b[a]!, ir.a[b]!, ir.b[b]!);
        if (v) return this.#constant(out, v.low, v.high) as R;
      }
    }
    if (this.#isValue(b, 0) && (op === Op.add || op === Op.sub || op === Op.or || op === Op.xor || (op >= Op.shl && op <= Op.rotl)))
      return a as R;
    if (this.#isValue(a, 0) && (op === Op.add || op === Op.or || op === Op.xor)) return b as R;
    if (op === Op.and && (this.#isValue(b, -1) || this.#isValue(a, 0))) return a as R;
    if (op === Op.and && (this.#isValue(a, -1) || this.#isValue(b, 0))) return b as R;
    return this.#combined(op, a, b, type) ?? (ir.push(op, out, a, b) as R);
  }
  /** Shorter ways of saying the same: sums of constants, rotations that are shifts. */
  #combined<R>(op: number, a: Node, b: Node, type: IrType): R | undefined {
    const { ir } = this;
    if (type !== T32 || ir.op[b] !== Op.const) return undefined;
    const inner = ir.b[a]!;
    if (op === Op.add && ir.op[a] === Op.add && ir.op[inner] === Op.const) {
      return this.#binary(Op.add, ir.a[a]!, this.#constant(T32, (ir.a[inner]! + ir.a[b]!) | 0, 0));
    }
    if (op === Op.and && ir.op[a] === Op.rotl && ir.op[inner] === Op.const) {
      const by = ir.a[inner]! & 31;
      const mask = ir.a[b]!;
      if (mask === (-1 << by) >> 0) return this.#binary(Op.shl, ir.a[a]!, inner);
      if (by !== 0 && mask === -1 >>> (32 - by)) return this.#binary(Op.shrU, ir.a[a]!, this.#constant(T32, 32 - by, 0));
    }
    return undefined;
  }
  #unary<R>(op: number, a: Node, result: IrType = this.ir.type[a]!): R {
    const { ir } = this;
    if (ir.op[a] === Op.const) {
      const v = foldConvert(op, ir.type[a]!, ir.a[a]!, ir.b[a]!);
      if (v) return this.#constant(result, v.low, result === T64 ? v.high : 0) as R;
    }
    return ir.push(op, result, a) as R;
  }
  add<T extends Int>(a: T, b: T): T { return this.#binary(Op.add, a, b); } // prettier-ignore
  sub<T extends Int>(a: T, b: T): T { return this.#binary(Op.sub, a, b); } // prettier-ignore
  mul<T extends Int>(a: T, b: T): T { return this.#binary(Op.mul, a, b); } // prettier-ignore
  and<T extends Int>(a: T, b: T): T { return this.#binary(Op.and, a, b); } // prettier-ignore
  or<T extends Int>(a: T, b: T): T { return this.#same(a, b) ? a : this.#binary(Op.or, a, b); } // prettier-ignore
  /** Whether two nodes are the same, or read the same register (no write between them, as operands of one operation). */
  #same(a: Node, b: Node): boolean {
    const { ir } = this;
    return a === b || (ir.op[a] === Op.get && ir.op[b] === Op.get && ir.a[a] === ir.a[b]);
  }
  xor<T extends Int>(a: T, b: T): T { return this.#binary(Op.xor, a, b); } // prettier-ignore
  complement<T extends Int>(a: T): T { return this.#binary(Op.xor, a, this.#constant(this.ir.type[a]!, -1, -1)); } // prettier-ignore
  neg<T extends Int>(a: T): T { return this.#binary(Op.sub, this.#constant(this.ir.type[a]!, 0, 0), a); } // prettier-ignore
  shl<T extends Int>(a: T, by: T): T { return this.#binary(Op.shl, a, by); } // prettier-ignore
  shrU<T extends Int>(a: T, by: T): T { return this.#binary(Op.shrU, a, by); } // prettier-ignore
  shrS<T extends Int>(a: T, by: T): T { return this.#binary(Op.shrS, a, by); } // prettier-ignore
  rotl<T extends Int>(a: T, by: T): T { return this.#binary(Op.rotl, a, by); } // prettier-ignore
  divS<T extends Int>(a: T, b: T): T { return this.#binary(Op.divS, a, b); } // prettier-ignore
  divU<T extends Int>(a: T, b: T): T { return this.#binary(Op.divU, a, b); } // prettier-ignore
  remS<T extends Int>(a: T, b: T): T { return this.#binary(Op.remS, a, b); } // prettier-ignore
  remU<T extends Int>(a: T, b: T): T { return this.#binary(Op.remU, a, b); } // prettier-ignore
  clz<T extends Int>(a: T): T { return this.#unary(Op.clz, a); } // prettier-ignore
  ctz<T extends Int>(a: T): T { return this.#unary(Op.ctz, a); } // prettier-ignore
  popcnt<T extends Int>(a: T): T { return this.#unary(Op.popcnt, a); } // prettier-ignore
  eq<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.eq, a, b, T32); } // prettier-ignore
  ne<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ne, a, b, T32); } // prettier-ignore
  ltS<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ltS, a, b, T32); } // prettier-ignore
  ltU<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.ltU, a, b, T32); } // prettier-ignore
  leS<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.leS, a, b, T32); } // prettier-ignore
  leU<T extends Int>(a: T, b: T): Bit { return this.#binary(Op.leU, a, b, T32); } // prettier-ignore
  not(b: Bit): Bit { return this.#unary(Op.eqz, b, T32); } // prettier-ignore
  both(a: Bit, b: Bit): Bit {
    if (this.#isValue(a, 1)) return b;
    if (this.#isValue(b, 1)) return a;
    return this.#binary(Op.and, a, b);
  }
  either(a: Bit, b: Bit): Bit {
    if (this.#isValue(a, 1) || this.#isValue(b, 0)) return a;
    if (this.#isValue(b, 1)) return b;
    return this.#binary(Op.or, a, b);
  }
  differ(a: Bit, b: Bit): Bit {
    if (this.#isValue(b, 1)) return this.not(a);
    if (this.#isValue(a, 1)) return this.not(b);
    return this.#binary(Op.xor, a, b);
  }
  bitOf(a: Int, lsb: number): Bit {
    const { ir } = this;
    const low = ir.type[a] === T64 ? this.#unary<Node>(Op.wrap, this.#binary<Node>(Op.shrU, a, this.#constant(T64, lsb, 0)), T32) : this.#binary<Node>(Op.shrU, a, this.#constant(T32, lsb, 0)); // prettier-ignore
    return this.#binary(Op.and, low, this.#constant(T32, 1, 0));
  }
  select<T extends Int | Bit | F64 | V128Value>(c: Bit, then: T, otherwise: T): T {
    if (this.#isConst(c)) return this.ir.a[c] ? then : otherwise;
    if ((then as Node) === (otherwise as Node)) return then;
    return any(this.ir.push(Op.select, this.ir.type[then]!, c, then, otherwise)) as unknown as T;
  }

  // --- Between kinds ---
  low32(a: Word): I32Value { return this.width === 32 ? any(a) : this.#unary(Op.wrap, a, T32); } // prettier-ignore
  extS(a: I32Value): Word { return this.width === 32 ? any(a) : this.#unary(Op.extendS, a, T64); } // prettier-ignore
  extU(a: I32Value): Word { return this.width === 32 ? any(a) : this.#unary(Op.extendU, a, T64); } // prettier-ignore
  ext8S<T extends Int>(a: T): T { return this.#unary(Op.ext8S, a); } // prettier-ignore
  ext16S<T extends Int>(a: T): T { return this.#unary(Op.ext16S, a); } // prettier-ignore
  ext32S(a: Word): Word { return this.width === 32 ? a : this.#unary(Op.ext32S, a); } // prettier-ignore
  i64S(a: I32Value): I64Value { return this.#unary(Op.extendS, a, T64); } // prettier-ignore
  i64U(a: I32Value): I64Value { return this.#unary(Op.extendU, a, T64); } // prettier-ignore
  i64OfWord(a: Word): I64Value { return this.width === 64 ? any(a) : this.#unary(Op.extendU, a, T64); } // prettier-ignore
  wordOfI64(a: I64Value): Word { return this.width === 64 ? any(a) : this.#unary(Op.wrap, a, T32); } // prettier-ignore
  low32Of64(a: I64Value): I32Value { return this.#unary(Op.wrap, a, T32); } // prettier-ignore
  bitAsI32(b: Bit): I32Value { return any(b); } // prettier-ignore
  bitAsWord(b: Bit): Word { return this.extU(any(b)); } // prettier-ignore
  bitsOfF64(a: F64): I64Value { return this.#unary(Op.bitsOfF64, a, T64); } // prettier-ignore
  f64OfBits(a: I64Value): F64 { return this.#unary(Op.f64OfBits, a, TF64); } // prettier-ignore
  eaAsWord(a: EA): Word { return any(a); } // prettier-ignore
  ea(a: Word): EA {
    if (this.width === 32 || this.mode64) return any(a);
    return any(this.and(a, this.word(0xffffffff)));
  }
  mask32(mb: I32Value, me: I32Value): I32Value { return mask32(this, mb, me); } // prettier-ignore
  mask64(mb: I32Value, me: I32Value): I64Value { return mask64(this, mb, me); } // prettier-ignore
  byteReverse<T extends Int>(a: T, bytes: 2 | 4 | 8): T {
    const type = this.ir.type[a]!;
    const k = (n: number) => this.#constant(type, n, 0) as T;
    if (bytes === 2) return this.or(this.shl(this.and(a, k(0xff)), k(8)), this.and(this.shrU(a, k(8)), k(0xff)));
    if (bytes === 4) {
      const low = type === T64 ? this.#unary<Node>(Op.wrap, a, T32) : (a as Node);
      const c = (n: number) => this.#constant(T32, n, 0);
      const outer = this.#binary<Node>(Op.and, this.#binary<Node>(Op.rotl, low, c(8)), c(0x00ff00ff));
      const inner = this.#binary<Node>(Op.and, this.#binary<Node>(Op.rotl, low, c(24)), c(0xff00ff00 | 0));
      const swapped = this.#binary<Node>(Op.or, outer, inner);
      return (type === T64 ? this.#unary<Node>(Op.extendU, swapped, T64) : swapped) as T;
    }
    const high = this.byteReverse(this.#unary<I32Value>(Op.wrap, this.#binary<Node>(Op.shrU, a, this.#constant(T64, 32, 0)), T32), 4);
    const low = this.byteReverse(this.#unary<I32Value>(Op.wrap, a, T32), 4);
    return this.or(this.i64U(high), this.shl(this.i64U(low), this.i64(0, 32))) as T;
  }

  // --- Architected state ---
  #get(v: number, type: IrType): Node {
    const constant = this.known[v]!;
    if (constant >= 0) return this.#constant(type, this.ir.a[constant]!, this.ir.b[constant]!);
    return this.ir.push(Op.get, type, v);
  }
  #set(v: number, value: Node): void {
    this.#wrote();
    this.known[v] = this.#depth === 0 && this.#isConst(value) ? value : -1;
    this.ir.push(Op.set, NONE, v, value);
  }
  #wrote(): void {
    this.#written = true;
  }
  #mayFault(): void {
    if (this.#written) throw new Error(`${this.#name}: writes a register before something that may fault`);
  }
  #variable<T>(v: number, type: IrType): Cell<T> {
    return { get: () => this.#get(v, type) as T, set: (value) => this.#set(v, value as Node) };
  }
  #bank<T>(bank: number, first: number, type: IrType, n: Node): Cell<T> {
    const { ir } = this;
    if (this.#isConst(n)) return this.#variable(first + (ir.a[n]! & 31), type);
    return {
      get: () => ir.push(Op.getAt, type, bank, n) as T,
      set: (value) => {
        this.#wrote();
        ir.push(Op.setAt, NONE, bank, n, value as Node);
      },
    };
  }
  gpr(n: I32Value): Cell<Word> { return this.#bank(BANK_GPR, VAR_GPR, this.wordType, n); } // prettier-ignore
  fpr(n: I32Value): Cell<F64> { return this.#bank(BANK_FPR, VAR_FPR, TF64, n); } // prettier-ignore
  crField(n: I32Value): Cell<I32Value> { return this.#bank(BANK_CR, VAR_CR, T32, n); } // prettier-ignore
  vsr(n: I32Value): Cell<V128Value> {
    const { ir } = this;
    return {
      get: () => any(ir.push(Op.getAt, T128, BANK_VSR, n)) as unknown as V128Value,
      set: (value) => {
        this.#wrote();
        ir.push(Op.setAt, NONE, BANK_VSR, n, value);
      },
    };
  }
  crBit(n: I32Value): Cell<Bit> {
    const { ir } = this;
    const field = this.crField(this.shrU(n, this.i32(2)));
    const fromRight = this.sub(this.i32(3), this.and(n, this.i32(3)));
    const one = this.shl(this.i32(1), fromRight);
    return {
      get: () => {
        if (this.#isConst(n)) return any(ir.push(Op.crTest, T32, (ir.a[n]! >> 2) & 7, ir.a[n]! & 3));
        return this.bitOf(this.shrU(field.get(), fromRight), 0);
      },
      set: (b) => field.set(this.or(this.and(field.get(), this.complement(one)), this.shl(this.bitAsI32(b), fromRight))),
    };
  }
  spr(n: number): Cell<Word> { return this.#state(SPR_OFFSET + 8 * n, this.wordType); } // prettier-ignore
  spr64(n: number): Cell<I64Value> { return this.#state(SPR_OFFSET + 8 * n, T64); } // prettier-ignore
  state32(offset: number): Cell<I32Value> { return this.#state(offset, T32); } // prettier-ignore
  state64(offset: number): Cell<I64Value> { return this.#state(offset, T64); } // prettier-ignore
  #state<T>(offset: number, type: IrType): Cell<T> {
    return {
      get: () => this.ir.push(Op.state, type, offset) as T,
      set: (value) => {
        this.#wrote();
        this.ir.push(Op.setState, NONE, offset, value as Node);
      },
    };
  }
  msrBit(name: MsrBitName): Bit {
    const known = this.context.msr[name];
    if (known !== undefined) {
      this.consulted.add(name);
      return this.bit(known);
    }
    return this.bitOf(any(this.ir.push(Op.state, T32, MSR_OFFSET)) as I32Value, MSR[name].lsb);
  }
  compare<T extends Int>(field: I32Value, a: T, b: T, signedness: 'signed' | 'unsigned'): void {
    this.#wrote();
    const signed = signedness === 'signed' ? 1 : 0;
    if (this.#isConst(field)) {
      const f = this.ir.a[field]! & 7;
      this.known[VAR_CR + f] = -1;
      // a holds the field and, in bit 3, the signedness.
      this.ir.push(Op.compare, NONE, f | (signed << 3), a, b);
    } else {
      this.ir.push(Op.compareAt, signed ? T32 : T64, field, a, b);
    }
  }
  recordCr0(result: Word): void {
    if (this.width === 64 && !this.mode64) this.compare(this.i32(0), this.low32(result), this.i32(0), 'signed');
    else this.compare(this.i32(0), result, this.word(0), 'signed');
  }

  // --- Storage ---
  #load(size: number, signed: boolean, ea: Node, type: IrType): Node {
    this.#mayFault();
    const magic = magicOffset(this, ea, size);
    if (magic !== undefined) return magicLoad(this, magic, size, signed, type);
    return this.ir.push(Op.load, type, ea, size, signed ? 1 : 0);
  }
  load(size: Size, ea: EA, options: AccessOptions = {}): Word {
    const reversed = options.reversed === true && size > 1;
    const v = this.#load(size, options.signed === true && !reversed, ea, this.wordType);
    return any(reversed ? this.byteReverse(v as Word, size as 2 | 4 | 8) : v);
  }
  store(size: Size, ea: EA, v: Word, options: AccessOptions = {}): void {
    const value = options.reversed === true && size > 1 ? this.byteReverse(v, size as 2 | 4 | 8) : v;
    this.#store(ea, size, value);
  }
  #store(ea: Node, size: number, value: Node): void {
    this.#mayFault();
    const magic = magicOffset(this, ea, size);
    if (magic === undefined) this.ir.push(Op.store, NONE, ea, size, value);
    else if (magicStore(this, magic, size, value)) this.#magicStored = true;
  }
  loadDouble(ea: EA): I64Value { return any(this.#load(8, false, ea, T64)); } // prettier-ignore
  storeDouble(ea: EA, v: I64Value): void { this.#store(ea, 8, v); } // prettier-ignore
  loadVector(ea: EA): V128Value { return any(this.#load(16, false, ea, T128)) as unknown as V128Value; } // prettier-ignore
  storeVector(ea: EA, v: V128Value): void { this.#store(ea, 16, v); } // prettier-ignore
  loadReserve(size: Size, ea: EA): Word { return this.call('loadReserve', any(ea), this.i32(size)) as Word; } // prettier-ignore
  storeConditional(size: Size, ea: EA, v: Word): Bit { return this.call('storeConditional', any(ea), this.i32(size), v) as Bit; } // prettier-ignore
  loadMultiple(rt: I32Value, ea: EA): void {
    if (!this.#isConst(rt)) return void this.call('loadMultiple', rt, any(ea));
    const first = this.ir.a[rt]!;
    const values: Word[] = [];
    for (let r = first; r < 32; r++) values.push(this.load(4, this.#displaced(ea, 4 * (r - first))));
    values.forEach((v, k) => this.gpr(this.i32(first + k)).set(v));
  }
  storeMultiple(rs: I32Value, ea: EA): void {
    if (!this.#isConst(rs)) return void this.call('storeMultiple', rs, any(ea));
    const first = this.ir.a[rs]!;
    for (let r = first; r < 32; r++) this.store(4, this.#displaced(ea, 4 * (r - first)), this.gpr(this.i32(r)).get());
  }
  #displaced(ea: EA, by: number): EA { return this.ea(this.add(this.eaAsWord(ea), this.word(by))); } // prettier-ignore

  // --- Control ---
  when(c: Bit, then: () => void, otherwise?: () => void): void {
    if (this.#isConst(c)) return this.ir.a[c] ? then() : otherwise?.();
    const before = this.#written;
    const arm = (body: () => void): boolean => {
      this.#written = before;
      body();
      return this.#written;
    };
    this.#depth++;
    this.ir.push(Op.if, NONE, c);
    const start = this.ir.length;
    let written = arm(then);
    if (otherwise) {
      // An arm that ends the instruction leaves the other one as clean as it was.
      const ended = this.ir.op[this.ir.length - 1] === Op.raise;
      this.ir.push(Op.else, NONE);
      const other = arm(otherwise);
      written = other || (written && !ended);
    }
    this.ir.push(Op.end, NONE);
    this.#written = written;
    this.#depth--;
    for (let n = start; n < this.ir.length; n++) {
      if (this.ir.op[n] === Op.set) this.known[this.ir.a[n]!] = -1;
      else if (this.ir.op[n] === Op.compare) this.known[VAR_CR + (this.ir.a[n]! & 7)] = -1;
    }
  }
  branch(taken: Bit, target: Word, kind: BranchKind): void {
    this.ir.push(Op.branch, NONE, taken, target, kind === 'call' ? BRANCH_CALL : kind === 'return' ? BRANCH_RETURN : BRANCH_JUMP);
  }
  raise(exception: number, syndrome?: I32Value): void {
    this.#mayFault();
    this.raiseAfter(exception, syndrome);
  }
  raiseAfter(exception: number, syndrome?: I32Value): void {
    this.ir.push(Op.raise, NONE, exception, syndrome ?? -1);
  }
  resync(): void {
    this.ir.push(Op.resync, NONE);
  }
  interpretOnly(): void {
    this.ir.push(Op.interpret, NONE);
  }
  call(service: ServiceName, ...args: readonly (Int | Bit | EA | F64)[]): number {
    const s: Service = SERVICES[service];
    if (s.mayFault) this.#mayFault();
    const first = this.ir.args.length;
    this.ir.args.push(...args);
    return this.ir.push(
      Op.call,
      this.typeOf(s.signature.charAt(s.signature.indexOf(':') + 1)),
      serviceNumber.get(service),
      first,
      args.length,
    );
  }
  /** IR type of a kind letter of a service signature. */
  typeOf(kind: string): IrType {
    switch (kind) {
      case 'w': return this.wordType;
      case 'i': return T32;
      case 'l': return T64;
      case 'd': return TF64;
      default: return NONE;
    }
  } // prettier-ignore
}
