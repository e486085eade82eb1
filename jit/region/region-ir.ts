import type { BuildContext } from '../ir/build-context.js';
import { IrBuilder } from '../ir/builder.js';
import { serviceByNumber } from '../ir/service-numbers.js';
import { FIRST_EFFECT, Ir, Op, VAR_CR } from '../ir/ir.js';
import { SERVICES } from '../abi/services.js';
import type { MsrBitName } from '../isa/registers.js';
import type { Block, Discovery } from './discover.js';
import { EMPTY, plus, type VariableSet } from './variable-set.js';

/** The IR of one block, with what the region's analyses need to know of it. */
export interface BlockIr {
  readonly block: Block;
  /** Node range of the block, and the first node of each instruction. */
  readonly start: number;
  readonly end: number;
  readonly starts: readonly number[];
  /** Variables read before they are written, and variables written. */
  readonly uses: VariableSet;
  readonly defines: VariableSet;
  /** The block calls: registers are in memory and read again behind it. */
  readonly calls: boolean;
}

/** The IR of a region. */
export interface RegionIr {
  readonly ir: Ir;
  readonly blocks: ReadonlyMap<number, BlockIr>;
  /** MSR bits of the key that it depends on. */
  readonly consulted: ReadonlySet<MsrBitName>;
}

/** Builds the IR of all blocks of a region, one after the other in one Ir. */
export function buildRegionIr(discovery: Discovery, context: BuildContext): RegionIr {
  const ir = new Ir();
  const builder = new IrBuilder(ir, context);
  const blocks = new Map<number, BlockIr>();
  for (const block of discovery.blocks.values()) {
    builder.forget();
    const start = ir.length;
    const starts: number[] = [];
    block.instructions.forEach((inst, k) => {
      starts.push(ir.length);
      ir.currentOrigin = k;
      builder.instruction(inst, block.words[k]!, (block.pc + 4 * k) >>> 0);
    });
    const end = endOf(ir, start);
    blocks.set(block.pc, {
      block,
      start,
      end,
      starts,
      ...usesAndDefines(ir, start, end),
      calls: block.flow.kind === 'branch' && block.flow.branch === 'call',
    });
  }
  return { ir, blocks, consulted: builder.consulted };
}

/** End of a block's nodes: what follows where everything is left to the interpreter is for the interpreter only. */
function endOf(ir: Ir, start: number): number {
  let depth = 0;
  for (let n = start; n < ir.length; n++) {
    if (ir.op[n] === Op.if) depth++;
    else if (ir.op[n] === Op.end) depth--;
    else if (ir.op[n] === Op.interpret && depth === 0) return n + 1;
  }
  return ir.length;
}

/** Variables that a node reads directly, as numbers. */
function variableRead(ir: Ir, n: number): number {
  if (ir.op[n] === Op.get) return ir.a[n]!;
  if (ir.op[n] === Op.crTest) return VAR_CR + ir.a[n]!;
  return -1;
}
/** The variable that a node writes, -1 for none. */
export function variableWritten(ir: Ir, n: number): number {
  if (ir.op[n] === Op.set) return ir.a[n]!;
  if (ir.op[n] === Op.compare) return VAR_CR + (ir.a[n]! & 7);
  return -1;
}

/** CR fields that are written inside the condition that node n opens. */
export function crFieldsWrittenInside(ir: Ir, n: number): number[] {
  const fields: number[] = [];
  let nested = 0;
  for (let k = n; k < ir.length; k++) {
    const w = variableWritten(ir, k);
    if (w >= VAR_CR && w < VAR_CR + 8) fields.push(w - VAR_CR);
    if (ir.op[k] === Op.if) nested++;
    else if (ir.op[k] === Op.end && --nested === 0) break;
  }
  return fields;
}

function usesAndDefines(ir: Ir, start: number, end: number): { uses: VariableSet; defines: VariableSet } {
  let uses = EMPTY;
  let defines = EMPTY;
  const certain = new Set<number>();
  let depth = 0;
  for (let n = start; n < end; n++) {
    const r = variableRead(ir, n);
    if (r >= 0 && !certain.has(r)) uses = plus(uses, r);
    if (ir.op[n] === Op.if) depth++;
    else if (ir.op[n] === Op.end) depth--;
    const w = variableWritten(ir, n);
    if (w < 0) continue;
    defines = plus(defines, w);
    if (depth === 0) certain.add(w);
    // A conditional write leaves the old value alive on the other path.
    else if (!certain.has(w)) uses = plus(uses, w);
  }
  return { uses, defines };
}

/** Whether an instruction's nodes can leave the region in its midst (storage, faulting services, exceptions). */
export function canLeave(ir: Ir, from: number, to: number): boolean {
  for (let n = from; n < to; n++) {
    const op = ir.op[n]!;
    if (op < FIRST_EFFECT) continue;
    if (op === Op.load || op === Op.store || op === Op.raise || op === Op.interpret || op === Op.resync) return true;
    if (op === Op.call && 'mayFault' in SERVICES[serviceByNumber(ir.a[n]!)]) return true;
  }
  return false;
}
