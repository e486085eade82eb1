/** What one instruction must do on a 440, told by the references of test/isa or, where there is none, by the IR's evaluator. */
import type { Instruction } from '../../jit/isa/inst.js';
import { EvaluatedCpu, PatternMemory } from '../support/evaluated-cpu.js';
import { evaluate, irOf } from '../support/ir-evaluator.js';
import { ARITHMETIC } from '../isa/reference/arithmetic.js';
import { CONTROL } from '../isa/reference/control.js';
import { ReferenceCpu, type SemanticsTable } from '../isa/reference/cpu.js';
import { LOGICAL } from '../isa/reference/logical.js';
import { STORAGE } from '../isa/reference/storage.js';
import { type Scatter, scatteredValue } from '../isa/situations.js';

const REFERENCE: SemanticsTable = { ...ARITHMETIC, ...LOGICAL, ...CONTROL, ...STORAGE };
const CONTEXT = { width: 32, mode64: false, msr: { PR: false } } as const;

/** Registers before an instruction. */
export interface Before {
  readonly gpr: readonly number[];
  readonly cr: number;
  readonly xer: number;
  readonly lr: number;
  readonly ctr: number;
  /** Effective address of the reserved granule. */
  readonly reservation: number | undefined;
}

/** Registers and storage behind it. */
export interface After extends Before {
  /** Address of the next instruction; its own with an exception. */
  readonly next: number;
  readonly exception: number;
  /** Bytes written, by effective address. */
  readonly stored: ReadonlyMap<number, number>;
}

/** Any values, edges more often than chance has them. */
export function scatteredBefore(s: Scatter, value: () => number = () => Number(scatteredValue(s, 32))): Before {
  const gpr = Array.from({ length: 32 }, value);
  return {
    gpr,
    cr: s.next(),
    xer: ((s.next() & 0xe0000000) | s.below(40)) >>> 0,
    lr: value(),
    ctr: s.below(2) ? s.below(3) : value(),
    reservation: s.below(2) ? ((gpr[4]! + gpr[5]!) & ~31) >>> 0 : undefined,
  };
}

/** Storage as it was before any instruction; addresses end at 2^32. */
class Storage extends PatternMemory {
  wrapped = false;
  override byte(address: bigint): number {
    if (address >= 1n << 32n) this.wrapped = true;
    return super.byte(address);
  }
}
/** The byte of storage that nothing has written. */
const untouched = new PatternMemory();
export const patternByte = (ea: number): number => untouched.byte(BigInt(ea >>> 0));

/** The registers and storage behind an instruction; undefined when it runs over the end of the address space. */
export function expectedAfter(i: Instruction, word: number, cia: number, before: Before): After | undefined {
  const memory = new Storage();
  const after = REFERENCE[i.mnemonic] ? byReference(i, word, cia, before, memory) : byEvaluator(i, word, cia, before, memory);
  const stored = new Map<number, number>();
  for (const [at, value] of memory.written) {
    if (at >= 1n << 32n) memory.wrapped = true;
    stored.set(Number(at), value);
  }
  return memory.wrapped ? undefined : { ...after, stored };
}

type Registers = Omit<After, 'stored'>;
const big = (n: number | undefined) => (n === undefined ? undefined : BigInt(n));
const small = (n: bigint | undefined) => (n === undefined ? undefined : Number(n));

function byReference(i: Instruction, word: number, cia: number, before: Before, memory: PatternMemory): Registers {
  const c = new ReferenceCpu(32, false, word, BigInt(cia), memory);
  const gpr = before.gpr.map(BigInt);
  Object.assign(c, { gpr, cr: BigInt(before.cr), lr: BigInt(before.lr), ctr: BigInt(before.ctr), reservation: big(before.reservation) });
  const xer = BigInt(before.xer);
  [c.so, c.ov, c.ca, c.count] = [(xer >> 31n) & 1n, (xer >> 30n) & 1n, (xer >> 29n) & 1n, xer & 127n];
  REFERENCE[i.mnemonic]!(c);
  return {
    gpr: c.gpr.map(Number),
    cr: Number(c.cr),
    xer: Number((c.so << 31n) | (c.ov << 30n) | (c.ca << 29n) | c.count),
    lr: Number(c.lr),
    ctr: Number(c.ctr),
    reservation: small(c.reservation),
    next: c.exception === undefined ? Number(c.nia) : cia,
    exception: c.exception ?? 0,
  };
}

function byEvaluator(i: Instruction, word: number, cia: number, before: Before, memory: PatternMemory): Registers {
  const cpu = new EvaluatedCpu(32, memory);
  before.gpr.forEach((v, n) => (cpu.gpr[n] = BigInt(v)));
  [cpu.wholeCr, cpu.xer, cpu.lr, cpu.ctr] = [before.cr, before.xer, before.lr, before.ctr].map(BigInt) as [bigint, bigint, bigint, bigint];
  cpu.reservation = big(before.reservation);
  const { next, exception } = evaluate(irOf(i, word, cia, CONTEXT), cpu, word, BigInt(cia));
  return {
    gpr: cpu.gpr.map(Number),
    cr: Number(cpu.wholeCr),
    xer: Number(cpu.xer),
    lr: Number(cpu.lr),
    ctr: Number(cpu.ctr),
    reservation: small(cpu.reservation),
    next: Number(next),
    exception: exception?.number ?? 0,
  };
}
