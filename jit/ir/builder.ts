import { MSR_OFFSET, SPR_OFFSET, XER_REST_OFFSET } from '../abi/layout.js';
import { EXCEPTION_PRIVILEGED } from '../abi/exits.js';
import { SERVICES, type Service, type ServiceName } from '../abi/services.js';
import type { AccessOptions, BranchKind, Emitter, Size } from '../isa/emitter.js';
import { extract, type Field, type Instruction } from '../isa/inst.js';
import type { ReadField } from '../isa/operands.js';
import { isPrivileged } from '../isa/privilege.js';
import { MSR, type MsrBitName } from '../isa/registers.js';
import type { SprSet } from '../isa/sprs.js';
import type { Bit, Cell, EA, F64, I32 as I32Value, I64 as I64Value, Int, Source, V128 as V128Value, Word } from '../isa/values.js';
import { valueOf, type Node } from './arithmetic-builder.js';
import { VectorBuilder } from './vector-builder.js';
import { heedMagicStore, magicLoad, magicOffset, magicStore } from './magic-access.js';
import type { BuildContext } from './build-context.js';
import { mask32, mask64 } from './masks.js';
import { serviceNumber } from './service-numbers.js';
import type { Ir } from './ir.js';
import {
  BANK_CR, BANK_FPR, BANK_GPR, BANK_VSR, BRANCH_CALL, BRANCH_JUMP, BRANCH_RETURN, F64 as TF64, I32 as T32, I64 as T64, type IrType, NONE, Op, V128 as T128,
  VAR_CA, VAR_CR, VAR_CTR, VAR_FPR, VAR_GPR, VAR_LR, VAR_OV, VAR_SO, VAR_VR, VAR_VSR_LOW, VARIABLES,
} from './ir.js'; // prettier-ignore

/** Builds IR from definitions; the one implementation of their vocabulary. */
export class IrBuilder extends VectorBuilder implements Emitter {
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
  /** The instruction stored to a word of the magic page that decides about interrupts. */
  #magicStored = false;

  /**
   * @param ir where nodes go
   * @param context what is known besides the words
   */
  constructor(
    ir: Ir,
    readonly context: BuildContext,
  ) {
    super(ir, context.width, context.mode64);
    this.sprs = context.sprs;
    this.lr = this.#variable(VAR_LR, this.wordType);
    this.ctr = this.#variable(VAR_CTR, this.wordType);
    this.msr = { get: () => valueOf(this.ir.push(Op.state, this.wordType, MSR_OFFSET)) };
    this.xer = {
      SO: this.#variable(VAR_SO, T32),
      OV: this.#variable(VAR_OV, T32),
      CA: this.#variable(VAR_CA, T32),
      rest: this.state32(XER_REST_OFFSET),
    };
  }

