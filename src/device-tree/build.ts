import {
  aligned,
  HEADER,
  HEADER_BYTES,
  isNodeName,
  isPropertyName,
  MAGIC,
  malformed,
  MAXIMUM_DEPTH,
  OLDEST_VERSION,
  RESERVATION_BYTES,
  TOKEN,
  VERSION,
} from './format.js';
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/**
 * Writes a device tree in its flattened form, version 17: header, memory reservations, structure, strings. Equal property names
 * are stored once.
 *
 * @returns exactly the tree's total size; place it at a multiple of eight
 * @param where what the tree is, for messages
 * @throws ConfigError when a name or number cannot be written, or nodes are nested too deep
 */
export function buildDeviceTree(tree: DeviceTree, where = 'device tree'): Uint8Array {
  const names = new StringsBlock();
  const structureOffset = HEADER_BYTES + (tree.reservations.length + 1) * RESERVATION_BYTES;
  const structureSize = checkedSize(tree.root, 0, where) + 4;
  const bytes = new Uint8Array(structureOffset + structureSize);
  const view = new DataView(bytes.buffer);

  let reservation = HEADER_BYTES;
  for (const { address, size } of tree.reservations) {
    if (address < 0n || address >> 64n || size < 0n || size >> 64n || (address === 0n && size === 0n)) {
      throw malformed(`the memory reservation ${address}, ${size} cannot be written`, where);
    }
    view.setBigUint64(reservation, address);
    view.setBigUint64(reservation + 8, size);
    reservation += RESERVATION_BYTES;
  }
  const end = writeNode(bytes, view, structureOffset, tree.root, names);
  view.setUint32(end, TOKEN.end);

  if (!Number.isInteger(tree.bootCpu) || tree.bootCpu < 0 || tree.bootCpu > 0xffffffff) {
    throw malformed(`the boot CPU ${tree.bootCpu} is no 32-bit number`, where);
  }
  const stringsOffset = structureOffset + structureSize;
  const whole = new Uint8Array(stringsOffset + names.size);
  whole.set(bytes);
  names.writeTo(whole, stringsOffset);
  writeHeader(new DataView(whole.buffer), {
    magic: MAGIC,
    totalSize: whole.length,
    structureOffset,
    stringsOffset,
    reservationsOffset: HEADER_BYTES,
    version: VERSION,
    lastCompatibleVersion: OLDEST_VERSION,
    bootCpu: tree.bootCpu,
    stringsSize: names.size,
    structureSize,
  });
  return whole;
}

function writeHeader(view: DataView, fields: Readonly<Record<keyof typeof HEADER, number>>): void {
  for (const [field, offset] of Object.entries(HEADER)) view.setUint32(offset, fields[field as keyof typeof HEADER]);
}

/** Bytes of a node and all below it in the structure block; refuses what the reader would refuse. */
function checkedSize(node: DeviceTreeNode, depth: number, where: string): number {
  if (depth === MAXIMUM_DEPTH) throw malformed(`nodes are nested deeper than ${MAXIMUM_DEPTH} levels`, where);
  if (depth === 0 ? node.name !== '' : !isNodeName(node.name)) throw malformed(`${JSON.stringify(node.name)} is no node name`, where);
  let size = 4 + aligned(node.name.length + 1, 4) + 4;
  for (const [name, value] of node.properties) {
    if (!isPropertyName(name)) throw malformed(`${JSON.stringify(name)} is no property name`, where);
    size += 12 + aligned(value.length, 4);
  }
  for (const child of node.children) size += checkedSize(child, depth + 1, where);
  return size;
}

/** Writes a node and all below it; returns the offset behind it. */
function writeNode(bytes: Uint8Array, view: DataView, start: number, node: DeviceTreeNode, names: StringsBlock): number {
  let offset = start;
  view.setUint32(offset, TOKEN.beginNode);
  offset += 4;
  for (let index = 0; index < node.name.length; index++) bytes[offset + index] = node.name.charCodeAt(index);
  offset += aligned(node.name.length + 1, 4);
  for (const [name, value] of node.properties) {
    view.setUint32(offset, TOKEN.property);
    view.setUint32(offset + 4, value.length);
    view.setUint32(offset + 8, names.offsetOf(name));
    bytes.set(value, offset + 12);
    offset += 12 + aligned(value.length, 4);
  }
  for (const child of node.children) offset = writeNode(bytes, view, offset, child, names);
  view.setUint32(offset, TOKEN.endNode);
  return offset + 4;
}

/** Collects property names, each once. */
class StringsBlock {
  private readonly offsets = new Map<string, number>();
  size = 0;

  offsetOf(name: string): number {
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.size;
    this.offsets.set(name, offset);
    this.size += name.length + 1;
    return offset;
  }

  writeTo(bytes: Uint8Array, start: number): void {
    for (const [name, offset] of this.offsets) {
      for (let index = 0; index < name.length; index++) bytes[start + offset + index] = name.charCodeAt(index);
    }
  }
}
