import { damagedElf, rangeInFile } from './elf-header.js';
import type { ElfFile } from './elf-header.js';

const SECTION_SYMBOL_TABLE = 2;
const SECTION_STRING_TABLE = 3;
const SECTION_DYNAMIC_SYMBOLS = 11;
const INDEX_UNDEFINED = 0;
const INDEX_ABSOLUTE = 0xfff1;
const INDEX_COMMON = 0xfff2;
const TYPE_SECTION = 3;
const TYPE_FILE = 4;
const KINDS = ['untyped', 'object', 'function'] as const;
/** Tail-merged string tables hold fewer bytes than the names they spell, but never this many times fewer in files that are sane. */
const MAXIMUM_NAME_EXPANSION = 16;

/** A name for an address, as a linker recorded it. */
export interface ElfSymbol {
  readonly name: string;
  /** effective address (absolute symbols: a value) */
  readonly address: bigint;
  /** bytes; 0 when unknown */
  readonly size: number;
  readonly kind: (typeof KINDS)[number] | 'other';
  /** a mere number (SHN_ABS): not found by address */
  readonly absolute: boolean;
}

/** The symbols of an image, found by name and by address. */
export class SymbolTable {
  private readonly byName: ReadonlyMap<string, ElfSymbol>;
  private readonly byAddress: readonly ElfSymbol[];

  /** @param symbols in file order; of several with one name the first is found by name */
  constructor(readonly symbols: readonly ElfSymbol[]) {
    const byName = new Map<string, ElfSymbol>();
    for (const symbol of symbols) if (!byName.has(symbol.name)) byName.set(symbol.name, symbol);
    this.byName = byName;
    // Of several names for one address the last wins the search: functions sort behind labels, sized ones behind unsized.
    this.byAddress = symbols
      .filter(({ absolute }) => !absolute)
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : rank(a) - rank(b)));
  }

  /** The symbol of this name. */
  find(name: string): ElfSymbol | undefined {
    return this.byName.get(name);
  }

  /**
   * The symbol that covers an effective address and the distance from its start: the nearest one at or below, unless it has a size
   * and ends before.
   */
  at(address: bigint): { readonly symbol: ElfSymbol; readonly offset: number } | undefined {
    let low = 0;
    let high = this.byAddress.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.byAddress[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const symbol = this.byAddress[low - 1];
    const offset = Number(address - symbol.address);
    return symbol.size !== 0 && offset >= symbol.size ? undefined : { symbol, offset };
  }
}

/**
 * Reads the symbol table (.symtab, else .dynsym) of a checked ELF file (System V ABI, chapter 4, Symbol Table). Undefined, common,
 * section, file and nameless symbols are left out. A stripped file gives an empty table.
 *
 * @param bias added to every address that is not absolute
 * @throws ConfigError when the table or its names reach beyond the file
 */
export function readElfSymbols(file: ElfFile, bias = 0n): SymbolTable {
  const sections = Array.from({ length: file.sectionHeaders.count }, (_, index) => readSection(file, index));
  const section =
    sections.find(({ type }) => type === SECTION_SYMBOL_TABLE) ?? sections.find(({ type }) => type === SECTION_DYNAMIC_SYMBOLS);
  if (!section) return new SymbolTable([]);
  const { bytes, view, where } = file;
  const strings = sections[section.link];
  if (strings?.type !== SECTION_STRING_TABLE) throw damagedElf('the symbol table has no string table', where);
  const entryBytes = file.bits === 64 ? 24 : 16;
  if (section.entryBytes !== BigInt(entryBytes))
    throw damagedElf(`the symbol size is ${section.entryBytes} instead of ${entryBytes}`, where);
  const symbolRange = rangeInFile(bytes, section.offset, section.size, 'the symbol table', where);
  const stringRange = rangeInFile(bytes, strings.offset, strings.size, 'the string table', where);
  const nameAt = nameReader(bytes.subarray(stringRange.offset, stringRange.offset + stringRange.size), where);

  const little = file.endianness === 'little';
  const symbols: ElfSymbol[] = [];
  for (let base = symbolRange.offset; base + entryBytes <= symbolRange.offset + symbolRange.size; base += entryBytes) {
    const wide = file.bits === 64;
    const index = view.getUint16(base + (wide ? 6 : 14), little);
    const type = view.getUint8(base + (wide ? 4 : 12)) & 15;
    const nameOffset = view.getUint32(base, little);
    if (index === INDEX_UNDEFINED || index === INDEX_COMMON || type === TYPE_SECTION || type === TYPE_FILE || nameOffset === 0) continue;
    const value = wide ? view.getBigUint64(base + 8, little) : BigInt(view.getUint32(base + 4, little));
    const size = wide ? view.getBigUint64(base + 16, little) : BigInt(view.getUint32(base + 8, little));
    const name = nameAt(nameOffset);
    const absolute = index === INDEX_ABSOLUTE;
    if (name !== '')
      symbols.push({ name, address: absolute ? value : value + bias, size: Number(size), kind: KINDS[type] ?? 'other', absolute });
  }
  return new SymbolTable(symbols);
}

function rank(symbol: ElfSymbol): number {
  return (symbol.kind === 'function' ? 2 : 0) + (symbol.size > 0 ? 1 : 0);
}

interface Section {
  readonly type: number;
  readonly offset: bigint;
  readonly size: bigint;
  readonly link: number;
  readonly entryBytes: bigint;
}

function readSection(file: ElfFile, index: number): Section {
  const { view } = file;
  const little = file.endianness === 'little';
  const base = file.sectionHeaders.offset + index * file.sectionHeaders.entryBytes;
  const word = (offset: number): number => view.getUint32(base + offset, little);
  if (file.bits === 32) {
    return { type: word(4), offset: BigInt(word(16)), size: BigInt(word(20)), link: word(24), entryBytes: BigInt(word(36)) };
  }
  const double = (offset: number): bigint => view.getBigUint64(base + offset, little);
  return { type: word(4), offset: double(24), size: double(32), link: word(40), entryBytes: double(56) };
}

/** Reads names from a string table, each offset once, and refuses tables made to spell far more text than they hold. */
function nameReader(strings: Uint8Array, where: string): (offset: number) => string {
  const known = new Map<number, string>();
  let budget = strings.length * MAXIMUM_NAME_EXPANSION;
  return (offset) => {
    const cached = known.get(offset);
    if (cached !== undefined) return cached;
    const end = offset < strings.length ? strings.indexOf(0, offset) : -1;
    if (end < 0) throw damagedElf(`a symbol name at ${offset} is not in the string table or is unterminated`, where);
    budget -= end - offset;
    if (budget < 0) throw damagedElf('the symbol names overlap beyond reason', where);
    let name = '';
    for (let start = offset; start < end; start += 4096)
      name += String.fromCharCode(...strings.subarray(start, Math.min(end, start + 4096)));
    known.set(offset, name);
    return name;
  };
}
