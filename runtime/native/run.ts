/**
 * The run loop: interprets predecoded instructions, enters compiled regions where there are some, and asks the host for
 * everything else. It returns when the slice is over or the host says so.
 */
import {
  EXCEPTION_ILLEGAL,
  EXCEPTION_NONE,
  EXIT_ATTENTION,
  EXIT_EXCEPTION,
  EXIT_INTERPRET,
  EXIT_NONE,
  EXIT_RESYNC,
  EXIT_SLICE,
  EXIT_STOP,
  EXIT_WAIT,
  RETURN_EXIT,
  RETURN_INTERPRET,
} from '../../jit/abi/exits';
import {
  ATTENTION_OFFSET,
  DIFFICULT_AFTER,
  DIFFICULT_COUNTS,
  DIFFICULT_COUNTS_OFFSET,
  DIFFICULT_OFFSET,
  DIFFICULT_PAGE_SIZE,
  COUNTER_OFFSET,
  CODE_GRANULES_OFFSET,
  CODE_GRANULE_SHIFT,
  EXCEPTION_OFFSET,
  EXCEPTION_SYNDROME_OFFSET,
  EXIT_COUNTS_OFFSET,
  EXIT_REASON_OFFSET,
  FIRST_SLOT,
  HANDLER_BASE_OFFSET,
  INTERPRETED_OFFSET,
  PAGE_OF_PREDECODED_OFFSET,
  PC_OFFSET,
  PREDECODED_POOL_OFFSET,
  REGIONS_ENABLED_OFFSET,
  SLOT_MISSES,
  SLOT_TABLE_OFFSET,
  THRESHOLD_OFFSET,
  COUNT_REQUESTED,
} from '../../jit/abi/layout';
import { deviceTouched, setDeviceTouched } from './access';
import { attend, deliverException, fillFetch, foundDifficult, handlerOf, requestTranslation, trapped } from './host';
import { enter, findSlot } from './regions';
import { FETCH_TABLE, addendOf, softTlbEntry, translates } from './soft-tlb';
import { Word } from './word';

/** Address of the predecoded entry of `pc`, 0 when the fetch faults. */
function entryOf(pc: Word): u32 {
  const slot = softTlbEntry(FETCH_TABLE, pc);
  return translates(slot, pc) ? addendOf(slot) + (((<u32>pc) & 0xfff) << 1) : fillFetch(pc);
}

/** Fills in the handler of an entry; returns the entry's first word. */
function predecode(entry: u32): u32 {
  const offset = entry - PREDECODED_POOL_OFFSET;
  const tagged = load<u32>(PAGE_OF_PREDECODED_OFFSET + 4 * (offset >>> 13));
  const page = tagged & ~1;
  const host = page + ((offset & 0x1fff) >>> 1);
  const word = tagged & 1 ? bswap<u32>(load<u32>(host)) : load<u32>(host);
  store<u32>(entry, word, 4);
  store<u16>(entry, <u16>handlerOf(word));
  // Stores to these bytes must be noticed from now on.
  const granules = CODE_GRANULES_OFFSET + ((page >>> 12) << 2);
  store<u32>(granules, load<u32>(granules) | (1 << ((host & 0xfff) >>> CODE_GRANULE_SHIFT)));
  return load<u32>(entry);
}

/** The handler of all words that are no instruction of the model. */
export function illegalInstruction(_word: u32, cia: Word): Word {
  store<u32>(EXCEPTION_OFFSET, EXCEPTION_ILLEGAL);
  store<u32>(EXCEPTION_SYNDROME_OFFSET, 0);
  store<u32>(EXIT_REASON_OFFSET, EXIT_EXCEPTION);
  return cia | RETURN_EXIT;
}

/** The handler of privileged instructions in trap mode: the runtime sees each before it is executed. */
export function trappedInstruction(word: u32, cia: Word): Word {
  return call_indirect<Word>(trapped(word) + load<u32>(HANDLER_BASE_OFFSET), word, cia);
}

