/** Look-ups in the soft TLB of the current context (see CONTEXT_TABLE_OFFSET in layout.ts), at the guest's width. */
import {
  CONTEXT_OFFSET,
  SOFT_TLB_ADDEND_32,
  SOFT_TLB_ADDEND_64,
  SOFT_TLB_FETCH_32,
  SOFT_TLB_FETCH_64,
  SOFT_TLB_WRITE_32,
  SOFT_TLB_WRITE_64,
} from '../../jit/abi/layout';
import { Word } from './word';

/** The tables of stores and of fetches, seen from a context's address. */
export const WRITE_TABLE: u32 = sizeof<Word>() == 8 ? SOFT_TLB_WRITE_64 : SOFT_TLB_WRITE_32;
export const FETCH_TABLE: u32 = sizeof<Word>() == 8 ? SOFT_TLB_FETCH_64 : SOFT_TLB_FETCH_32;

/** Address of the entry that an effective address may be in. */
export function softTlbEntry(table: u32, ea: Word): u32 {
  const context = load<u32>(CONTEXT_OFFSET) + table;
  return sizeof<Word>() == 8 ? context + (((<u32>ea) >>> 8) & 0x3ff0) : context + (((<u32>ea) >>> 9) & 0x1ff8);
}

/** Whether an entry translates an effective address. */
export function translates(entry: u32, ea: Word): bool {
  return load<Word>(entry) == (ea & ~(<Word>0xfff));
}

/** What an entry adds to the low word of an address. */
export function addendOf(entry: u32): u32 {
  return sizeof<Word>() == 8 ? load<u32>(entry, SOFT_TLB_ADDEND_64) : load<u32>(entry, SOFT_TLB_ADDEND_32);
}
