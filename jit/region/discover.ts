import type { BuildContext } from '../ir/build-context.js';
import { IrBuilder } from '../ir/builder.js';
import { BRANCH_CALL, BRANCH_RETURN, I32, Ir, Op } from '../ir/ir.js';
import type { Instruction } from '../isa/inst.js';
import { SPR } from '../isa/operands.js';

/** Finds definitions by instruction word: a decoder of jit/isa, or a test's. */
export interface InstructionDecoder {
  decode(word: number): Instruction | undefined;
}

/** How control leaves an instruction. */
export interface Flow {
  /** `next`: goes on; `branch`: see the other fields; `end`: leaves the region here (exception, resynchronisation, interpreter). */
  readonly kind: 'next' | 'branch' | 'end';
  /** Of a branch: target address when known at translation time. */
  readonly target: number | undefined;
  /** Of a branch: whether the next instruction can follow. */
  readonly conditional: boolean;
  readonly branch: 'jump' | 'call' | 'return';
}

const NEXT: Flow = { kind: 'next', target: undefined, conditional: false, branch: 'jump' };
const END: Flow = { kind: 'end', target: undefined, conditional: false, branch: 'jump' };

/** Reads how control leaves an instruction from the IR its definition builds. */
export class FlowReader {
  /** Definitions that never do anything but go on, found out the first time each is met. */
  readonly #plain = new Map<Instruction, boolean>();

  constructor(readonly context: BuildContext) {}

  flow(inst: Instruction, word: number, cia: number): Flow {
    if (this.#plain.get(inst)) return NEXT;
    const ir = new Ir();
    new IrBuilder(ir, this.context).instruction(inst, word, cia);
    let depth = 0;
    let control = false;
    let result = NEXT;
    for (let n = 0; n < ir.length; n++) {
      const op = ir.op[n];
      if (op === Op.if) depth++;
      else if (op === Op.end) depth--;
      else if (op === Op.branch || op === Op.raise || op === Op.resync || op === Op.interpret) {
        control = true;
        if (op === Op.interpret || depth === 0) {
          if (op === Op.branch && result.kind !== 'end') result = branchFlow(ir, n, (cia + 4) >>> 0, this.context);
          else result = END;
        }
      }
    }
    if (!control) this.#plain.set(inst, !conditionalControl(ir) && !inst.operands.some((o) => o.name === SPR.name));
    return result;
  }
}

/** An instruction whose control depends on its operands must be looked at each time; so must one that names an SPR. */
function conditionalControl(ir: Ir): boolean {
  for (let n = 0; n < ir.length; n++) if (ir.op[n] === Op.if) return true;
  return false;
}

/** A branch-and-link to the next instruction only reads the instruction address: it is no call. */
function branchFlow(ir: Ir, n: number, after: number, { ciaHigh = 0, movable = false }: BuildContext): Flow {
  const taken = ir.a[n]!;
  const target = ir.b[n]!;
  const never = ir.op[taken] === Op.const && ir.a[taken] === 0;
  if (never) return NEXT;
  // A target beyond the 4 GiB of the instruction is as good as unknown; so is one that stays where it is when the code does not.
  const near = ir.op[target] === (movable ? Op.here : Op.const) && (ir.type[target] === I32 || ir.b[target] === ciaHigh);
  const known = near ? (ir.a[target]! & ~3) >>> 0 : undefined;
  return {
    kind: 'branch',
    target: known,
    conditional: ir.op[taken] !== Op.const,
    branch: known === after ? 'jump' : ir.c[n] === BRANCH_CALL ? 'call' : ir.c[n] === BRANCH_RETURN ? 'return' : 'jump',
  };
}

/** One basic block. Addresses are effective addresses, unsigned. */
export interface Block {
  readonly pc: number;
  readonly words: readonly number[];
  readonly instructions: readonly Instruction[];
  /** How the last instruction leaves; `next` when the block just runs into the following address. */
  readonly flow: Flow;
  /** Address after the last instruction. */
  readonly end: number;
}

/** Connected basic blocks found from one entry. */
export interface Discovery {
  readonly entry: number;
  /** By address. */
  readonly blocks: ReadonlyMap<number, Block>;
  /** Addresses at which the region can be entered, the main one first. */
  readonly entries: readonly number[];
  /** All instruction addresses and words, for checking that memory still holds them. */
  readonly instructions: ReadonlyMap<number, number>;
}

/** How large a region may become: instructions, and places at which it can be entered. */
export interface DiscoverLimits {
  readonly instructions: number;
  readonly entries: number;
}
/** Limits that have been found to pay: larger regions take longer to compile than they save. */
export const DEFAULT_LIMITS: DiscoverLimits = { instructions: 400, entries: 40 };

/**
 * Finds the region around an entry.
 * @param fetch word at an address, undefined where the region must not go
 */
export function discover(
  entry: number,
  fetch: (pc: number) => number | undefined,
  decoder: InstructionDecoder,
  flows: FlowReader,
  limits: DiscoverLimits = DEFAULT_LIMITS,
): Discovery {
  const found = new Map<number, { word: number; inst: Instruction; flow: Flow }>();
  const leaders = new Set<number>([entry]);
  const entries = new Set<number>([entry]);
  const work = [entry];
  // Breadth first, so that the limit cuts what is far away.
  for (let k = 0; k < work.length; k++) {
    for (let pc = work[k]!; !found.has(pc) && found.size < limits.instructions; pc = (pc + 4) >>> 0) {
      const word = fetch(pc);
      const inst = word === undefined ? undefined : decoder.decode(word);
      if (word === undefined || !inst) break;
      const flow = flows.flow(inst, word, pc);
      found.set(pc, { word, inst, flow });
      if (flow.kind === 'next') continue;
      const after = (pc + 4) >>> 0;
      if (flow.kind === 'end' || flow.branch === 'call') {
        leaders.add(after);
        if (entries.size < limits.entries) entries.add(after);
        work.push(after);
      } else if (flow.conditional) {
        leaders.add(after);
        work.push(after);
      }
      if (flow.kind === 'branch' && flow.branch === 'jump' && flow.target !== undefined) {
        leaders.add(flow.target);
        work.push(flow.target);
        if (flow.target <= pc && found.has(flow.target) && entries.size < limits.entries) entries.add(flow.target);
      }
      break;
    }
  }
  const blocks = new Map<number, Block>();
  for (const pc of leaders) {
    if (!found.has(pc)) continue;
    const words: number[] = [];
    const instructions: Instruction[] = [];
    let flow = NEXT;
    let at = pc;
    for (;;) {
      const f = found.get(at);
      if (!f) break;
      words.push(f.word);
      instructions.push(f.inst);
      flow = f.flow;
      at = (at + 4) >>> 0;
      if (flow.kind !== 'next' || leaders.has(at)) break;
    }
    blocks.set(pc, { pc, words, instructions, flow, end: at });
  }
  return {
    entry,
    blocks,
    entries: [...entries].filter((pc) => blocks.has(pc)),
    instructions: new Map([...found].map(([pc, f]) => [pc, f.word])),
  };
}