/** Looks in vain before a translation for another address or key is asked for, whatever the threshold. */
const VAIN_AT_LEAST: u32 = 16;

/** Code that is translated, but not for this address or key: counted like a branch target that is not translated. */
function noteVain(first: u32, pc: Word, entry: u32, threshold: u32): void {
  const slot = <u32>SLOT_TABLE_OFFSET + (first << 5);
  const misses: u32 = <u32>load<u16>(slot, SLOT_MISSES) + 1;
  store<u16>(slot, <u16>misses, SLOT_MISSES);
  if (misses % max(threshold, VAIN_AT_LEAST) == 0) requestTranslation(pc, entry);
}

/** The host acts on EXIT_REASON. Returns 1 when the loop must return. */
function leave(reason: u32): bool {
  if (reason == EXIT_EXCEPTION) {
    deliverException();
    // A hypercall may wait.
    const after = load<u32>(EXIT_REASON_OFFSET);
    return after == EXIT_STOP || after == EXIT_WAIT;
  }
  return reason == EXIT_STOP || reason == EXIT_WAIT;
}

/** Compiled code left the instruction of `entry` to the interpreter; when that happens often, it is compiled in another way. */
function noteDifficulty(entry: u32): void {
  const at = <u32>DIFFICULT_COUNTS_OFFSET + 2 * ((entry >>> 3) & (<u32>(DIFFICULT_COUNTS - 1)));
  const count: u32 = <u32>load<u16>(at) + 1;
  store<u16>(at, <u16>count);
  if (count < <u32>DIFFICULT_AFTER) return;
  store<u16>(at, 0);
  const offset = entry - PREDECODED_POOL_OFFSET;
  const index = (offset & 0x1fff) >>> 3;
  const word = <u32>DIFFICULT_OFFSET + (offset >>> 13) * <u32>DIFFICULT_PAGE_SIZE + ((index >>> 5) << 2);
  const bits = load<u32>(word);
  if ((bits >>> (index & 31)) & 1) return;
  store<u32>(word, bits | (1 << (index & 31)));
  foundDifficult(entry);
}

/** Counts a way back from compiled code. */
function countExit(reason: u32): void {
  const at = <u32>EXIT_COUNTS_OFFSET + 4 * reason;
  store<u32>(at, load<u32>(at) + 1);
}

