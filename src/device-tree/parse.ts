import {
  aligned,
  HEADER,
  HEADER_BYTES,
  HEADER_BYTES_16,
  isNodeName,
  isPropertyName,
  MAGIC,
  malformed,
  MAXIMUM_DEPTH,
  MAXIMUM_PROPERTY_NAME,
  MAXIMUM_TOTAL_BYTES,
  OLDEST_VERSION,
  RESERVATION_BYTES,
  TOKEN,
  VERSION,
} from './format.js';
import type { DeviceTree, DeviceTreeNode, MemoryReservation } from './tree.js';

/** A part of the file, by offsets from its start. */
interface Block {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a flattened device tree of version 16 or 17 into nodes. Values are copied: the tree does not hold on to the file.
 * Bytes behind the total size are ignored.
 *
 * @param where file name for messages
 * @throws ConfigError when anything is out of bounds, unterminated, nested too deep, doubly defined or misnamed
 */
export function parseDeviceTree(bytes: Uint8Array, where: string): DeviceTree {
  if (bytes.length < HEADER_BYTES_16) throw malformed('the device tree header is truncated', where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = (field: keyof typeof HEADER): number => view.getUint32(HEADER[field]);
  if (header('magic') !== MAGIC) throw malformed('this is not a flattened device tree', where);
  const version = header('version');
  if (version < OLDEST_VERSION || header('lastCompatibleVersion') > VERSION || header('lastCompatibleVersion') > version) {
    throw malformed(`device tree version ${version} is not supported, only ${OLDEST_VERSION} to ${VERSION}`, where);
  }
  const headerBytes = version === OLDEST_VERSION ? HEADER_BYTES_16 : HEADER_BYTES;
  const totalSize = header('totalSize');
  if (totalSize > bytes.length) throw malformed(`the device tree is truncated: ${bytes.length} of ${totalSize} bytes are there`, where);
  if (totalSize < headerBytes) throw malformed(`the device tree's total size ${totalSize} is smaller than its header`, where);

  if (totalSize > MAXIMUM_TOTAL_BYTES) throw malformed(`the device tree has ${totalSize} bytes, more than ${MAXIMUM_TOTAL_BYTES}`, where);

  const stringsStart = header('stringsOffset');
  const strings: Block = { name: 'strings', start: stringsStart, end: stringsStart + header('stringsSize') };
  const structureStart = header('structureOffset');
  const structure: Block = {
    name: 'structure',
    start: structureStart,
    end: version === OLDEST_VERSION ? structureEnd16(structureStart, strings, totalSize) : structureStart + header('structureSize'),
  };
  for (const { name, start, end } of [structure, strings]) {
    if (start < headerBytes || end > totalSize || end < start) throw malformed(`the ${name} block reaches beyond the device tree`, where);
  }
  if (structure.start % 4 !== 0) throw malformed('the structure block is not aligned to four bytes', where);
  const { reservations, end } = readReservations(view, header('reservationsOffset'), headerBytes, totalSize, where);
  refuseOverlap([structure, strings, { name: 'memory reservation', start: header('reservationsOffset'), end }], where);
  return { root: new StructureReader(bytes, view, structure, strings, where).read(), reservations, bootCpu: header('bootCpu') };
}

/** Version 16 does not say where the structure block ends: at the strings if they follow, else at the end of the tree. */
function structureEnd16(start: number, strings: Block, totalSize: number): number {
  return strings.start >= start ? strings.start : totalSize;
}

function readReservations(
  view: DataView,
  start: number,
  headerBytes: number,
  totalSize: number,
  where: string,
): { reservations: MemoryReservation[]; end: number } {
  if (start < headerBytes || start % 8 !== 0) throw malformed('the memory reservation block is misplaced', where);
  const reservations: MemoryReservation[] = [];
  for (let offset = start; offset + RESERVATION_BYTES <= totalSize; offset += RESERVATION_BYTES) {
    const address = view.getBigUint64(offset);
    const size = view.getBigUint64(offset + 8);
    if (address === 0n && size === 0n) return { reservations, end: offset + RESERVATION_BYTES };
    reservations.push({ address, size });
  }
  throw malformed('the memory reservation block has no end', where);
}

function refuseOverlap(blocks: Block[], where: string): void {
  const ordered = blocks.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  for (let index = 1; index < ordered.length; index++) {
    if (ordered[index].start < ordered[index - 1].end) {
      throw malformed(`the ${ordered[index - 1].name} and ${ordered[index].name} blocks overlap`, where);
    }
  }
}

/** Reads the structure block token by token. */
class StructureReader {
  private offset: number;
  private readonly propertyNames = new Map<number, string>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly view: DataView,
    private readonly structure: Block,
    private readonly strings: Block,
    private readonly where: string,
  ) {
    this.offset = structure.start;
  }

  read(): DeviceTreeNode {
    if (this.token() !== TOKEN.beginNode) throw malformed('the structure block does not start with the root node', this.where);
    const root = this.begin(true);
    const open = [root];
    while (open.length > 0) {
      const current = open[open.length - 1];
      const token = this.token();
      if (token === TOKEN.property) this.property(current);
      else if (token === TOKEN.endNode) open.pop();
      else if (token === TOKEN.beginNode) {
        if (open.length === MAXIMUM_DEPTH) throw malformed(`nodes are nested deeper than ${MAXIMUM_DEPTH} levels`, this.where);
        const child = this.begin(false);
        current.children.push(child);
        open.push(child);
      } else throw malformed(`unexpected token ${token} in node "${current.name || '/'}"`, this.where);
    }
    if (this.token() !== TOKEN.end) throw malformed('something follows the root node', this.where);
    return root;
  }

  /** The next token that is not a NOP. */
  private token(): number {
    for (;;) {
      const token = this.word();
      if (token !== TOKEN.nop) return token;
    }
  }

  private word(): number {
    if (this.offset + 4 > this.structure.end) throw malformed('the structure block is truncated', this.where);
    const value = this.view.getUint32(this.offset);
    this.offset += 4;
    return value;
  }

  private begin(isRoot: boolean): DeviceTreeNode {
    const end = this.bytes.indexOf(0, this.offset);
    if (end < 0 || end >= this.structure.end) throw malformed('a node name is unterminated', this.where);
    const name = ascii(this.bytes.subarray(this.offset, end));
    if (isRoot ? name !== '' : !isNodeName(name)) throw malformed(`${JSON.stringify(name.slice(0, 64))} is no node name`, this.where);
    this.skipTo(end + 1);
    return { name, properties: new Map(), children: [] };
  }

  /** The value is copied by the constructor: `slice` of a Node Buffer would give a view of the file. */
  private property(owner: DeviceTreeNode): void {
    const length = this.word();
    const name = this.propertyName(this.word());
    const node = owner.name || '/';
    if (owner.children.length > 0) throw malformed(`property ${name} of "${node}" follows a child node`, this.where);
    if (owner.properties.has(name)) throw malformed(`property ${name} of "${node}" is defined twice`, this.where);
    const end = this.offset + length;
    if (end > this.structure.end) throw malformed(`property ${name} of "${node}" is truncated`, this.where);
    owner.properties.set(name, new Uint8Array(this.bytes.subarray(this.offset, end)));
    this.skipTo(end);
  }

  private propertyName(offset: number): string {
    const known = this.propertyNames.get(offset);
    if (known !== undefined) return known;
    const start = this.strings.start + offset;
    const limit = Math.min(this.strings.end, start + MAXIMUM_PROPERTY_NAME + 1);
    const text = this.bytes.subarray(Math.min(start, limit), limit);
    const length = text.indexOf(0);
    if (length < 0) throw malformed('a property name is unterminated, too long or not in the strings block', this.where);
    const name = ascii(text.subarray(0, length));
    if (!isPropertyName(name)) throw malformed(`${JSON.stringify(name)} is no property name`, this.where);
    this.propertyNames.set(offset, name);
    return name;
  }

  /** Tokens are aligned to four bytes of the structure block. */
  private skipTo(end: number): void {
    this.offset = this.structure.start + aligned(end - this.structure.start, 4);
  }
}

function ascii(bytes: Uint8Array): string {
  return bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
}
