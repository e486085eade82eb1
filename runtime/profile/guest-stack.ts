import { hexAddress, type CodeNames } from '../../jit/names/code-names.js';
import { MSR } from '../../jit/isa/registers.js';
import type { Engine } from '../engine.js';
import type { SampleLog } from './sample-log.js';

/** A run of addresses that the guest executes at, and that is named by other addresses: real mode, or before a kernel moved itself. */
export interface CodeAlias {
  /** First effective address executed at, and how many bytes. */
  readonly from: number;
  readonly size: number;
  /** The address that names it, as two unsigned words. */
  readonly low: number;
  readonly high: number;
  /** Whether the word at an offset is what lies there: another alias may cover the same addresses at another time. */
  readonly holds: (offset: number, word: number) => boolean;
}

/** Deepest back trace, in frames. */
const DEPTH = 16;
/** Instruction addresses are named by page where they have no other name. */
const PAGE = 0xfffff000;
const STACK_POINTER = 1;
/** Where a caller's return address is saved in its frame: ABI for 64 bits (both versions), and for 32 bits. */
const SAVED_LR = { wide: 16, narrow: 4 };

/** Reads where the guest is: its call stack by names, as far as its registers and the supervisor's stack tell. */
export class GuestStack {
  /** Frames of instruction addresses, by their high and low words; -1 for what has no name. */
  readonly #known = new Map<number, Map<number, number>>();
  #low = 0;
  #high = 0;

  constructor(
    readonly engine: Engine,
    readonly names: CodeNames,
    readonly aliases: readonly CodeAlias[],
    readonly log: SampleLog,
  ) {}

  /**
   * The call stack, the outermost frame first, as frames of the log. It begins with the CPU where there are several, and with user or kernel.
   * The guest's registers must lie in memory.
   */
  capture(): number[] {
    const { engine, log } = this;
    const { state } = engine.core;
    const stack: number[] = [];
    if (engine.cpus.length > 1) stack.push(log.frame(`CPU ${engine.cpu.number}`));
    if (state.msr & MSR.PR.mask) {
      stack.push(log.frame('user'), log.frame(`user 0x${hexAddress(state.pc & PAGE, state.pcHigh)}`));
      return stack;
    }
    stack.push(log.frame('kernel'));
    const callers = this.#callers();
    for (let k = callers.length - 1; k >= 0; k--) stack.push(callers[k]!);
    const here = this.#named(state.pc, state.pcHigh);
    stack.push(here >= 0 ? here : log.frame(`kernel 0x${hexAddress(state.pc & PAGE, state.pcHigh)}`));
    return stack;
  } // prettier-ignore

  /** The functions that wait for calls to come back, the innermost first. */
  #callers(): number[] {
    const { state, model } = this.engine.core;
    const wide = model.width === 64;
    const found: number[] = [];
    let low = state.gpr(STACK_POINTER);
    let high = wide ? state.gprHigh(STACK_POINTER) : 0;
    const here = this.#function(state.pc, state.pcHigh);
    const [linkLow, linkHigh] = [state.lr, wide ? state.lrHigh : 0];
    for (let k = 0; k < DEPTH; k++) {
      if (!this.#read(low, high, wide)) break;
      [low, high] = [this.#low, this.#high];
      // The outermost frame has none above it.
      if (low === 0 && high === 0) break;
      if (!this.#read((low + (wide ? SAVED_LR.wide : SAVED_LR.narrow)) >>> 0, high, wide)) break;
      if (k === 0 && (this.#low !== linkLow || this.#high !== linkHigh) && this.#function(linkLow - 4, linkHigh) !== here) {
        // The function has no frame yet, or needs none: who called it stands in LR alone.
        this.#push(found, linkLow, linkHigh);
      }
      this.#push(found, this.#low, this.#high);
    }
    return found;
  }

  /** A return address is named by the call before it: what follows may be another function. Slots that hold none are passed over. */
  #push(found: number[], low: number, high: number): void {
    const frame = low < 4 ? -1 : this.#named(low - 4, high);
    if (frame >= 0) found.push(frame);
  }

  #function(low: number, high: number): number {
    return this.names.find(low, high);
  }

  /** Reads a register-sized value of supervisor's storage; false where there is no memory. */
  #read(low: number, high: number, wide: boolean): boolean {
    const { core, memory } = this.engine;
    if (low & 3) return false;
    const physical = core.mmu.probe(low, high);
    const host = physical < 0 ? -1 : memory.hostAddress(physical);
    if (host < 0) return false;
    const [first, second] = [memory.word(host), wide ? memory.word(host + 4) : 0];
    // RAM of big-endian machines lies as words, the more significant one first.
    const bigEndian = memory.swizzled;
    this.#low = (wide && bigEndian ? second : first) >>> 0;
    this.#high = (wide ? (bigEndian ? first : second) : 0) >>> 0;
    return true;
  }

  /** Frame of the function at an address, -1 when it has no name. */
  #named(low: number, high: number): number {
    const [l, h] = [low >>> 0, high >>> 0];
    let column = this.#known.get(h);
    if (!column) this.#known.set(h, (column = new Map<number, number>()));
    let frame = column.get(l);
    if (frame !== undefined) return frame;
    const name = this.names.nameAt(l, h);
    frame = name === undefined ? -1 : this.log.frame(name);
    if (frame >= 0) column.set(l, frame);
    else frame = this.#aliased(l, h);
    return frame;
  }

  /** The same for code that is executed elsewhere than it was linked for: not remembered, for it moves. */
  #aliased(low: number, high: number): number {
    const { core, memory } = this.engine;
    if (high >= 0x1000) return -1;
    const address = high * 0x1_0000_0000 + low;
    for (const alias of this.aliases) {
      const offset = address - alias.from;
      if (offset < 0 || offset >= alias.size) continue;
      const physical = core.mmu.probe(low, high);
      const host = physical < 0 ? -1 : memory.hostAddress(physical);
      if (host < 0 || !alias.holds(offset, memory.word(host))) continue;
      const sum = alias.low + offset;
      const name = this.names.nameAt(sum >>> 0, alias.high + Math.floor(sum / 0x1_0000_0000));
      if (name !== undefined) return this.log.frame(name);
    }
    return -1;
  }
}
