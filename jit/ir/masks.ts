/** The masks of rotate instructions from operands that may be known at run time only (I 3.3.14). */
import type { Emitter } from '../isa/emitter.js';
import type { I32, I64 } from '../isa/values.js';

/** Ones from mb to me, wrapping when mb > me. */
export function mask32(e: Emitter, mb: I32, me: I32): I32 {
  // Ones from mb to 31, and ones from 0 to me; they meet when mb <= me and leave a gap otherwise.
  const from = e.shrU(e.i32(-1), mb);
  const to = e.shl(e.i32(-1), e.sub(e.i32(31), me));
  return e.select(e.leU(mb, me), e.and(from, to), e.or(from, to));
}

/** The same in 64 bits. */
export function mask64(e: Emitter, mb: I32, me: I32): I64 {
  const ones = e.i64(-1, -1);
  const from = e.shrU(ones, e.i64U(mb));
  const to = e.shl(ones, e.i64U(e.sub(e.i32(63), me)));
  return e.select(e.leU(mb, me), e.and(from, to), e.or(from, to));
}