  /**
   * Builds one instruction whose word is known.
   * @param cia its effective address (low 32 bits; the high ones are the context's `ciaHigh`)
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
      return valueOf(this.ir.push(Op.field, T32, f.from, f.to, (f.signed ? 1 : 0) | ((f.shift ?? 0) << 1)));
    });
  }

  #build(inst: Instruction, read: ReadField): void {
    this.#written = false;
    this.#magicStored = false;
    this.#depth = 0;
    this.mnemonic = inst.mnemonic;
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

  get cia(): Word {
    if (this.#cia === undefined) return valueOf(this.ir.push(Op.cia, this.wordType));
    return valueOf(
      this.ir.push(this.context.movable === true ? Op.here : Op.const, this.wordType, this.#cia | 0, this.context.ciaHigh ?? 0),
    );
  }
  mask32(mb: I32Value, me: I32Value): I32Value { return mask32(this, mb, me); } // prettier-ignore
  mask64(mb: I32Value, me: I32Value): I64Value { return mask64(this, mb, me); } // prettier-ignore

  // --- Architected state ---
  #get(v: number, type: IrType): Node {
    const constant = this.known[v]!;
    if (constant >= 0) return this.constant(type, this.ir.a[constant]!, this.ir.b[constant]!);
    return this.ir.push(Op.get, type, v);
  }
  #set(v: number, value: Node): void {
    this.#wrote();
    this.known[v] = this.#depth === 0 && this.isConst(value) ? value : -1;
    this.ir.push(Op.set, NONE, v, value);
  }
  #wrote(): void {
    this.#written = true;
  }
  #mayFault(): void {
    if (this.#written) throw new Error(`${this.mnemonic}: writes a register before something that may fault`);
  }
  #variable<T>(v: number, type: IrType): Cell<T> {
    return { get: () => this.#get(v, type) as T, set: (value) => this.#set(v, value as Node) };
  }
  #bank<T>(bank: number, first: number, type: IrType, n: Node): Cell<T> {
    const { ir } = this;
    if (this.isConst(n)) return this.#variable(first + (ir.a[n]! & 31), type);
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
    const known = this.constantOf(n);
    if (known === undefined || known >= 32) return this.#bank(BANK_VSR, VAR_VR, T128, n);
    // Two variables: the FPR, which most instructions use alone, and the other double word.
    const high = this.#variable<F64>(VAR_FPR + known, TF64);
    const low = this.#variable<F64>(VAR_VSR_LOW + known, TF64);
    return {
      get: () => this.withLane('f64x2', this.splat('f64x2', low.get()), 0, high.get()),
      set: (value) => {
        high.set(this.lane('f64x2', value, 0));
        low.set(this.lane('f64x2', value, 1));
      },
    };
  }
  vr(n: I32Value): Cell<V128Value> { return this.vsr(this.or(n, this.i32(32))); } // prettier-ignore
  crBit(n: I32Value): Cell<Bit> {
    const { ir } = this;
    const field = this.crField(this.shrU(n, this.i32(2)));
    const fromRight = this.sub(this.i32(3), this.and(n, this.i32(3)));
    const one = this.shl(this.i32(1), fromRight);
    return {
      get: () => {
        if (this.isConst(n)) return valueOf(ir.push(Op.crTest, T32, (ir.a[n]! >> 2) & 7, ir.a[n]! & 3));
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
    return this.bitOf(valueOf(this.ir.push(Op.state, T32, MSR_OFFSET)) as I32Value, MSR[name].lsb);
  }
  compare<T extends Int>(field: I32Value, a: T, b: T, signedness: 'signed' | 'unsigned'): void {
    this.#wrote();
    const signed = signedness === 'signed' ? 1 : 0;
    if (this.isConst(field)) {
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
  /** Whether the bytes of an access lie in the other order than RAM's: asked for by the instruction, by the mode, or by neither or both. */
  #isReversed(options: AccessOptions, size: number): boolean {
    return size > 1 && (options.reversed === true) !== (this.context.foreignEndian === true);
  }
  load(size: Size, ea: EA, options: AccessOptions = {}): Word {
    const reversed = this.#isReversed(options, size);
    const v = this.#load(size, options.signed === true && !reversed, ea, this.wordType);
    if (!reversed) return valueOf(v);
    const value = this.byteReverse(v as Word, size as 2 | 4 | 8);
    if (options.signed !== true) return value;
    return size === 2 ? this.ext16S(value) : this.ext32S(value);
  }
  store(size: Size, ea: EA, v: Word, options: AccessOptions = {}): void {
    const value = this.#isReversed(options, size) ? this.byteReverse(v, size as 2 | 4 | 8) : v;
    this.#store(ea, size, value);
  }
  #store(ea: Node, size: number, value: Node): void {
    this.#mayFault();
    const magic = magicOffset(this, ea, size);
    if (magic === undefined) this.ir.push(Op.store, NONE, ea, size, value);
    else if (magicStore(this, magic, size, value)) this.#magicStored = true;
  }
  loadDouble(ea: EA): I64Value {
    const v: I64Value = valueOf(this.#load(8, false, ea, T64));
    return this.context.foreignEndian ? this.byteReverse(v, 8) : v;
  }
  storeDouble(ea: EA, v: I64Value): void {
    this.#store(ea, 8, this.context.foreignEndian ? this.byteReverse(v, 8) : v);
  }
  loadVector(ea: EA): V128Value { return this.#vectorInOrder(valueOf(this.#load(16, false, ea, T128)) as unknown as V128Value); } // prettier-ignore
  storeVector(ea: EA, v: V128Value): void { this.#store(ea, 16, this.#vectorInOrder(v)); } // prettier-ignore
  #vectorInOrder(v: V128Value): V128Value { return this.context.foreignEndian ? this.bytesReversed(v) : v; } // prettier-ignore
  loadReserve(size: Size, ea: EA): Word { return this.call('loadReserve', valueOf(ea), this.i32(size)) as Word; } // prettier-ignore
  storeConditional(size: Size, ea: EA, v: Word): Bit { return this.call('storeConditional', valueOf(ea), this.i32(size), v) as Bit; } // prettier-ignore
  loadMultiple(rt: I32Value, ea: EA): void {
    if (!this.isConst(rt)) return void this.call('loadMultiple', rt, valueOf(ea));
    const first = this.ir.a[rt]!;
    const values: Word[] = [];
    for (let r = first; r < 32; r++) values.push(this.load(4, this.#displaced(ea, 4 * (r - first))));
    values.forEach((v, k) => this.gpr(this.i32(first + k)).set(v));
  }
  storeMultiple(rs: I32Value, ea: EA): void {
    if (!this.isConst(rs)) return void this.call('storeMultiple', rs, valueOf(ea));
    const first = this.ir.a[rs]!;
    for (let r = first; r < 32; r++) this.store(4, this.#displaced(ea, 4 * (r - first)), this.gpr(this.i32(r)).get());
  }
  #displaced(ea: EA, by: number): EA { return this.ea(this.add(this.eaAsWord(ea), this.word(by))); } // prettier-ignore

  // --- Control ---
  when(c: Bit, then: () => void, otherwise?: () => void): void {
    if (this.isConst(c)) return this.ir.a[c] ? then() : otherwise?.();
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
  call(service: ServiceName, ...args: readonly (Int | Bit | EA | F64 | V128Value)[]): number {
    const s: Service = SERVICES[service];
    if (s.mayFault) this.#mayFault();
    const first = this.ir.args.length;
    this.ir.args.push(...args);
    return this.ir.push(Op.call, this.typeOf(s.signature.charAt(s.signature.indexOf(':') + 1)), serviceNumber(service), first, args.length);
  }
  /** IR type of a kind letter of a service signature. */
  typeOf(kind: string): IrType {
    switch (kind) {
      case 'w': return this.wordType;
      case 'i': return T32;
      case 'l': return T64;
      case 'd': return TF64;
      case 'q': return T128;
      default: return NONE;
    }
  } // prettier-ignore
}
