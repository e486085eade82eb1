/**
 * Evaluates IR one node after the other, with bigints: slow and obvious, the reference for tests of definitions and of
 * everything that lowers IR.
 */
import { EXCEPTION_ALIGNMENT } from '../../jit/abi/exits.js';
import { SERVICES, type ServiceName } from '../../jit/abi/services.js';
import type { BuildContext } from '../../jit/ir/build-context.js';
import { IrBuilder } from '../../jit/ir/builder.js';
import { serviceByNumber } from '../../jit/ir/service-numbers.js';
import {
  BANK_CR, BANK_FPR, BANK_GPR, BANK_VSR, FIRST_EFFECT, I32, Ir, type IrType, NODE_OPERANDS, NONE, Op, V128, VAR_CA, VAR_CR, VAR_CTR, VAR_FPR, VAR_LR, VAR_OV, VAR_SO, VAR_VR, VAR_VSR_LOW,
  OPERATION_NAMES,
} from '../../jit/ir/ir.js'; // prettier-ignore
import { extract, type Instruction } from '../../jit/isa/inst.js';
import { InstructionEnds, type EvaluatedCpu, type RaisedException } from './evaluated-cpu.js';
import { evaluateSimd, extractLane, replaceLane, shuffleLanes } from './simd-evaluator.js';

/** What became of an instruction. */
export interface Outcome {
  /** Address of the next instruction, or of this one when it raised an exception. */
  readonly next: bigint;
  readonly exception?: RaisedException;
  readonly resync: boolean;
  /** Services called, in order. */
  readonly calls: readonly ServiceName[];
}

/** What services do; storage services have a default, others give 0. */
export type Services = Partial<Record<ServiceName, (cpu: EvaluatedCpu, ...args: bigint[]) => unknown>>;

const bitsOf = (t: IrType): number => (t === I32 ? 32 : t === V128 ? 128 : 64);
const signed = (v: bigint, bits: number) => BigInt.asIntN(bits, v);
const truth = (c: boolean): bigint => (c ? 1n : 0n);

const STANDARD: Services = {
  mulHighS64: (_cpu, a, b) => (signed(a!, 64) * signed(b!, 64)) >> 64n,
  mulHighU64: (_cpu, a, b) => (a! * b!) >> 64n,
  loadReserve: (cpu, ea, size) => cpu.loadReserve(ea!, Number(size)),
  storeConditional: (cpu, ea, size, v) => cpu.storeConditional(ea!, Number(size), v!),
  loadMultiple: (cpu, r, ea) => cpu.loadMultiple(Number(r), ea!),
  storeMultiple: (cpu, r, ea) => cpu.storeMultiple(Number(r), ea!),
  loadString: (cpu, r, ea, n) => cpu.loadString(Number(r), ea!, Number(n)),
  storeString: (cpu, r, ea, n) => cpu.storeString(Number(r), ea!, Number(n)),
  zeroBlock: (cpu, ea) => cpu.zeroBlock(ea!),
  touch: (cpu, ea) => cpu.touch(ea!),
  raiseAlignment: (_cpu, address) => {
    throw new InstructionEnds({ number: EXCEPTION_ALIGNMENT, address: address! });
  },
  accessSpr: () => 1n,
};

/** The value of a pure operation on numbers of `bits` bits, not yet cut to its own width. */
function pure(op: string, bits: number, a: bigint, b: bigint): bigint {
  const by = b & BigInt(bits - 1);
  const [sa, sb] = [signed(a, bits), signed(b, bits)];
  const divide = (x: bigint, y: bigint, of: (x: bigint, y: bigint) => bigint) => {
    const quotient = y === 0n ? undefined : x / y;
    if (quotient === undefined || (x < 0n && quotient === 1n << BigInt(bits - 1))) throw new Error(`${op} traps: ${x} by ${y}`);
    return of(x, y);
  };
  const ones = (v: bigint) => [...v.toString(2)].filter((d) => d === '1').length;
  switch (op) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return a * b;
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'shl': return a << by;
    case 'shrU': return a >> by;
    case 'shrS': return sa >> by;
    case 'rotl': return (a << by) | (a >> (BigInt(bits) - by));
    case 'divS': return divide(sa, sb, (x, y) => x / y);
    case 'divU': return divide(a, b, (x, y) => x / y);
    case 'remS': return sb === 0n ? divide(sa, sb, () => 0n) : sa % sb;
    case 'remU': return divide(a, b, (x, y) => x % y);
    case 'clz': return BigInt(a === 0n ? bits : bits - a.toString(2).length);
    case 'ctz': return BigInt(a === 0n ? bits : a.toString(2).length - 1 - a.toString(2).lastIndexOf('1'));
    case 'popcnt': return BigInt(ones(a));
    case 'ext8S': return signed(a, 8);
    case 'ext16S': return signed(a, 16);
    case 'ext32S': return signed(a, 32);
    case 'eqz': return truth(a === 0n);
    case 'eq': return truth(a === b);
    case 'ne': return truth(a !== b);
    case 'ltS': return truth(sa < sb);
    case 'ltU': return truth(a < b);
    case 'leS': return truth(sa <= sb);
    case 'leU': return truth(a <= b);
    case 'extendS': return signed(a, 32);
    case 'wrap': case 'extendU': case 'bitsOfF64': case 'f64OfBits': return a;
    default: throw new Error(`no evaluation of ${op}`);
  }
} // prettier-ignore

