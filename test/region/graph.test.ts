import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph, type Edge, type Graph, type GraphNode } from '../../jit/region/graph.js';

/** Successors of blocks numbered from 0, and the entries. */
interface Plain {
  readonly successors: readonly (readonly number[])[];
  readonly entries: readonly number[];
}

const plainGraph: fc.Arbitrary<Plain> = fc.integer({ min: 1, max: 14 }).chain((size) => {
  const block = fc.integer({ min: 0, max: size - 1 });
  return fc.record({
    successors: fc.array(fc.uniqueArray(block, { maxLength: 2 }), { minLength: size, maxLength: size }),
    entries: fc.uniqueArray(block, { minLength: 1, maxLength: 4 }),
  });
});

const build = ({ successors, entries }: Plain): Graph => buildGraph(new Map(successors.map((s, k) => [k, s])), entries);

/** Where an edge leads: through dispatches, which choose by the block that is meant. */
function arrive(edge: Edge): GraphNode {
  let { to } = edge;
  for (let hops = 0; to.kind === 'dispatch'; hops++) {
    const chosen = to.succ.find((e) => e.goal === edge.goal);
    if (!chosen || hops > 20) throw new Error(`no way to block ${edge.goal.pc}`);
    to = chosen.to;
  }
  return to;
}
/** Nodes that every way from the root to `n` passes. */
function dominators(n: GraphNode): Set<GraphNode> {
  const all = new Set<GraphNode>([n]);
  for (let d = n; d.dominator && d.dominator !== d; d = d.dominator) all.add(d.dominator);
  return all;
}
const reachable = ({ successors, entries }: Plain): Set<number> => {
  const seen = new Set(entries);
  for (const b of seen) for (const s of successors[b]!) seen.add(s);
  return seen;
};

describe('the graph of a region', () => {
  it('has an edge for every successor and every entry, and no others', () => {
    fc.assert(
      fc.property(plainGraph, (plain) => {
        const graph = build(plain);
        for (const pc of reachable(plain)) {
          const node = graph.byPc.get(pc)!;
          expect(node.succ.map((e) => arrive(e).pc)).toEqual(plain.successors[pc]);
          expect(node.succ.map((e) => e.goal.pc)).toEqual(plain.successors[pc]);
        }
        expect(graph.entries.map((e) => arrive(e).pc)).toEqual(plain.entries);
      }),
      { numRuns: 2000 },
    );
  });

  it('is reducible: what is jumped back to dominates where from', () => {
    fc.assert(
      fc.property(plainGraph, (plain) => {
        const graph = build(plain);
        for (const n of graph.nodes) {
          for (const e of n.succ) {
            if (e.to.index > n.index) continue;
            expect(dominators(n)).toContain(e.to);
            expect(e.to.loop).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is in reverse postorder, with every reachable node once', () => {
    fc.assert(
      fc.property(plainGraph, (plain) => {
        const graph = build(plain);
        const blocks = graph.nodes.filter((n) => n.kind === 'block').map((n) => n.pc);
        expect(new Set(blocks)).toEqual(reachable(plain));
        expect(blocks.length).toBe(new Set(blocks).size);
        graph.nodes.forEach((n, k) => expect(n.index).toBe(k));
        for (const n of graph.nodes.slice(1)) expect(n.dominator!.index).toBeLessThan(n.index);
      }),
      { numRuns: 1000 },
    );
  });

  it('marks the nodes that several forward edges reach', () => {
    const graph = build({ successors: [[1, 2], [3], [3], []], entries: [0] });
    expect([0, 1, 2, 3].map((pc) => graph.byPc.get(pc)!.merge)).toEqual([false, false, false, true]);
    expect(graph.byPc.get(3)!.dominator!.pc).toBe(0);
  });

  it('needs no dispatch where a loop has one entry, and one where it has two', () => {
    const dispatches = (plain: Plain) => build(plain).nodes.filter((n) => n.kind === 'dispatch').length;
    expect(dispatches({ successors: [[1], [2], [1, 3], []], entries: [0] })).toBe(0);
    expect(dispatches({ successors: [[1, 2], [2], [1, 3], []], entries: [0] })).toBe(1);
    expect(dispatches({ successors: [[1], [2], [1, 3], []], entries: [0, 2] })).toBe(1);
  });
});
