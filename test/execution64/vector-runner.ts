import { VSCR_OFFSET } from '../../jit/abi/layout.js';
import { BareCpu64 } from '../support/bare-cpu64.js';
import type { BareMode } from '../support/bare-cpu.js';
import type { VectorCpu } from '../isa/reference/vector-cpu.js';

const RAM = 0x800000;
/** Storage that instructions may access, from 0. */
export const DATA = 0x8000;
/** Code: instructions stand apart, so that few branch from one to another. */
const CODE = 0x100000;
const SPACING = 208;
/** Over one word: the loop that interprets takes a branch to the next word for no branch. */
const BRANCH_OVER = 0x48000008;
const BRANCH_TO_SELF = 0x48000000;

/** Storage before any instruction. */
export const patternByte = (address: number): number => (address * 37 + (address >> 8) * 5 + 0x8b) & 0xff;

/** Runs single vector instructions on a POWER8, in one of its ways, and sees what they do. */
export class VectorRunner {
  readonly cpu: BareCpu64;
  #at = CODE - SPACING;
  #exception = 0;

  constructor(
    readonly mode: BareMode,
    readonly endian: 'big' | 'little',
    backEnd: 'bytes' | 'binaryen' = 'bytes',
  ) {
    this.cpu = new BareCpu64(mode, { endian, size: RAM, backEnd });
    this.cpu.memory.write(
      0,
      Uint8Array.from({ length: DATA }, (_, k) => patternByte(k)),
    );
    this.cpu.engine.onException = (exception) => (this.#exception = exception);
  }

  /** Puts an instruction where it is to run from now on. */
  place(word: number): void {
    this.#at += SPACING;
    if (this.#at + SPACING > RAM) this.#at = CODE;
    this.cpu.load(this.#at, [BRANCH_OVER, 0, word, BRANCH_TO_SELF]);
  }

  /** Runs the instruction placed last. */
  run(before: VectorCpu): void {
    const { cpu } = this;
    before.gpr.forEach((v, n) => cpu.setGpr(n, v));
    before.vr.forEach((v, n) => cpu.setVsr(32 + n, v));
    cpu.state.words[VSCR_OFFSET >> 2] = Number(before.vscr);
    cpu.state.cr = Number(before.cr);
    this.#exception = 0;
    cpu.engine.takeInterpreted();
    cpu.run(this.#at, 2);
  }
  /** Whether the instruction ran as compiled code, not only the branch to it as interpreted code. */
  wasCompiled(): boolean {
    return this.cpu.engine.takeInterpreted() === 1 && this.cpu.engine.codeCache.counts.compiled > 0;
  }
  get exception(): number {
    return this.#exception;
  }

  /** What differs from what the instruction should have done, in words; empty when nothing does. Storage is as before then. */
  difference(after: VectorCpu): string {
    const { cpu } = this;
    const wrong: string[] = [];
    const check = (name: string, found: bigint, wanted: bigint) => {
      if (found !== wanted) wrong.push(`${name} is ${found.toString(16)}, not ${wanted.toString(16)}`);
    };
    after.vr.forEach((v, n) => check(`v${n}`, cpu.vsr(32 + n), v));
    after.gpr.forEach((v, n) => check(`r${n}`, cpu.gpr(n), v));
    check('VSCR', BigInt(cpu.state.words[VSCR_OFFSET >> 2]! >>> 0), after.vscr);
    check('CR', BigInt(cpu.state.cr >>> 0), after.cr);
    check('exception', BigInt(this.#exception), 0n);
    check('next', BigInt(cpu.state.pc), BigInt(this.#at + 12));
    for (const [address, value] of after.stored) {
      check(`byte ${address.toString(16)}`, BigInt(cpu.memory.read(Number(address), 1)[0]!), BigInt(value));
      cpu.memory.write(Number(address), Uint8Array.of(patternByte(Number(address))));
    }
    return wrong.join('; ');
  }
  /** Bytes of storage that are not as they were before any instruction. */
  strayBytes(): number {
    return this.cpu.memory.read(0, DATA).reduce((n, byte, k) => n + (byte === patternByte(k) ? 0 : 1), 0);
  }
}
