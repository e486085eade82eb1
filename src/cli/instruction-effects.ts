import { serviceByNumber } from '../../jit/ir/service-numbers.js';
import {
  FIRST_EFFECT, NODE_OPERANDS, Op, VAR_CA, VAR_CR, VAR_CTR, VAR_FPR, VAR_LR, VAR_OV, VAR_SO, VAR_VR, VAR_VSR_LOW, type Ir,
} from '../../jit/ir/ir.js'; // prettier-ignore

/** The architected name of an IR variable. */
function variableName(variable: number): string {
  if (variable >= VAR_VSR_LOW) return `vs${variable - VAR_VSR_LOW}`;
  if (variable >= VAR_VR) return `v${variable - VAR_VR}`;
  if (variable >= VAR_FPR) return `f${variable - VAR_FPR}`;
  if (variable >= VAR_CR) return `cr${variable - VAR_CR}`;
  switch (variable) {
    case VAR_LR:
      return 'lr';
    case VAR_CTR:
      return 'ctr';
    case VAR_SO:
      return 'so';
    case VAR_OV:
      return 'ov';
    case VAR_CA:
      return 'ca';
    default:
      return `r${variable}`;
  }
}

/** Nodes of a range that an effect needs: folding leaves others behind. */
function liveNodes(ir: Ir, from: number, to: number): ReadonlySet<number> {
  const live = new Set<number>();
  const operands = (n: number): number[] => {
    const mask = NODE_OPERANDS[ir.op[n]];
    const direct = [ir.a[n], ir.b[n], ir.c[n]].filter((_, k) => (mask & (1 << k)) !== 0);
    return ir.op[n] === Op.call ? [...direct, ...ir.args.slice(ir.b[n], ir.b[n] + ir.c[n])] : direct;
  };
  // Operands stand before what uses them.
  for (let n = to - 1; n >= from; n--) {
    if (ir.op[n] < FIRST_EFFECT && !live.has(n)) continue;
    live.add(n);
    for (const operand of operands(n)) live.add(operand);
  }
  return live;
}

/**
 * What one instruction reads and writes, as its definition says when its word is known: nodes `from` to `to` (exclusive) of `ir`.
 * @returns such as `r3 r4 → r5 cr0`, with storage as `[4]` by its size in bytes and services by their names
 */
export function instructionEffects(ir: Ir, from: number, to: number): string {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const live = liveNodes(ir, from, to);
  for (let n = from; n < to; n++) {
    if (!live.has(n)) continue;
    const operand = ir.a[n];
    switch (ir.op[n]) {
      case Op.get:
        reads.add(variableName(operand));
        break;
      case Op.crTest:
        reads.add(`cr${operand}`);
        break;
      case Op.state:
        reads.add(`state+${operand.toString(16)}`);
        break;
      case Op.load:
        reads.add(`[${ir.b[n]}]`);
        break;
      case Op.set:
        writes.add(variableName(operand));
        break;
      case Op.compare:
        // Bit 3 of the operand is the signedness.
        writes.add(`cr${operand & 7}`);
        break;
      case Op.setState:
        writes.add(`state+${operand.toString(16)}`);
        break;
      case Op.store:
        writes.add(`[${ir.b[n]}]`);
        break;
      case Op.branch:
        writes.add('pc');
        break;
      case Op.raise:
        writes.add('exception');
        break;
      case Op.call:
        writes.add(`${serviceByNumber(operand)}()`);
        break;
      case Op.interpret:
        writes.add('interpreter');
        break;
    }
  }
  return `${[...reads].join(' ')} → ${[...writes].join(' ')}`.trim();
}
