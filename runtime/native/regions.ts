/** Calls from one compiled region to another, by guest address. */
import { REGION_DEPTH_LIMIT, RETURN_JUMP } from '../../jit/abi/exits';
import {
  COUNTER_OFFSET,
  FIRST_SLOT,
  KEY_OFFSET,
  MOVED_BY_OFFSET,
  SLOT_FUNCTION,
  SLOT_KEY,
  SLOT_MASK,
  SLOT_MOVABLE,
  SLOT_NEXT,
  SLOT_PC,
  SLOT_SELECTOR,
  SLOT_TABLE_OFFSET,
  SLOT_USED,
} from '../../jit/abi/layout';
import { FETCH_TABLE, addendOf, softTlbEntry, translates } from './soft-tlb';
import { Word } from './word';

/** Address of the slot by which the code at `pc` may be entered now, 0 when there is none; `first` is the first slot's number. */
export function findSlot(first: u32, pc: Word): u32 {
  for (let n = first; n != 0;) {
    const slot = <u32>SLOT_TABLE_OFFSET + (n << 5);
    const agrees = (load<u32>(KEY_OFFSET) & load<u32>(slot, SLOT_MASK)) == load<u32>(slot, SLOT_KEY);
    if (agrees && (load<Word>(slot, SLOT_PC) == pc || load<i32>(slot, SLOT_SELECTOR) < 0)) return slot;
    n = load<u32>(slot, SLOT_NEXT);
  }
  return 0;
}

/** Enters the region of a slot, whose code is at `pc` now. */
export function enter(slot: u32, pc: Word, depth: u32): Word {
  store<u16>(slot, 1, SLOT_USED);
  store<Word>(MOVED_BY_OFFSET, pc - load<Word>(slot, SLOT_PC));
  return call_indirect<Word>(load<u32>(slot, SLOT_FUNCTION), load<u32>(slot, SLOT_SELECTOR) & ~SLOT_MOVABLE, depth);
}

/**
 * Enters the region at `pc`, if there is one that may run now.
 * @returns its result, or `pc` itself when the dispatcher must go on there
 */
export function callRegion(pc: Word, depth: u32): Word {
  if (depth >= <u32>REGION_DEPTH_LIMIT || load<i32>(COUNTER_OFFSET) <= 0) return pc;
  const tlb = softTlbEntry(FETCH_TABLE, pc);
  if (!translates(tlb, pc)) return pc;
  const count = <u32>load<u16>(addendOf(tlb) + (((<u32>pc) & 0xfff) << 1), 2);
  if (count < <u32>FIRST_SLOT) return pc;
  const slot = findSlot(count - FIRST_SLOT, pc);
  if (slot == 0) return pc;
  return enter(slot, pc, depth + 1);
}

/**
 * A called region came back with another address than the one behind the call: as long as it jumped on, not returned, the regions it
 * jumped to are run here, so that the caller still sees its own return.
 */
export function goOn(next: Word, expected: Word, depth: u32): Word {
  let at = next;
  while (at != expected && ((<u32>at) & 3) == RETURN_JUMP) {
    const pc = at & ~(<Word>3);
    at = callRegion(pc, depth);
    if (at == pc) return pc;
  }
  return at;
}