/** One evaluation of a piece of IR. */
class Evaluation {
  readonly #values: bigint[] = [];
  readonly calls: ServiceName[] = [];
  next: bigint;
  resync = false;

  constructor(
    readonly ir: Ir,
    readonly cpu: EvaluatedCpu,
    readonly word: number,
    readonly cia: bigint,
    readonly services: Services,
  ) {
    this.next = BigInt.asUintN(cpu.width, cia + 4n);
  }

  run(): void {
    const { ir } = this;
    for (let n = 0; n < ir.length; n++) {
      const op = ir.op[n]!;
      if (op === Op.if && this.#values[ir.a[n]!] === 0n) n = this.#arm(n, true);
      else if (op === Op.else) n = this.#arm(n, false);
      else if (op < FIRST_EFFECT) this.#values[n] = this.#cut(this.#value(n), ir.type[n]!);
      else this.#effect(n, op);
    }
  }

  /** The `else` or `end` that belongs to the `if` or `else` at n. */
  #arm(n: number, orElse: boolean): number {
    const { ir } = this;
    for (let k = n + 1, nested = 0; ; k++) {
      const op = ir.op[k];
      if (op === undefined) throw new Error('condition without end');
      if (nested === 0 && (op === Op.end || (orElse && op === Op.else))) return k;
      if (op === Op.if) nested++;
      if (op === Op.end) nested--;
    }
  }
  #cut(v: bigint, type: IrType): bigint {
    return BigInt.asUintN(bitsOf(type), v);
  }
  #at(n: number): bigint {
    const v = this.#values[n];
    if (v === undefined) throw new Error(`node ${n} has no value here`);
    return v;
  }

  #value(n: number): bigint {
    const { ir, cpu } = this;
    const [op, a, b, c] = [ir.op[n]!, ir.a[n]!, ir.b[n]!, ir.c[n]!];
    switch (op) {
      case Op.const: return (BigInt(b) << 32n) | BigInt(a >>> 0);
      case Op.cia: return this.cia;
      case Op.field: return BigInt(extract(this.word, { name: '', from: a, to: b, shift: c >> 1, ...((c & 1) !== 0 && { signed: true }) }));
      case Op.get: return this.#variable(a);
      case Op.getAt: return this.#bank(a, this.#at(b));
      case Op.state: return cpu.state.get(a) ?? 0n;
      case Op.crTest: return (cpu.cr[a]! >> BigInt(3 - b)) & 1n;
      case Op.const128: return this.#words(a).reduce((v, w) => (v << 32n) | BigInt(w >>> 0), 0n);
      case Op.simd: return evaluateSimd(b, this.#at(a), 0n);
      case Op.simd2: return evaluateSimd(c, this.#at(a), this.#at(b));
      case Op.bitselect: return (this.#at(a) & this.#at(c)) | (this.#at(b) & ~this.#at(c));
      case Op.shuffle: return shuffleLanes(this.#at(a), this.#at(b), this.#words(c));
      case Op.lane: return extractLane(b, this.#at(a), c);
      case Op.replaceLane: return replaceLane(c & 255, this.#at(a), c >> 8, this.#at(b));
      case Op.select: return this.#at(a) !== 0n ? this.#at(b) : this.#at(c);
      default:
    }
    const second = (NODE_OPERANDS[op]! & 2) !== 0 ? this.#at(b) : 0n;
    return pure(OPERATION_NAMES[op]!, bitsOf(ir.type[a]!), this.#at(a), second);
  } // prettier-ignore

  /** The four words of args that a node's immediate names. */
  #words(first: number): number[] {
    return this.ir.args.slice(first, first + 4);
  }
  #variable(v: number): bigint {
    const { cpu } = this;
    if (v < VAR_LR) return cpu.gpr[v]!;
    if (v >= VAR_VSR_LOW) return cpu.vsrLow[v - VAR_VSR_LOW]!;
    if (v >= VAR_VR) return cpu.vr[v - VAR_VR]!;
    if (v >= VAR_FPR) return cpu.fpr[v - VAR_FPR]!;
    if (v >= VAR_CR) return cpu.cr[v - VAR_CR]!;
    return v === VAR_LR ? cpu.lr : v === VAR_CTR ? cpu.ctr : v === VAR_SO ? cpu.so : v === VAR_OV ? cpu.ov : cpu.ca;
  }
  #setVariable(v: number, value: bigint): void {
    const { cpu } = this;
    if (v < VAR_LR) cpu.gpr[v] = value;
    else if (v >= VAR_VSR_LOW) cpu.vsrLow[v - VAR_VSR_LOW] = value;
    else if (v >= VAR_VR) cpu.vr[v - VAR_VR] = value;
    else if (v >= VAR_FPR) cpu.fpr[v - VAR_FPR] = value;
    else if (v >= VAR_CR) cpu.cr[v - VAR_CR] = value;
    else if (v === VAR_LR) cpu.lr = value;
    else if (v === VAR_CTR) cpu.ctr = value;
    else if (v === VAR_SO) cpu.so = value;
    else if (v === VAR_OV) cpu.ov = value;
    else if (v === VAR_CA) cpu.ca = value;
    else throw new Error(`variable ${v}`);
  }
  /** A bank and an index as a variable, for those that have variables. */
  #variableOf(bank: number, index: bigint): number {
    const first = bank === BANK_GPR ? 0 : bank === BANK_CR ? VAR_CR : bank === BANK_FPR ? VAR_FPR : -1;
    const count = bank === BANK_CR ? 8n : 32n;
    if (first < 0 || index >= count) throw new Error(`register ${index} of bank ${bank}`);
    return first + Number(index);
  }
  #bank(bank: number, index: bigint): bigint {
    const { cpu } = this;
    if (bank === BANK_VSR) return cpu.vsr(Number(index));
    return this.#variable(this.#variableOf(bank, index));
  }

  #effect(n: number, op: number): void {
    const { ir, cpu } = this;
    const [a, b, c] = [ir.a[n]!, ir.b[n]!, ir.c[n]!];
    switch (op) {
      case Op.if: case Op.end: case Op.interpret: return;
      case Op.set: return this.#setVariable(a, this.#at(b));
      case Op.setAt:
        if (a === BANK_VSR) return cpu.setVsr(Number(this.#at(b)), this.#at(c));
        return this.#setVariable(this.#variableOf(a, this.#at(b)), this.#at(c));
      case Op.setState: return void cpu.state.set(a, this.#at(b));
      case Op.compare: return this.#compare(a & 7, (a & 8) !== 0, n);
      case Op.compareAt: return this.#compare(Number(this.#at(a)), ir.type[n] === I32, n);
      case Op.load: {
        const value = cpu.load(this.#at(a), b);
        this.#values[n] = this.#cut(c === 1 ? signed(value, 8 * b) : value, ir.type[n]!);
        return;
      }
      case Op.store: return cpu.store(this.#at(a), b, this.#at(c));
      case Op.call: return this.#call(n);
      case Op.branch:
        if (this.#at(a) !== 0n) this.next = this.#at(b) & ~3n;
        return;
      case Op.raise: throw new InstructionEnds({ number: a });
      case Op.resync:
        this.resync = true;
        return;
      default: throw new Error(`no evaluation of ${OPERATION_NAMES[op]}`);
    }
  } // prettier-ignore

  #compare(field: number, asSigned: boolean, n: number): void {
    const { ir, cpu } = this;
    const bits = bitsOf(ir.type[ir.b[n]!]!);
    const [a, b] = [ir.b[n]!, ir.c[n]!].map((k) => (asSigned ? signed(this.#at(k), bits) : this.#at(k))) as [bigint, bigint];
    cpu.cr[field] = (a < b ? 8n : a > b ? 4n : 2n) | cpu.so;
  }
  #call(n: number): void {
    const { ir, cpu } = this;
    const name = serviceByNumber(ir.a[n]!);
    const args = Array.from({ length: ir.c[n]! }, (_x, k) => this.#at(ir.args[ir.b[n]! + k]!));
    if (args.length !== SERVICES[name].signature.indexOf(':') && !SERVICES[name].signature.startsWith('v:'))
      throw new Error(`${name}: arguments`);
    this.calls.push(name);
    const returned = (this.services[name] ?? STANDARD[name])?.(cpu, ...args);
    const result = typeof returned === 'bigint' ? returned : 0n;
    if (ir.type[n] !== NONE) this.#values[n] = this.#cut(result, ir.type[n]!);
  }
}

/**
 * Runs IR of one instruction on a CPU.
 * @param word the instruction word, for IR built with unknown operands
 */
export function evaluate(ir: Ir, cpu: EvaluatedCpu, word: number, cia: bigint, services: Services = {}): Outcome {
  const run = new Evaluation(ir, cpu, word, cia, services);
  try {
    run.run();
  } catch (problem) {
    if (!(problem instanceof InstructionEnds)) throw problem;
    return { next: cia, exception: problem.exception, resync: run.resync, calls: run.calls };
  }
  return { next: run.next, resync: run.resync, calls: run.calls };
}

/** IR of one instruction: with its operands known, as the recompiler has them, or unknown, as the interpreter's handlers. */
export function irOf(inst: Instruction, word: number, cia: number, context: BuildContext, operands: 'known' | 'unknown' = 'known'): Ir {
  const ir = new Ir();
  const builder = new IrBuilder(ir, context);
  if (operands === 'known') builder.instruction(inst, word, cia);
  else {
    const variant = inst.operands.flatMap((o) => o.fields.filter((f) => f.variant).map((f) => [f.name, extract(word, f)] as const));
    builder.handler(inst, new Map(variant));
  }
  return ir;
}
