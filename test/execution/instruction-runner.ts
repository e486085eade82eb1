import { RAM_OFFSET } from '../../jit/abi/layout.js';
import { MAP_SUPERVISOR_ALL } from '../../runtime/mmu/mmu.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';
import { patternByte, type After, type Before } from './expected.js';

const RAM = 0x800000;
/** Storage that instructions may access: from 0, and the last 32 KiB of the address space, which lie behind it in RAM. */
const DATA = 0x80000;
const TOP = 0xffff8000;
const TOP_SIZE = 0x8000;
/** Code: instructions stand apart, so that few branch from one to another. */
const CODE = 0x100000;
const SPACING = 208;
/** Over one word: the loop that interprets takes a branch to the next word for no branch. */
const BRANCH_OVER = 0x48000008;
const BRANCH_TO_SELF = 0x48000000;

/** Runs single instructions on a CPU, in one of its ways, and sees everything they do. */
export class InstructionRunner {
  readonly cpu: BareCpu;
  readonly #pattern: Uint8Array;
  /** Address of the branch in front of the instruction placed last: only branch targets are compiled. */
  #at = CODE - SPACING;
  #exception = 0;
  #exceptionAt = 0;

  /** @param difficult compiled storage accesses call the slow path where the quick one fails; else they leave to the interpreter */
  constructor(
    readonly mode: BareMode,
    readonly difficult = false,
  ) {
    this.cpu = new BareCpu(mode, RAM);
    this.cpu.core.mmu.map({ virtual: TOP, real: DATA, size: TOP_SIZE, flags: MAP_SUPERVISOR_ALL });
    this.#pattern = Uint8Array.from({ length: DATA + TOP_SIZE }, (_, k) => patternByte(k < DATA ? k : k - DATA + TOP));
    this.cpu.memory.write(0, this.#pattern);
    this.cpu.engine.onException = (exception, pc) => {
      this.#exception = exception;
      this.#exceptionAt = pc;
    };
  }

  /** Where an instruction's storage lies in RAM; -1 when it is out of reach. */
  #physical(ea: number): number {
    return ea >= TOP ? ea - TOP + DATA : ea < DATA ? ea : -1;
  }

  /** Puts an instruction where it is to run from now on; its address. */
  place(word: number): number {
    this.#at += SPACING;
    if (this.#at + SPACING > RAM) this.#at = CODE;
    this.cpu.load(this.#at, [BRANCH_OVER, 0, word, BRANCH_TO_SELF]);
    if (this.difficult) this.cpu.markDifficult(this.#at + 8);
    return this.#at + 8;
  }

  /** Runs the instruction placed last. */
  run(before: Before): void {
    const { state } = this.cpu;
    before.gpr.forEach((v, n) => state.setGpr(n, v));
    state.cr = before.cr;
    state.xer = before.xer;
    state.lr = before.lr;
    state.ctr = before.ctr;
    const at = before.reservation === undefined ? -1 : this.#physical(before.reservation);
    state.reservation = at < 0 ? 0 : RAM_OFFSET + at;
    this.#exception = 0;
    this.cpu.engine.takeInterpreted();
    this.cpu.run(this.#at, 2);
  }

  /** Whether the instruction ran as compiled code, not only the branch to it as interpreted code. */
  wasCompiled(): boolean {
    return this.cpu.engine.takeInterpreted() === 1 && this.cpu.engine.codeCache.counts.compiled > 0;
  }

  /** What differs from what the instruction should have done, in words; empty when nothing does. Storage is as before then. */
  difference(after: After): string {
    const { state } = this.cpu;
    const wrong: string[] = [];
    const check = (name: string, found: number, wanted: number) => {
      if (found !== wanted) wrong.push(`${name} is ${found.toString(16)}, not ${wanted.toString(16)}`);
    };
    after.gpr.forEach((v, n) => check(`r${n}`, state.gpr(n), v));
    check('CR', state.cr, after.cr);
    check('XER', state.xer, after.xer);
    check('LR', state.lr, after.lr);
    check('CTR', state.ctr, after.ctr);
    check('exception', this.#exception, after.exception);
    check('next', this.#exception === 0 ? state.pc : this.#exceptionAt, after.next);
    const granule = after.reservation === undefined ? -1 : this.#physical(after.reservation);
    check('reservation', state.reservation, granule < 0 ? 0 : RAM_OFFSET + granule);
    for (const [ea, value] of after.stored) {
      const at = this.#physical(ea);
      check(`byte ${ea.toString(16)}`, this.cpu.memory.read(at, 1)[0]!, value);
      this.cpu.memory.write(at, Uint8Array.of(this.#pattern[at]!));
    }
    return wrong.join('; ');
  }

  /** Bytes of storage that are not as they were before any instruction: none, or something was stored where nothing should. */
  strayBytes(): number {
    const now = this.cpu.memory.read(0, this.#pattern.length);
    return now.reduce((n, byte, k) => n + (byte === this.#pattern[k] ? 0 : 1), 0);
  }
}
