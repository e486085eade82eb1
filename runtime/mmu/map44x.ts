import {
  ENTRIES_44X,
  PAGE_SIZE_CODES_44X,
  pageMask44x,
  pageSize44x,
  W0_SIZE,
  W0_SIZE_SHIFT,
  W0_TS,
  W0_VALID,
  W2_GUARDED,
  W2_INHIBITED,
  W2_LITTLE_ENDIAN,
} from './entry44x.js';
import type { TlbEntry44x } from './entry44x.js';
import { MAP_CACHE_INHIBITED, MAP_GUARDED, MAP_LITTLE_ENDIAN, MAP_SUPERVISOR_ALL, MAP_USER_ALL, MappingError } from './mmu.js';
import type { Mapping } from './mmu.js';

/** What `map` is going to write, and where the search for an entry to evict goes on next time. */
export interface MappingPlan {
  readonly changes: readonly { readonly index: number; readonly entry: TlbEntry44x }[];
  readonly nextVictim: number;
}

const EMPTY: TlbEntry44x = { tid: 0, word0: 0, word1: 0, word2: 0 };
const ADDRESS_SPACE = 0x1_0000_0000;
const REAL_SPACE = 0x10_0000_0000;
const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * Chooses the 44x entries for a mapping in address space 0, for all PIDs: the largest naturally aligned pages that cover
 * it; invalid entries first, from 0 on, then round-robin. Entries of space 0 that overlap it are made invalid.
 *
 * @throws MappingError when size, alignment or flags do not fit, or more than 64 pages were needed
 */
export function planMapping44x(mapping: Mapping, tlb: readonly TlbEntry44x[], nextVictim: number): MappingPlan {
  check(mapping);
  const pages = split(mapping);
  const after: (TlbEntry44x | undefined)[] = tlb.map((e) => (overlaps(e, mapping) || !(e.word0 & W0_VALID) ? undefined : e));
  const changes = tlb.flatMap((entry, index) => (overlaps(entry, mapping) ? [{ index, entry: EMPTY }] : []));
  let victim = nextVictim;
  for (const entry of pages) {
    let index = after.indexOf(undefined);
    while (index < 0 || pages.includes(after[index] ?? EMPTY)) {
      index = victim;
      victim = (victim + 1) % ENTRIES_44X;
    }
    after[index] = entry;
    changes.push({ index, entry });
  }
  return { changes, nextVictim: victim };
}

function check({ virtual, real, size, flags }: Mapping): void {
  const where = `mapping of ${hex(size)} bytes at ${hex(virtual)} to ${hex(real)}`;
  const all = MAP_USER_ALL | MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED | MAP_GUARDED | MAP_LITTLE_ENDIAN;
  if (![virtual, real, size].every((n) => Number.isSafeInteger(n) && n >= 0 && n % 0x400 === 0) || size === 0)
    throw new MappingError('addresses and size are not positive multiples of 1 KiB', where, 'align them to 1024 bytes');
  if (virtual + size > ADDRESS_SPACE) throw new MappingError('it ends beyond 32-bit effective addresses', where, 'make it end below 4 GiB');
  if (real + size > REAL_SPACE) throw new MappingError('it ends beyond 36-bit real addresses', where, 'make it end below 64 GiB');
  if ((flags & ~all) !== 0) throw new MappingError(`flags ${hex(flags & ~all)} are unknown`, where, 'combine MAP_* bits');
  if (!(flags & (MAP_USER_ALL | MAP_SUPERVISOR_ALL))) throw new MappingError('nobody may access it', where, 'add a permission');
}

function split(mapping: Mapping): TlbEntry44x[] {
  const { virtual, real, size, flags } = mapping;
  const word2 =
    ((flags & MAP_USER_ALL) << 3) |
    ((flags & MAP_SUPERVISOR_ALL) >> 4) |
    (flags & MAP_CACHE_INHIBITED ? W2_INHIBITED : 0) |
    (flags & MAP_GUARDED ? W2_GUARDED : 0) |
    (flags & MAP_LITTLE_ENDIAN ? W2_LITTLE_ENDIAN : 0);
  const pages: TlbEntry44x[] = [];
  for (let done = 0; done < size;) {
    const from = virtual + done;
    const to = real + done;
    // Code 0, 1 KiB, always fits: everything is a multiple of it.
    const code =
      PAGE_SIZE_CODES_44X.filter((c) => [from, to].every((a) => a % pageSize44x(c) === 0) && pageSize44x(c) <= size - done).at(-1) ?? 0;
    pages.push({
      tid: 0,
      word0: (from | W0_VALID | (code << W0_SIZE_SHIFT)) >>> 0,
      word1: ((to >>> 0) | Math.floor(to / ADDRESS_SPACE)) >>> 0,
      word2,
    });
    if (pages.length > ENTRIES_44X)
      throw new MappingError(
        'it needs more than 64 pages',
        `mapping of ${hex(size)} bytes at ${hex(virtual)} to ${hex(real)}`,
        'align both addresses better or map less',
      );
    done += pageSize44x(code);
  }
  return pages;
}

function overlaps(entry: TlbEntry44x, { virtual, size }: Mapping): boolean {
  if (!(entry.word0 & W0_VALID) || entry.word0 & W0_TS) return false;
  const code = (entry.word0 & W0_SIZE) >> W0_SIZE_SHIFT;
  const start = (entry.word0 & pageMask44x(code)) >>> 0;
  return start < virtual + size && virtual < start + pageSize44x(code);
}