/** Runs until COUNTER is 0 or the host stops it; PC and EXIT_REASON tell where and why. */
export function run(): void {
  let pc = load<Word>(PC_OFFSET);
  let regions = load<u32>(REGIONS_ENABLED_OFFSET) != 0;
  const threshold = load<u32>(THRESHOLD_OFFSET);
  const counting: u32 = threshold == 0 ? 0 : COUNT_REQUESTED;
  let interpretOne = false;
  // Whether control came to PC by a branch: a slice may begin, and the interpreter may stop, anywhere.
  let branched = false;
  store<u32>(EXIT_REASON_OFFSET, EXIT_NONE);
  for (;;) {
    if (load<i32>(COUNTER_OFFSET) <= 0) {
      store<u32>(EXIT_REASON_OFFSET, EXIT_SLICE);
      break;
    }
    let entry = entryOf(pc);
    if (entry == 0) {
      store<Word>(PC_OFFSET, pc);
      const over = leave(EXIT_EXCEPTION);
      pc = load<Word>(PC_OFFSET);
      if (over) break;
      continue;
    }
    if (!interpretOne) {
      // A branch target: enter its region, or count it.
      const count = <u32>load<u16>(entry, 2);
      if (count >= <u32>FIRST_SLOT) {
        const slot = regions ? findSlot(count - FIRST_SLOT, pc) : 0;
        if (slot != 0) {
          const next = enter(slot, pc, 0);
          pc = next & ~(<Word>3);
          branched = true;
          const flags = (<u32>next) & 3;
          const reason = flags == RETURN_EXIT ? load<u32>(EXIT_REASON_OFFSET) : flags == RETURN_INTERPRET ? EXIT_INTERPRET : EXIT_NONE;
          countExit(reason);
          if (reason != EXIT_NONE) {
            branched = reason != EXIT_SLICE && reason != EXIT_INTERPRET;
            if (reason == EXIT_SLICE) {
              // Too little of the slice is left for the region: the interpreter ends it exactly.
              regions = false;
            } else if (reason == EXIT_INTERPRET) {
              interpretOne = true;
              const difficult = entryOf(pc);
              if (difficult != 0) noteDifficulty(difficult);
              // What compiled code met, the interpreter meets again.
              store<u32>(EXCEPTION_OFFSET, EXCEPTION_NONE);
            } else {
              store<Word>(PC_OFFSET, pc);
              if (reason == EXIT_RESYNC) {
                if (load<u32>(ATTENTION_OFFSET) && attend()) break;
              } else if (leave(reason)) {
                pc = load<Word>(PC_OFFSET);
                break;
              }
              pc = load<Word>(PC_OFFSET);
            }
          }
          continue;
        }
        if (regions && branched) noteVain(count - FIRST_SLOT, pc, entry, threshold);
      } else if (branched && count < counting && load<u16>(entry) != 0) {
        // Only what has been executed is translated, so the first visit does not count.
        const wanted = count + 1 >= threshold;
        store<u16>(entry, <u16>(wanted ? COUNT_REQUESTED : count + 1), 2);
        if (wanted) {
          store<Word>(PC_OFFSET, pc);
          requestTranslation(pc, entry);
          continue;
        }
      }
    }
    // Straight on until a branch, an exit, the page's end or a device. COUNTER stays exact in memory: services read and change it.
    let next: Word = pc;
    let executed: u32 = 0;
    let straight = true;
    // What changes the mode ends the straight run.
    const handlers = load<u32>(HANDLER_BASE_OFFSET);
    for (;;) {
      let head = load<u32>(entry);
      if ((head & 0xffff) == 0) head = predecode(entry);
      next = call_indirect<Word>((head & 0xffff) + handlers, load<u32>(entry, 4), pc);
      if (next != pc + 4) {
        straight = false;
        break;
      }
      executed++;
      const left = load<i32>(COUNTER_OFFSET) - 1;
      store<i32>(COUNTER_OFFSET, left);
      pc = next;
      entry += 8;
      if (left <= 0 || interpretOne || deviceTouched || ((<u32>pc) & 0xfff) == 0) break;
    }
    interpretOne = false;
    branched = !straight;
    if (!straight) {
      // A branch (maybe to itself) or an exit. An instruction that raised an exception does not count.
      const exits = ((<u32>next) & 3) == RETURN_EXIT;
      const reason = exits ? load<u32>(EXIT_REASON_OFFSET) : EXIT_NONE;
      pc = next & ~(<Word>3);
      if (reason != EXIT_EXCEPTION) {
        executed++;
        store<i32>(COUNTER_OFFSET, load<i32>(COUNTER_OFFSET) - 1);
      }
      if (exits) {
        store<Word>(PC_OFFSET, pc);
        store<u32>(INTERPRETED_OFFSET, load<u32>(INTERPRETED_OFFSET) + executed);
        setDeviceTouched(0);
        if (reason == EXIT_RESYNC || reason == EXIT_ATTENTION) {
          if (load<u32>(ATTENTION_OFFSET) && attend()) break;
        } else if (leave(reason)) {
          pc = load<Word>(PC_OFFSET);
          break;
        }
        pc = load<Word>(PC_OFFSET);
        continue;
      }
    }
    store<u32>(INTERPRETED_OFFSET, load<u32>(INTERPRETED_OFFSET) + executed);
    if (deviceTouched) {
      setDeviceTouched(0);
      store<Word>(PC_OFFSET, pc);
      if (load<u32>(ATTENTION_OFFSET) && attend()) break;
      pc = load<Word>(PC_OFFSET);
    }
  }
  store<Word>(PC_OFFSET, pc);
}
