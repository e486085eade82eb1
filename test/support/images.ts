import { gzipSync } from 'fflate';
import { crc32 } from '../../src/loaders/crc32.js';

/** A program header and its contents for {@link makeElf}. */
export interface SegmentDescription {
  readonly virtual: bigint;
  readonly physical: bigint;
  readonly bytes: Uint8Array;
  /** memory size; default the contents' length */
  readonly size?: number;
}

/** A symbol for {@link makeElf}. */
export interface SymbolDescription {
  readonly name: string;
  readonly address: bigint;
  readonly size: number;
  /** st_info type: 0 untyped, 1 object, 2 function */
  readonly type: number;
  /** st_shndx; default 1 */
  readonly section?: number;
}

/** What {@link makeElf} writes. */
export interface ElfDescription {
  readonly bits: 32 | 64;
  readonly endianness: 'big' | 'little';
  readonly entry: bigint;
  readonly segments: readonly SegmentDescription[];
  /** ET_EXEC 2 (default) or ET_DYN 3 */
  readonly type?: number;
  readonly machine?: number;
  readonly symbols?: readonly SymbolDescription[];
}

/** Offsets of fields of the file that {@link makeElf} writes, for tests that spoil one of them. */
export function elfOffsets(
  bits: 32 | 64,
): Record<'programHeader' | 'paddr' | 'filesz' | 'memsz' | 'align' | 'phoff' | 'shoff' | 'phnum' | 'shnum', number> {
  return bits === 32
    ? { programHeader: 52, paddr: 12, filesz: 16, memsz: 20, align: 28, phoff: 28, shoff: 32, phnum: 44, shnum: 48 }
    : { programHeader: 64, paddr: 24, filesz: 32, memsz: 40, align: 48, phoff: 32, shoff: 40, phnum: 56, shnum: 60 };
}

/** Writes an ELF executable: header, program headers, contents, and, if there are symbols, three sections (null, .symtab, .strtab). */
export function makeElf(description: ElfDescription): Uint8Array {
  const { bits, endianness, entry, segments, type = 2, symbols } = description;
  const wide = bits === 64;
  const little = endianness === 'little';
  const headerBytes = wide ? 64 : 52;
  const programHeaderBytes = wide ? 56 : 32;
  const sectionHeaderBytes = wide ? 64 : 40;
  const symbolBytes = wide ? 24 : 16;
  const names = (symbols ?? []).map(({ name }) => `${name}\0`).join('');
  const contentsStart = headerBytes + segments.length * programHeaderBytes;
  const contentsBytes = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const symbolsStart = contentsStart + contentsBytes;
  const symbolsSize = symbols ? (symbols.length + 1) * symbolBytes : 0;
  const stringsStart = symbolsStart + symbolsSize;
  const stringsSize = symbols ? names.length + 1 : 0;
  const sectionsStart = stringsStart + stringsSize;
  const sectionCount = symbols ? 3 : 0;
  const bytes = new Uint8Array(sectionsStart + sectionCount * sectionHeaderBytes);
  const view = new DataView(bytes.buffer);
  const half = (offset: number, value: number): void => view.setUint16(offset, value, little);
  const word = (offset: number, value: number): void => view.setUint32(offset, value, little);
  const long = (offset: number, value: bigint): void => (wide ? view.setBigUint64(offset, value, little) : word(offset, Number(value)));
  const step = wide ? 8 : 4;

  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  half(16, type);
  half(18, description.machine ?? (wide ? 21 : 20));
  word(20, 1);
  long(24, entry);
  long(24 + step, BigInt(headerBytes));
  long(24 + 2 * step, symbols ? BigInt(sectionsStart) : 0n);
  const tail = 24 + 3 * step + 4;
  [headerBytes, programHeaderBytes, segments.length, sectionHeaderBytes, sectionCount, 0].forEach((value, index) =>
    half(tail + 2 * index, value),
  );

  let fileOffset = contentsStart;
  segments.forEach((segment, index) => {
    const base = headerBytes + index * programHeaderBytes;
    word(base, 1);
    word(base + (wide ? 4 : 24), 7);
    const fields = [
      BigInt(fileOffset),
      segment.virtual,
      segment.physical,
      BigInt(segment.bytes.length),
      BigInt(segment.size ?? segment.bytes.length),
    ];
    fields.forEach((value, field) => long(base + (wide ? 8 : 4) + field * step, value));
    long(base + (wide ? 48 : 28), 4n);
    bytes.set(segment.bytes, fileOffset);
    fileOffset += segment.bytes.length;
  });
  if (!symbols) return bytes;

  let nameOffset = 1;
  symbols.forEach((symbol, index) => {
    const base = symbolsStart + (index + 1) * symbolBytes;
    word(base, nameOffset);
    long(base + (wide ? 8 : 4), symbol.address);
    long(base + (wide ? 16 : 8), BigInt(symbol.size));
    bytes[base + (wide ? 4 : 12)] = 0x10 | symbol.type;
    half(base + (wide ? 6 : 14), symbol.section ?? 1);
    nameOffset += symbol.name.length + 1;
  });
  bytes.set(ascii(`\0${names}`), stringsStart);
  const section = (index: number, kind: number, offset: number, size: number, link: number, entryBytes: number): void => {
    const base = sectionsStart + index * sectionHeaderBytes;
    word(base + 4, kind);
    long(base + (wide ? 24 : 16), BigInt(offset));
    long(base + (wide ? 32 : 20), BigInt(size));
    word(base + (wide ? 40 : 24), link);
    long(base + (wide ? 56 : 36), BigInt(entryBytes));
  };
  section(1, 2, symbolsStart, symbolsSize, 2, symbolBytes);
  section(2, 3, stringsStart, stringsSize, 0, 0);
  return bytes;
}

/** What {@link makeUImage} writes. */
export interface UImageDescription {
  readonly data: Uint8Array;
  readonly load: number;
  readonly entry: number;
  readonly compress?: boolean;
  readonly architecture?: number;
  readonly type?: number;
  /** default 1 when compressed, else 0 */
  readonly compression?: number;
}

/** Writes a legacy uImage with correct checksums. */
export function makeUImage(description: UImageDescription): Uint8Array {
  const { data, load, entry, compress = false } = description;
  const contents = compress ? gzipSync(data, { mtime: 0 }) : data;
  const bytes = new Uint8Array(64 + contents.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x27051956);
  view.setUint32(16, load);
  view.setUint32(20, entry);
  bytes.set([5, description.architecture ?? 7, description.type ?? 2, description.compression ?? (compress ? 1 : 0)], 28);
  bytes.set(ascii('test'), 32);
  bytes.set(contents, 64);
  view.setUint32(12, contents.length);
  sealUImage(bytes);
  return bytes;
}

/** Makes both checksums of a uImage right again, so that damage behind them is seen. */
export function sealUImage(bytes: Uint8Array): void {
  if (bytes.length < 64) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(24, crc32(bytes.subarray(64, 64 + view.getUint32(12))));
  view.setUint32(4, 0);
  view.setUint32(4, crc32(bytes.subarray(0, 64)));
}

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
