/** Accesses to words of the page that lies over the guest's mappings (see OVERLAY_OFFSET in layout.ts), without a way through the host. */
import {
  MSR_OFFSET,
  OVERLAY_HOST,
  OVERLAY_MSR,
  OVERLAY_MSR_MASK_OFFSET,
  OVERLAY_OFFSET,
  OVERLAY_PLAIN,
  OVERLAY_PRESENT_OFFSET,
  OVERLAY_WORDS_OFFSET,
} from '../../jit/abi/layout';
import { Word } from './word';

/** MSR[PR]. */
const MSR_PR: u32 = 0x4000;

/** What a store has come to. */
export const OVERLAY_NOT_DONE: u32 = 0;
export const OVERLAY_DONE: u32 = 1;
/** Interrupts must be looked at. */
export const OVERLAY_DONE_HEED: u32 = 2;

/** The entry for an aligned word at an effective address, 0 when it is not in the page, or not the supervisor's access. */
export function overlayEntry(ea: Word, size: u32): u32 {
  if (load<u32>(OVERLAY_PRESENT_OFFSET) == 0 || size != 4 || ((<u32>ea) & 3) != 0) return 0;
  if (load<Word>(OVERLAY_OFFSET) != (ea & ~(<Word>0xfff)) || (load<u32>(MSR_OFFSET) & MSR_PR) != 0) return 0;
  return load<u32>(OVERLAY_WORDS_OFFSET + ((<u32>ea) & 0xffc));
}

/** Address of the word that an entry stands for. */
export function overlayAddress(entry: u32): u32 {
  return entry & ~3;
}

/** Stores a word by its entry. */
export function overlayStore(entry: u32, value: u32): u32 {
  const kind = entry & 3;
  if (kind == OVERLAY_HOST) return OVERLAY_NOT_DONE;
  const at = overlayAddress(entry);
  const mask: u32 = kind == OVERLAY_MSR ? load<u32>(OVERLAY_MSR_MASK_OFFSET) : 0xffffffff;
  store<u32>(at, (load<u32>(at) & ~mask) | (value & mask));
  return kind == OVERLAY_PLAIN ? OVERLAY_DONE : OVERLAY_DONE_HEED;
}

/** Whether a store by this entry ends where it stands, so that compiled code may make it. */
export function overlayIsPlain(entry: u32): bool {
  return (entry & 3) == OVERLAY_PLAIN;
}
