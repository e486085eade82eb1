/** Shifts and rotations of elements that each have a count of their own (Power ISA Book I, 6.9.4). */
import { ROTATE_LEFT, SHIFT_LEFT, SHIFT_RIGHT } from '../../../jit/abi/vector-shifts';

/** The elements of `width` bits in a double word. */
function doubleWord(a: u64, b: u64, kind: u32, width: u32): u64 {
  const mask: u64 = (1 << (<u64>width)) - 1;
  let result: u64 = 0;
  for (let at: u64 = 0; at < 64; at += width) {
    const value = (a >> at) & mask;
    const by = (b >> at) & (width - 1);
    let shifted: u64;
    if (kind == SHIFT_LEFT) shifted = value << by;
    else if (kind == SHIFT_RIGHT) shifted = value >> by;
    else if (kind == ROTATE_LEFT) shifted = (value << by) | (value >> (width - by));
    else shifted = <u64>(((<i64>value) << (64 - width)) >> (64 - width + by));
    result |= (shifted & mask) << at;
  }
  return result;
}

/** What `how` says (jit/abi/vector-shifts.ts), with the elements of `a`, by those of `b`. */
export function vectorShift(a: v128, b: v128, how: u32): v128 {
  const kind = how & 0xf00;
  const width = how & 0xff;
  const low = doubleWord(i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0), kind, width);
  const high = doubleWord(i64x2.extract_lane(a, 1), i64x2.extract_lane(b, 1), kind, width);
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}
