/**
 * The control-flow graph of a region, made reducible and put in the order of its dominator tree, so that it can be written with
 * structured control (blocks and loops) only. Where a cycle can be entered at several blocks (the region has several entries, or the code itself is
 * irreducible), a dispatch node is put in front of it that chooses by a selector local.
 */

/** A node: a basic block, a dispatch in front of a cycle, or the root that dispatches the region's entries. */
export interface GraphNode {
  readonly kind: 'root' | 'dispatch' | 'block';
  /** Address of the block; -1 for others. */
  readonly pc: number;
  /** Number of the block's selector value; dispatch nodes and root have none (-1). */
  readonly id: number;
  succ: Edge[];
  // Filled in by `order`:
  pred: GraphNode[];
  index: number;
  dominator: GraphNode | undefined;
  children: GraphNode[];
  /** Some edge comes back to this node. */
  loop: boolean;
  /** Several forward edges come to this node. */
  merge: boolean;
}

/** An edge; `goal` is the block finally meant, which `to` is itself unless it is a dispatch node. */
export interface Edge {
  to: GraphNode;
  goal: GraphNode;
}

const makeNode = (kind: GraphNode['kind'], pc: number, id: number): GraphNode => ({
  kind, pc, id, succ: [], pred: [], index: -1, dominator: undefined, children: [], loop: false, merge: false,
}); // prettier-ignore

/** A reducible graph in reverse postorder. */
export interface Graph {
  readonly root: GraphNode;
  /** Reverse postorder, the root first. */
  readonly nodes: readonly GraphNode[];
  readonly byPc: ReadonlyMap<number, GraphNode>;
  /** Edges from the root, in the order of the entries. */
  readonly entries: readonly Edge[];
}

/**
 * Builds the graph.
 * @param blocks addresses of the blocks with those of their successors inside the region
 * @param entries addresses of the entries
 */
export function buildGraph(blocks: ReadonlyMap<number, readonly number[]>, entries: readonly number[]): Graph {
  const byPc = new Map<number, GraphNode>();
  let id = 1;
  for (const pc of blocks.keys()) byPc.set(pc, makeNode('block', pc, id++));
  for (const [pc, successors] of blocks) {
    byPc.get(pc)!.succ = successors.map((s) => ({ to: byPc.get(s)!, goal: byPc.get(s)! }));
  }
  const root = makeNode('root', -1, -1);
  root.succ = entries.map((pc) => ({ to: byPc.get(pc)!, goal: byPc.get(pc)! }));
  const all = new Set<GraphNode>([root, ...byPc.values()]);
  makeReducible(new Set(byPc.values()), all);
  const nodes = order(root);
  return { root, nodes, byPc, entries: root.succ };
}

/** Strongly connected components of the nodes in `set`, along edges that stay inside it (Tarjan). */
function components(set: ReadonlySet<GraphNode>): GraphNode[][] {
  const index = new Map<GraphNode, number>();
  const low = new Map<GraphNode, number>();
  const onStack = new Set<GraphNode>();
  const stack: GraphNode[] = [];
  const out: GraphNode[][] = [];
  for (const start of set) {
    if (index.has(start)) continue;
    const work: { node: GraphNode; next: number }[] = [{ node: start, next: 0 }];
    while (work.length > 0) {
      const frame = work[work.length - 1]!;
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node)!);
        stack.push(node);
        onStack.add(node);
      }
      const edge = node.succ[frame.next++];
      if (edge) {
        const to = edge.to;
        if (!set.has(to)) continue;
        if (!index.has(to)) work.push({ node: to, next: 0 });
        else if (onStack.has(to)) low.set(node, Math.min(low.get(node)!, index.get(to)!));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1]?.node;
      if (parent) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) === index.get(node)) {
        const component: GraphNode[] = [];
        let member: GraphNode;
        do {
          member = stack.pop()!;
          onStack.delete(member);
          component.push(member);
        } while (member !== node);
        out.push(component);
      }
    }
  }
  return out;
}

/** Puts dispatch nodes in front of the cycles of `set` that are entered at several nodes, inner cycles included. */
function makeReducible(set: Set<GraphNode>, all: Set<GraphNode>): void {
  for (const component of components(set)) {
    const inside = new Set(component);
    if (component.length === 1 && !component[0]!.succ.some((e) => e.to === component[0])) continue;
    const entered = new Set<GraphNode>();
    for (const node of all) if (!inside.has(node)) for (const e of node.succ) if (inside.has(e.to)) entered.add(e.to);
    // The header is what most code enters by: the lowest address, which is also where compilers put it.
    const header = [...entered].sort((a, b) => a.pc - b.pc)[0];
    if (!header) continue;
    if (entered.size === 1) {
      inside.delete(header);
      makeReducible(inside, all);
      continue;
    }
    const dispatch = makeNode('dispatch', -1, -1);
    for (const node of all) {
      const fromInside = inside.has(node);
      for (const e of node.succ) if (fromInside ? e.to === header : entered.has(e.to)) e.to = dispatch;
    }
    dispatch.succ = [header, ...[...entered].filter((n) => n !== header)].map((n) => ({ to: n, goal: n }));
    all.add(dispatch);
    // Edges that already meant a block behind an inner node keep their goal; the dispatch must know every goal.
    const goals = new Set(dispatch.succ.map((e) => e.goal));
    for (const node of all) {
      for (const e of node.succ) {
        if (e.to === dispatch && !goals.has(e.goal)) {
          goals.add(e.goal);
          dispatch.succ.push({ to: e.goal, goal: e.goal });
        }
      }
    }
    makeReducible(inside, all);
  }
}

/** Reverse postorder, predecessors, dominators, loop and merge marks. */
function order(root: GraphNode): GraphNode[] {
  const post: GraphNode[] = [];
  const seen = new Set<GraphNode>([root]);
  const work: { node: GraphNode; next: number }[] = [{ node: root, next: 0 }];
  while (work.length > 0) {
    const frame = work[work.length - 1]!;
    const edge = frame.node.succ[frame.next++];
    if (!edge) {
      post.push(frame.node);
      work.pop();
    } else if (!seen.has(edge.to)) {
      seen.add(edge.to);
      work.push({ node: edge.to, next: 0 });
    }
  }
  const nodes = post.reverse();
  nodes.forEach((n, k) => (n.index = k));
  for (const n of nodes) for (const e of n.succ) if (!e.to.pred.includes(n)) e.to.pred.push(n);
  const meet = (x: GraphNode, y: GraphNode): GraphNode => {
    let [a, b] = [x, y];
    while (a !== b) {
      while (a.index > b.index) a = a.dominator!;
      while (b.index > a.index) b = b.dominator!;
    }
    return a;
  };
  root.dominator = root;
  for (let changed = true; changed;) {
    changed = false;
    for (const n of nodes) {
      if (n === root) continue;
      let d: GraphNode | undefined;
      for (const p of n.pred) if (p.dominator) d = d ? meet(d, p) : p;
      if (d !== n.dominator) {
        n.dominator = d;
        changed = true;
      }
    }
  }
  for (const n of nodes) {
    if (n !== root) n.dominator!.children.push(n);
    let forward = 0;
    for (const p of n.pred) {
      // A conditional branch may come twice from one node.
      const times = p.succ.filter((e) => e.to === n).length;
      if (p.index >= n.index) n.loop = true;
      else forward += times;
    }
    n.merge = forward > 1;
  }
  return nodes;
}
