/** What the interpreter's predecoded pages and region slots in linear memory say of code, read from any thread (see PREDECODED_POOL_OFFSET in layout.ts). */
import {
  DIFFICULT_OFFSET, DIFFICULT_PAGE_SIZE, FIRST_SLOT, PREDECODED_OF_PAGE_OFFSET, PREDECODED_PAGE_SIZE, PREDECODED_POOL_OFFSET, SLOT_COUNT, SLOT_KEY, SLOT_MASK,
  SLOT_MOVABLE, SLOT_NEXT, SLOT_PC, SLOT_SELECTOR, SLOT_SIZE, SLOT_TABLE_OFFSET,
} from '../abi/layout.js'; // prettier-ignore
import type { WorkExtent } from './protocol.js';

/**
 * The words of an extent as far as the interpreter has met them, read from linear memory: what was never executed is not worth
 * translating, and a region that comes to it leaves.
 * @param u32 all of linear memory
 */
export function executedWords(u32: Uint32Array, extent: WorkExtent): (pc: number) => number | undefined {
  return (pc) => {
    const offset = (pc - extent.start) >>> 0;
    if (offset >= extent.size) return undefined;
    const host = extent.host + offset;
    const page = u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
    if (page === 0 || (u32[(page + 2 * (host & 0xffc)) >> 2]! & 0xffff) === 0) return undefined;
    return u32[host >> 2];
  };
}

/** Whether the instruction at an address of an extent has been found difficult (see DIFFICULT_OFFSET in layout.ts). */
export function difficultInstructions(u32: Uint32Array, extent: WorkExtent): (pc: number) => boolean {
  return (pc) => {
    const host = extent.host + ((pc - extent.start) >>> 0);
    const page = u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
    if (page === 0) return false;
    const index = (host & 0xfff) >> 2;
    const word = DIFFICULT_OFFSET + ((page - PREDECODED_POOL_OFFSET) / PREDECODED_PAGE_SIZE) * DIFFICULT_PAGE_SIZE + ((index >> 5) << 2);
    return ((u32[word >> 2]! >>> (index & 31)) & 1) !== 0;
  };
}

/**
 * Whether a region can be entered at an instruction under a key.
 * @param u32 all of linear memory
 * @param host the instruction's host address
 * @param pc its effective address: low word
 * @param pcHigh and high word, unsigned
 */
export function isRegionEntry(u32: Uint32Array, host: number, pc: number, key: number, pcHigh: number): boolean {
  const page = u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
  const count = page === 0 ? 0 : u32[(page + 2 * (host & 0xffc)) >> 2]! >>> 16;
  let n = count < FIRST_SLOT ? 0 : count - FIRST_SLOT;
  // Another thread may change the chain meanwhile: it must not lead anybody in circles.
  for (let left = SLOT_COUNT; n !== 0 && left > 0; left--) {
    const slot = (SLOT_TABLE_OFFSET + n * SLOT_SIZE) >> 2;
    const agrees = (key & u32[slot + (SLOT_MASK >> 2)]!) >>> 0 === u32[slot + (SLOT_KEY >> 2)];
    const here = u32[slot + (SLOT_PC >> 2)] === pc && u32[slot + (SLOT_PC >> 2) + 1] === pcHigh;
    if (agrees && (here || (u32[slot + (SLOT_SELECTOR >> 2)]! & SLOT_MOVABLE) !== 0)) return true;
    n = u32[slot + (SLOT_NEXT >> 2)]!;
  }
  return false;
}
