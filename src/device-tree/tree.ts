import { ConfigError } from '../config-error.js';
import { readCells, readStrings } from './properties.js';

/** A node: what a machine, bus or device is, in properties, and what hangs below it. */
export interface DeviceTreeNode {
  /** node-name or node-name@unit-address; empty for the root */
  readonly name: string;
  /** raw property values in file order (big-endian cells, NUL-terminated strings: see properties.ts) */
  readonly properties: Map<string, Uint8Array>;
  readonly children: DeviceTreeNode[];
}

/** A range of physical memory the guest must not use, from the memory reservation block. */
export interface MemoryReservation {
  readonly address: bigint;
  /** bytes, not zero together with the address */
  readonly size: bigint;
}

/** A whole device tree with what its flattened form carries beside the nodes. */
export interface DeviceTree {
  readonly root: DeviceTreeNode;
  readonly reservations: MemoryReservation[];
  /** boot_cpuid_phys: `reg` of the CPU that enters the kernel */
  readonly bootCpu: number;
}

/** Makes a node from its name, properties in order, and children. */
export function node(
  name: string,
  properties: Readonly<Record<string, Uint8Array>> = {},
  children: readonly DeviceTreeNode[] = [],
): DeviceTreeNode {
  return { name, properties: new Map(Object.entries(properties)), children: [...children] };
}

/** Child whose name is `name`, or, if that has no unit address, the first `name@…`. */
export function childNamed(parent: DeviceTreeNode, name: string): DeviceTreeNode | undefined {
  const exact = parent.children.find((child) => child.name === name);
  return exact ?? (name.includes('@') ? undefined : parent.children.find((child) => child.name.startsWith(`${name}@`)));
}

/**
 * The node at a path such as `/plb/opb/serial@ef600300`. Unit addresses may be left out; a path that does not start with a slash
 * starts with an alias (a property of /aliases). Anything behind a colon (console options) is ignored.
 */
export function findNode(tree: DeviceTree, path: string): DeviceTreeNode | undefined {
  const [place] = path.split(':', 1);
  let components = place.split('/');
  let current: DeviceTreeNode | undefined = tree.root;
  if (!place.startsWith('/')) {
    const alias = childNamed(tree.root, 'aliases')?.properties.get(components[0]);
    const target = alias && readStrings(alias)?.[0];
    if (!target?.startsWith('/')) return undefined;
    components = [...target.split('/'), ...components.slice(1)];
  }
  for (const component of components) {
    if (component === '') continue;
    current = current && childNamed(current, component);
  }
  return current;
}

/** Every node with its path, parents before children. */
export function* walk(tree: DeviceTree): Generator<{ readonly path: string; readonly node: DeviceTreeNode }> {
  const pending = [{ path: '', node: tree.root }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    yield { path: next.path || '/', node: next.node };
    for (const child of [...next.node.children].reverse()) pending.push({ path: `${next.path}/${child.name}`, node: child });
  }
}

/** The node's phandle, by the standard or the two older property names; undefined when it has none. */
export function phandleOf(target: DeviceTreeNode): number | undefined {
  for (const name of ['phandle', 'linux,phandle', 'ibm,phandle']) {
    const value = target.properties.get(name);
    const cells = value && readCells(value);
    if (cells?.length === 1) return cells[0];
  }
  return undefined;
}

/**
 * All nodes that have a phandle.
 *
 * @param where file name for the message
 * @throws ConfigError when two nodes share one
 */
export function nodesByPhandle(tree: DeviceTree, where: string): Map<number, DeviceTreeNode> {
  const nodes = new Map<number, DeviceTreeNode>();
  for (const { path, node: target } of walk(tree)) {
    const phandle = phandleOf(target);
    if (phandle === undefined) continue;
    if (nodes.has(phandle)) throw new ConfigError(`phandle ${phandle} at ${path} is used twice`, where, 'give every node its own phandle');
    nodes.set(phandle, target);
  }
  return nodes;
}
