/**
 * Finds storage accesses of a block whose addresses differ by constants, so that one check serves all of them. Addresses are followed
 * symbolically: a root (the value some variable had) and an offset; update forms and copies of the base stay on their root.
 */
import { I32, type Ir, Op, VAR_CTR, VARIABLES } from '../ir/ir.js';
import { serviceByNumber } from '../ir/service-numbers.js';
import { SERVICES } from '../abi/services.js';

/** Accesses off one root, checked together. Offsets are relative to the root. */
export interface AccessGroup {
  /** Load and store nodes in program order. */
  readonly members: number[];
  /** Offset and size of each member, in the same order. */
  readonly offsets: number[];
  readonly sizes: number[];
  /** First byte and byte after the last. */
  low: number;
  high: number;
  /** Largest access size; an access of this size at `anchor` decides alignment. */
  alignment: number;
  anchor: number;
  /** A store is among the members: the check is for writing. */
  writes: boolean;
}

/** Bytes that a group may span: well below a page. */
const MAXIMUM_SPAN = 1024;
/** Fewer are not worth the check of their page's end. */
const MINIMUM_MEMBERS = 3;
/** Groups alive at once in a block: each keeps a host address in a local. */
const MAXIMUM_GROUPS = 12;

interface Symbol {
  readonly root: number;
  readonly offset: number;
}

/**
 * Finds the groups of nodes start..end-1; accesses inside conditions are left alone. Addresses are of the guest's width.
 * @param alone nodes that must not be put into groups
 */
export function coalesce(ir: Ir, start: number, end: number, alone: (n: number) => boolean): Map<number, AccessGroup> {
  const symbols: (Symbol | undefined)[] = [];
  const ofNode = new Map<number, Symbol>();
  let roots = 0;
  const ABSOLUTE = roots++;
  const variable = (v: number): Symbol => (symbols[v] ??= { root: roots++, offset: 0 });
  const symbolOf = (n: number): Symbol | undefined => {
    const known = ofNode.get(n);
    if (known) return known;
    if (ir.op[n] === Op.const && ir.type[n] === I32) return { root: ABSOLUTE, offset: ir.a[n]! };
    return undefined;
  };
  let open = new Map<number, AccessGroup>();
  const all: AccessGroup[] = [];
  let depth = 0;
  for (let n = start; n < end; n++) {
    const op = ir.op[n]!;
    switch (op) {
      case Op.get:
        if (ir.a[n]! <= VAR_CTR) ofNode.set(n, variable(ir.a[n]!));
        break;
      case Op.add: {
        const a = symbolOf(ir.a[n]!);
        const by = ir.b[n]!;
        // Offsets of 64-bit addresses are kept where they have 32 bits.
        if (a && ir.op[by] === Op.const && (ir.type[n] === I32 || ir.b[by] === ir.a[by]! >> 31)) {
          const offset = a.offset + ir.a[by]!;
          if (ir.type[n] === I32 || offset === (offset | 0)) ofNode.set(n, { root: a.root, offset: offset | 0 });
        }
        break;
      }
      case Op.if:
        depth++;
        break;
      case Op.end:
        depth--;
        break;
      case Op.set:
        symbols[ir.a[n]!] = depth === 0 && ir.a[n]! < VARIABLES ? symbolOf(ir.b[n]!) : undefined;
        break;
      case Op.call:
        // Translations may change under a service.
        if (SERVICES[serviceByNumber(ir.a[n]!)].effect !== 'pure' && SERVICES[serviceByNumber(ir.a[n]!)].effect !== 'fpscr')
          open = new Map();
        break;
      case Op.load:
      case Op.store: {
        const s = depth === 0 && !alone(n) ? symbolOf(ir.a[n]!) : undefined;
        if (!s) break;
        const size = ir.b[n]!;
        let group = open.get(s.root);
        if (!group || !join(group, n, s.offset, size, op === Op.store)) {
          group = {
            members: [n],
            offsets: [s.offset],
            sizes: [size],
            low: s.offset,
            high: s.offset + size,
            alignment: size,
            anchor: s.offset,
            writes: op === Op.store,
          };
          open.set(s.root, group);
          all.push(group);
        }
        break;
      }
      default:
    }
  }
  const chosen = all.filter((g) => g.members.length >= MINIMUM_MEMBERS).slice(0, MAXIMUM_GROUPS);
  const byNode = new Map<number, AccessGroup>();
  for (const g of chosen) for (const n of g.members) byNode.set(n, g);
  return byNode;
}

/** Adds an access to a group if one check can serve it too. */
function join(g: AccessGroup, n: number, offset: number, size: number, writes: boolean): boolean {
  const low = Math.min(g.low, offset);
  const high = Math.max(g.high, offset + size);
  if (high - low > MAXIMUM_SPAN) return false;
  const alignment = Math.max(g.alignment, size);
  const anchor = size > g.alignment ? offset : g.anchor;
  // Every member must be aligned when the anchor is.
  if ((offset - anchor) % size !== 0) return false;
  for (let k = 0; k < g.members.length; k++) if ((g.offsets[k]! - anchor) % g.sizes[k]! !== 0) return false;
  g.members.push(n);
  g.offsets.push(offset);
  g.sizes.push(size);
  g.low = low;
  g.high = high;
  g.alignment = alignment;
  g.anchor = anchor;
  g.writes ||= writes;
  return true;
}
