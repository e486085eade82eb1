import type { CodeNameTable } from '../../jit/names/code-names.js';
import type { CodeAlias } from '../../runtime/profile/guest-stack.js';
import type { SymbolTable } from '../loaders/elf-symbols.js';
import type { LoadedImage } from '../loaders/image.js';

const WORD = 0xffffffffn;
/** Compilers' own labels are no names for people. */
const LOCAL_LABEL = /^(\.L|L\d|\$)/;
const words = (address: bigint): { low: number; high: number } => ({ low: Number(address & WORD), high: Number((address >> 32n) & WORD) });

/** The names of an image's code by address, as plain data. Objects and mere numbers are left out; of several names of one address one stays. */
export function codeNameTable(symbols: SymbolTable): CodeNameTable {
  const chosen = new Map<bigint, { name: string; size: number }>();
  for (const { name, address, size, kind, absolute } of symbols.symbols) {
    if (absolute || kind === 'object' || LOCAL_LABEL.test(name)) continue;
    const known = chosen.get(address);
    // A function with a size says more than a label.
    if (!known || (known.size === 0 && size > 0)) chosen.set(address, { name, size });
  }
  const places = [...chosen].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    low: Uint32Array.from(places, ([address]) => words(address).low),
    high: Uint32Array.from(places, ([address]) => words(address).high),
    size: Uint32Array.from(places, ([, { size }]) => Math.min(size, 0xffffffff)),
    names: places.map(([, { name }]) => name),
  };
}

/**
 * Where an image's code is executed besides where it was linked for: at its physical addresses, and at those that it was loaded at.
 * @param moved how far from its own physical addresses it was loaded, in bytes
 */
export function codeAliases(image: LoadedImage, moved: number): CodeAlias[] {
  const little = image.endianness === 'little';
  return [...new Set([0, moved])].flatMap((by) =>
    image.segments.map((segment): CodeAlias => {
      const view = new DataView(segment.bytes.buffer, segment.bytes.byteOffset, segment.bytes.length);
      return {
        from: segment.physical + by,
        size: segment.bytes.length,
        ...words(segment.virtual),
        holds: (offset, word) => offset + 4 <= view.byteLength && view.getUint32(offset & ~3, little) === word >>> 0,
      };
    }),
  );
}
