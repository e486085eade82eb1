import { ConfigError } from '../config-error.js';
import { cells, doubleCells, empty, joined, numberInCells, readCells, readStrings, strings } from './properties.js';
import { childNamed, node } from './tree.js';
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/** How the guest reaches the paravirtual interface. */
export interface HypervisorDescription {
  /** one to four instruction words that make up a hypercall; the guest executes exactly these */
  readonly hcallInstructions: readonly number[];
  /** the ePAPR call EV_IDLE may be used to wait for an interrupt. Default true */
  readonly idle?: boolean;
}

/** What a run decides about a device tree. Absent: the tree keeps what it says; null: it is taken out. */
export interface DeviceTreePatch {
  /** RAM from physical 0, in bytes */
  readonly memoryBytes?: number;
  /** kernel command line */
  readonly bootargs?: string | null;
  /** physical addresses of the initrd's first byte and of the byte behind its last */
  readonly initrd?: { readonly start: number; readonly end: number } | null;
  /** the node /hypervisor */
  readonly hypervisor?: HypervisorDescription | null;
  /** frequency of the timebase and decrementer, in hertz */
  readonly timebaseHz?: number;
  /** CPU clock, in hertz; only told to the user */
  readonly clockHz?: number;
}

/**
 * Writes what a run decides into a tree, ours or the user's, in place.
 *
 * @param where file name of the tree for messages
 * @throws ConfigError when the tree has not the nodes to say it, or a value does not fit
 */
export function patchDeviceTree(tree: DeviceTree, patch: DeviceTreePatch, where = 'device tree'): void {
  const { memoryBytes, bootargs, initrd, hypervisor, timebaseHz, clockHz } = patch;
  if (memoryBytes !== undefined) setMemory(tree.root, memoryBytes, where);
  if (timebaseHz !== undefined) setCpuFrequency(tree.root, 'timebase-frequency', timebaseHz, where);
  if (clockHz !== undefined) setCpuFrequency(tree.root, 'clock-frequency', clockHz, where);
  if (bootargs !== undefined) setOrDelete(chosen(tree.root).properties, 'bootargs', bootargs === null ? null : strings(bootargs));
  if (initrd !== undefined) setInitrd(chosen(tree.root).properties, initrd, where);
  if (hypervisor !== undefined) setHypervisor(tree.root, hypervisor);
}

function setOrDelete(properties: Map<string, Uint8Array>, name: string, value: Uint8Array | null): void {
  if (value === null) properties.delete(name);
  else properties.set(name, value);
}

function childOrNew(root: DeviceTreeNode, name: string): DeviceTreeNode {
  const existing = childNamed(root, name);
  if (existing) return existing;
  const created = node(name);
  root.children.push(created);
  return created;
}

function chosen(root: DeviceTreeNode): DeviceTreeNode {
  return childOrNew(root, 'chosen');
}

/** #address-cells or #size-cells of the root; Devicetree Specification 2.3.5 gives the defaults. */
function cellCount(root: DeviceTreeNode, name: string, fallback: number, where: string): number {
  const value = root.properties.get(name);
  if (!value) return fallback;
  const [count] = readCells(value) ?? [];
  if (value.length === 4 && (count === 1 || count === 2)) return count;
  throw new ConfigError(`the root's ${name} is neither 1 nor 2`, where, 'correct the device tree');
}

function hasDeviceType(target: DeviceTreeNode, type: string): boolean {
  const value = target.properties.get('device_type');
  return value !== undefined && readStrings(value)?.[0] === type;
}

/** One memory node tells all of RAM: further ones, which trees for other memory sizes may have, go. */
function setMemory(root: DeviceTreeNode, memoryBytes: number, where: string): void {
  if (!Number.isSafeInteger(memoryBytes) || memoryBytes <= 0) {
    throw new ConfigError(`${memoryBytes} is no memory size`, where, 'give a positive number of bytes');
  }
  const addressCells = cellCount(root, '#address-cells', 2, where);
  const sizeCells = cellCount(root, '#size-cells', 1, where);
  if (memoryBytes >= 2 ** (32 * sizeCells)) {
    throw new ConfigError(
      `${memoryBytes} bytes of memory cannot be said in ${sizeCells} cell`,
      where,
      'give less memory or a tree with #size-cells 2',
    );
  }
  const isMemory = (child: DeviceTreeNode): boolean => hasDeviceType(child, 'memory') || /^memory(@|$)/.test(child.name);
  const memory = root.children.find(isMemory) ?? childOrNew(root, 'memory');
  const kept = root.children.filter((child) => child === memory || !isMemory(child));
  root.children.splice(0, root.children.length, ...kept);
  memory.properties.set('device_type', strings('memory'));
  memory.properties.set('reg', joined(numberInCells(0, addressCells), numberInCells(memoryBytes, sizeCells)));
}

function setCpuFrequency(root: DeviceTreeNode, property: string, hertz: number, where: string): void {
  if (!Number.isInteger(hertz) || hertz <= 0 || hertz > 0xffffffff) {
    throw new ConfigError(`${hertz} Hz is no ${property}`, where, 'give a whole number of hertz below 2^32');
  }
  const cpus = (childNamed(root, 'cpus')?.children ?? []).filter((child) => hasDeviceType(child, 'cpu'));
  if (cpus.length === 0) throw new ConfigError('the tree has no CPU node', where, 'give a tree with /cpus and a node of device_type "cpu"');
  for (const { properties } of cpus) {
    properties.set(property, properties.get(property)?.length === 8 ? doubleCells(hertz) : cells(hertz));
  }
}

function setInitrd(properties: Map<string, Uint8Array>, initrd: { start: number; end: number } | null, where: string): void {
  if (
    initrd &&
    (!Number.isSafeInteger(initrd.start) || !Number.isSafeInteger(initrd.end) || initrd.start < 0 || initrd.start >= initrd.end)
  ) {
    throw new ConfigError(`the initrd from ${initrd.start} to ${initrd.end} is empty or misplaced`, where, 'give a file that is not empty');
  }
  const wide = initrd !== null && initrd.end > 0xffffffff;
  const encoded = (address: number): Uint8Array => (wide ? doubleCells(address) : cells(address));
  setOrDelete(properties, 'linux,initrd-start', initrd && encoded(initrd.start));
  setOrDelete(properties, 'linux,initrd-end', initrd && encoded(initrd.end));
}

function setHypervisor(root: DeviceTreeNode, hypervisor: HypervisorDescription | null): void {
  const kept = root.children.filter((child) => child.name !== 'hypervisor');
  root.children.splice(0, root.children.length, ...kept);
  if (hypervisor === null) return;
  const { hcallInstructions, idle = true } = hypervisor;
  if (hcallInstructions.length < 1 || hcallInstructions.length > 4) {
    throw new ConfigError(`a hypercall of ${hcallInstructions.length} instructions`, '/hypervisor', 'give one to four instruction words');
  }
  const described = node('hypervisor', { compatible: strings('linux,kvm'), 'hcall-instructions': cells(...hcallInstructions) });
  if (idle) described.properties.set('has-idle', empty());
  root.children.push(described);
}
