import { ConfigError } from '../config-error.js';

/** System V ABI, Object Files: identification bytes, types, machines. */
const MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const CLASS_32 = 1;
const CLASS_64 = 2;
const DATA_LITTLE = 1;
const DATA_BIG = 2;
const VERSION_CURRENT = 1;
const TYPE_EXECUTABLE = 2;
const TYPE_SHARED = 3;
const MACHINE_PPC = 20;
const MACHINE_PPC64 = 21;
const EXTENDED_COUNT = 0xffff;

/** A checked ELF file header with the means to read the rest of the file in its own width and byte order. */
export interface ElfFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly where: string;
  readonly bits: 32 | 64;
  readonly endianness: 'big' | 'little';
  /** true for ET_DYN: position independent, may be moved as a whole */
  readonly relocatable: boolean;
  readonly entry: bigint;
  /** program header table; wholly inside the file */
  readonly programHeaders: ElfTable;
  /** section header table; wholly inside the file, `count` 0 when the file has none */
  readonly sectionHeaders: ElfTable;
}

/** An array of equal records in a file. */
export interface ElfTable {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

/** True when the bytes start as an ELF file does. */
export function isElf(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** A message about a file that is broken, not merely of the wrong kind. */
export function damagedElf(what: string, where: string): ConfigError {
  return new ConfigError(what, where, 'the ELF file is truncated or damaged: copy or build it again');
}

/**
 * Reads and checks the ELF file header (System V ABI, chapter 4): class, byte order, version, type, machine, and that both header
 * tables lie inside the file.
 *
 * @param where file name for messages
 * @throws ConfigError for anything but a whole 32- or 64-bit PowerPC executable or position-independent executable
 */
export function readElfHeader(bytes: Uint8Array, where: string): ElfFile {
  if (!isElf(bytes)) throw damagedElf('this is not an ELF file', where);
  if (bytes.length < 16) throw damagedElf('the ELF identification is truncated', where);
  const bits = bytes[4] === CLASS_32 ? 32 : bytes[4] === CLASS_64 ? 64 : undefined;
  const littleEndian = bytes[5] === DATA_LITTLE ? true : bytes[5] === DATA_BIG ? false : undefined;
  if (bits === undefined) throw damagedElf(`ELF class ${bytes[4]} is unknown`, where);
  if (littleEndian === undefined) throw damagedElf(`ELF data encoding ${bytes[5]} is unknown`, where);
  const headerBytes = bits === 32 ? 52 : 64;
  if (bytes.length < headerBytes) throw damagedElf('the ELF header is truncated', where);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const half = (offset: number): number => view.getUint16(offset, littleEndian);
  if (bytes[6] !== VERSION_CURRENT || view.getUint32(20, littleEndian) !== VERSION_CURRENT) {
    throw damagedElf('the ELF version is unknown', where);
  }
  const type = half(16);
  if (type !== TYPE_EXECUTABLE && type !== TYPE_SHARED) {
    throw new ConfigError(`this ELF file is no executable (type ${type})`, where, 'link it, or give the linked vmlinux');
  }
  const machine = half(18);
  if (machine !== (bits === 32 ? MACHINE_PPC : MACHINE_PPC64)) {
    throw new ConfigError(`this ${bits}-bit ELF file is not for PowerPC (machine ${machine})`, where, 'give a PowerPC executable');
  }

  const wide = bits === 64;
  const address = (offset: number): bigint =>
    wide ? view.getBigUint64(offset, littleEndian) : BigInt(view.getUint32(offset, littleEndian));
  const tail = wide ? 52 : 40;
  if (half(tail) < headerBytes) throw damagedElf(`the ELF header size ${half(tail)} is too small`, where);
  const programHeaders = table(bytes, address(wide ? 32 : 28), half(tail + 2), half(tail + 4), wide ? 56 : 32, 'program', where);
  const sectionHeaders = table(bytes, address(wide ? 40 : 32), half(tail + 6), half(tail + 8), wide ? 64 : 40, 'section', where);
  const names = half(tail + 10);
  if (names !== 0 && names !== EXTENDED_COUNT && names >= sectionHeaders.count) {
    throw damagedElf(`the section name table ${names} is not among the ${sectionHeaders.count} sections`, where);
  }
  return {
    bytes,
    view,
    where,
    bits,
    endianness: littleEndian ? 'little' : 'big',
    relocatable: type === TYPE_SHARED,
    entry: address(24),
    programHeaders,
    sectionHeaders,
  };
}

/**
 * Turns a 64-bit file offset and size into numbers, checked to lie inside the file.
 *
 * @param what what lies there, for the message
 * @throws ConfigError
 */
export function rangeInFile(
  bytes: Uint8Array,
  offset: bigint,
  size: bigint,
  what: string,
  where: string,
): { offset: number; size: number } {
  if (offset + size > BigInt(bytes.length)) {
    throw damagedElf(`${what} at file offset ${offset}, ${size} bytes long, reaches beyond the file's ${bytes.length} bytes`, where);
  }
  return { offset: Number(offset), size: Number(size) };
}

function table(
  bytes: Uint8Array,
  offset: bigint,
  entryBytes: number,
  count: number,
  expectedBytes: number,
  name: string,
  where: string,
): ElfTable {
  if (offset === 0n && count === 0) return { offset: 0, entryBytes: expectedBytes, count: 0 };
  if (count === EXTENDED_COUNT || (count === 0 && name === 'section')) {
    throw new ConfigError(`ELF files with 65,280 or more ${name} headers are not supported`, where, 'strip the file');
  }
  if (entryBytes !== expectedBytes && count > 0) {
    throw damagedElf(`the ${name} header size is ${entryBytes} instead of ${expectedBytes}`, where);
  }
  const range = rangeInFile(bytes, offset, BigInt(count * expectedBytes), `the ${name} header table`, where);
  return { offset: range.offset, entryBytes: expectedBytes, count };
}
