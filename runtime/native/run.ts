/**
 * The run loop: interprets predecoded instructions, enters compiled regions where there are some, and asks the host for
 * everything else. It returns when the slice is over or the host says so.
 */
import {
  EXCEPTION_NONE, EXIT_ATTENTION, EXIT_EXCEPTION, EXIT_INTERPRET, EXIT_NONE, EXIT_RESYNC, EXIT_SLICE, EXIT_STOP, EXIT_WAIT, RETURN_EXIT,
} from '../../jit/abi/exits';
import {
  ATTENTION_OFFSET, CONTEXT_OFFSET, COUNTER_OFFSET, DECODE_TABLE_OFFSET, EXCEPTION_OFFSET, EXIT_REASON_OFFSET, FIRST_SLOT, INTERPRETED_OFFSET,
  KEY_OFFSET, PAGE_OF_PREDECODED_OFFSET, PC_OFFSET, PREDECODED_POOL_OFFSET, REGIONS_ENABLED_OFFSET, SLOT_TABLE_OFFSET, SOFT_TLB_FETCH_32, THRESHOLD_OFFSET,
} from '../../jit/abi/layout';
import { deviceTouched, setDeviceTouched } from './access';
import { attend, deliverException, fillFetch, requestTranslation } from './host';
import { Word } from './word';

/** How deep regions may nest before they unwind. */
export const CALL_DEPTH_LIMIT: u32 = 400;

/** Address of the predecoded entry of `pc`, 0 when the fetch faults. */
function entryOf(pc: Word): u32 {
  const slot = load<u32>(CONTEXT_OFFSET) + ((<u32>pc >>> 9) & 0x1ff8);
  if (load<u32>(slot, SOFT_TLB_FETCH_32) == (<u32>pc & 0xfffff000)) return load<u32>(slot, SOFT_TLB_FETCH_32 + 4) + ((<u32>pc & 0xfff) << 1);
  return fillFetch(pc);
}

/** Fills in the handler of an entry; returns the entry's first word. */
function predecode(entry: u32): u32 {
  const index = (entry - PREDECODED_POOL_OFFSET) >>> 13;
  const word = load<u32>(load<u32>(PAGE_OF_PREDECODED_OFFSET + 4 * index) + ((entry & 0x1fff) >>> 1));
  store<u32>(entry, word, 4);
  const handler = load<u16>(DECODE_TABLE_OFFSET + 2 * (((word >>> 26) << 11) | (word & 0x7ff)));
  store<u16>(entry, handler);
  return load<u32>(entry);
}

/** The host acts on EXIT_REASON. Returns 1 when the loop must return. */
function leave(reason: u32): bool {
  if (reason == EXIT_EXCEPTION) {
    deliverException();
    return load<u32>(EXIT_REASON_OFFSET) == EXIT_STOP;
  }
  return reason == EXIT_STOP || reason == EXIT_WAIT;
}

/** Runs until COUNTER is 0 or the host stops it; PC and EXIT_REASON tell where and why. */
export function run(): void {
  let pc = load<Word>(PC_OFFSET);
  let regions = load<u32>(REGIONS_ENABLED_OFFSET) != 0;
  const threshold = load<u32>(THRESHOLD_OFFSET);
  let interpretOne = false;
  store<u32>(EXIT_REASON_OFFSET, EXIT_NONE);
  for (;;) {
    if (load<i32>(COUNTER_OFFSET) <= 0) {
      store<u32>(EXIT_REASON_OFFSET, EXIT_SLICE);
      break;
    }
    let entry = entryOf(pc);
    if (entry == 0) {
      store<Word>(PC_OFFSET, pc);
      if (leave(EXIT_EXCEPTION)) break;
      pc = load<Word>(PC_OFFSET);
      continue;
    }
    if (!interpretOne) {
      // A branch target: enter its region, or count it.
      const count = <u32>load<u16>(entry, 2);
      if (count >= <u32>FIRST_SLOT) {
        const slot = <u32>SLOT_TABLE_OFFSET + ((count - FIRST_SLOT) << 4);
        if (regions && load<u32>(slot) == load<u32>(KEY_OFFSET)) {
          const next = call_indirect<Word>(load<u32>(slot, 4), load<u32>(slot, 8), 0);
          pc = next & ~3;
          if ((<u32>next & 3) == RETURN_EXIT) {
            const reason = load<u32>(EXIT_REASON_OFFSET);
            if (reason == EXIT_SLICE) {
              // Too little of the slice is left for the region: the interpreter ends it exactly.
              regions = false;
            } else if (reason == EXIT_INTERPRET) {
              interpretOne = true;
            } else {
              store<Word>(PC_OFFSET, pc);
              if (reason == EXIT_RESYNC) {
                if (load<u32>(ATTENTION_OFFSET) && attend()) break;
              } else if (leave(reason)) break;
              pc = load<Word>(PC_OFFSET);
            }
          }
          continue;
        }
      } else if (count < threshold) {
        store<u16>(entry, <u16>(count + 1), 2);
        if (count + 1 == threshold) {
          requestTranslation(pc, entry);
          continue;
        }
      }
    }
    // Straight on until a branch, an exit, the page's end or a device. COUNTER stays exact in memory: services read and change it.
    let next: Word = pc;
    let executed: u32 = 0;
    let straight = true;
    for (;;) {
      let head = load<u32>(entry);
      if ((head & 0xffff) == 0) head = predecode(entry);
      next = call_indirect<Word>(head & 0xffff, load<u32>(entry, 4), pc);
      if (next != pc + 4) {
        straight = false;
        break;
      }
      executed++;
      const left = load<i32>(COUNTER_OFFSET) - 1;
      store<i32>(COUNTER_OFFSET, left);
      pc = next;
      entry += 8;
      if (left <= 0 || interpretOne || deviceTouched || (<u32>pc & 0xfff) == 0) break;
    }
    interpretOne = false;
    if (!straight) {
      // A branch (maybe to itself) or an exit. An instruction that raised an exception does not count.
      const exits = (<u32>next & 3) == RETURN_EXIT;
      const reason = exits ? load<u32>(EXIT_REASON_OFFSET) : EXIT_NONE;
      pc = next & ~3;
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
        } else if (leave(reason)) break;
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

/** An exception pends: for compiled code after a service that may fault. */
export function exceptionPending(): u32 {
  return load<u32>(EXCEPTION_OFFSET) != EXCEPTION_NONE ? 1 : 0;
}
