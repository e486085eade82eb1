/** Expected results of I 3.3.13 and 3.3.14: logical, counting, rotate and shift instructions. */
import { bit, exts, low, type ReferenceCpu, type Semantics, type SemanticsTable } from './cpu.js';

const result = (c: ReferenceCpu, v: bigint): void => {
  c.RA = v;
  c.record(c.RA);
};
const logical =
  (of: (s: bigint, b: bigint) => bigint): Semantics =>
  (c) =>
    result(c, of(c.RS, c.RB));
/** Instructions whose bit 31 is reserved. */
const plain =
  (of: (c: ReferenceCpu) => bigint): Semantics =>
  (c) => {
    c.RA = of(c);
  };
const digits = (v: bigint, bits: number) => v.toString(2).padStart(bits, '0');
const ones = (v: bigint) => BigInt(digits(v, 1).replaceAll('0', '').length);
const leadingZeros = (v: bigint, bits: number) => BigInt((digits(low(v, bits), bits) + '1').indexOf('1'));
/** Applies a function to each part of `bits` bits. */
function parts(c: ReferenceCpu, v: bigint, bits: number, of: (part: bigint, n: number) => bigint): bigint {
  let all = 0n;
  for (let n = 0; n < c.width / bits; n++) all |= of(low(v >> BigInt(bits * n), bits), n) << BigInt(bits * n);
  return all;
}
/** Exclusive or of the last bits of the bytes. */
const parity = (v: bigint) => ones(v & 0x0101010101010101n) & 1n;

/** MASK(x, y): ones from bit x to bit y of 64, going around. */
function mask(x: number, y: number): bigint {
  let m = 0n;
  for (let n = x; ; n = (n + 1) % 64) {
    m |= 1n << BigInt(63 - n);
    if (n === y) return m;
  }
}
const rotl64 = (v: bigint, by: number) => low((v << BigInt(by)) | (v >> BigInt(64 - by)), 64);
/** ROTL32: of the word repeated. */
const rotl32 = (v: bigint, by: number) => rotl64(low(v, 32) | (low(v, 32) << 32n), by);
/** r & m | old & ~m */
const under = (r: bigint, m: bigint, old = 0n) => (r & m) | (old & low(~m, 64));
const last = (v: bigint, bits: number) => Number(low(v, bits));

const mbOf = (c: ReferenceCpu) => c.field(21, 25) + 32;
const meOf = (c: ReferenceCpu) => c.field(26, 30) + 32;
const mb6 = (c: ReferenceCpu) => c.field(21, 25) + 32 * c.field(26);
const sh6 = (c: ReferenceCpu) => c.rb + 32 * c.field(30);

/** Logical shift of the low `bits` bits; further than that gives 0. */
const shift =
  (bits: 32 | 64, left: boolean): Semantics =>
  (c) => {
    const by = BigInt(last(c.RB, bits === 32 ? 6 : 7));
    const v = low(c.RS, bits);
    result(c, low(left ? v << by : v >> by, bits));
  };
/** Division by a power of two, toward minus infinity; CA when a negative dividend leaves a remainder. */
const shiftAlgebraic =
  (bits: 32 | 64, distance: (c: ReferenceCpu) => number): Semantics =>
  (c) => {
    const power = 1n << BigInt(distance(c));
    const v = exts(c.RS, bits);
    c.ca = v < 0n && v % power !== 0n ? 1n : 0n;
    result(c, v >> BigInt(distance(c)));
  };

export const LOGICAL: SemanticsTable = {
  'andi.': (c) => {
    c.RA = c.RS & c.ui;
    c.recordResult(c.RA);
  },
  'andis.': (c) => {
    c.RA = c.RS & (c.ui << 16n);
    c.recordResult(c.RA);
  },
  ori: plain((c) => c.RS | c.ui),
  oris: plain((c) => c.RS | (c.ui << 16n)),
  xori: plain((c) => c.RS ^ c.ui),
  xoris: plain((c) => c.RS ^ (c.ui << 16n)),
  and: logical((s, b) => s & b),
  or: logical((s, b) => s | b),
  xor: logical((s, b) => s ^ b),
  nand: logical((s, b) => ~(s & b)),
  nor: logical((s, b) => ~(s | b)),
  eqv: logical((s, b) => ~(s ^ b)),
  andc: logical((s, b) => s & ~b),
  orc: logical((s, b) => s | ~b),
  extsb: logical((s) => exts(s, 8)),
  extsh: logical((s) => exts(s, 16)),
  extsw: logical((s) => exts(s, 32)),
  cntlzw: logical((s) => leadingZeros(s, 32)),
  cntlzd: logical((s) => leadingZeros(s, 64)),

  popcntb: plain((c) => parts(c, c.RS, 8, ones)),
  popcntw: plain((c) => parts(c, c.RS, 32, ones)),
  popcntd: plain((c) => ones(c.RS)),
  prtyw: plain((c) => parts(c, c.RS, 32, parity)),
  prtyd: plain((c) => parity(c.RS)),
  cmpb: plain((c) => parts(c, c.RS, 8, (byte, n) => (byte === low(c.RB >> BigInt(8 * n), 8) ? 0xffn : 0n))),
  bpermd: plain((c) => {
    let permuted = 0n;
    for (let i = 0; i < 8; i++) {
      const index = Number(low(c.RS >> BigInt(56 - 8 * i), 8));
      permuted = (permuted << 1n) | (index < 64 ? bit(c.RB, index, 64) : 0n);
    }
    return permuted;
  }),

  rlwinm: (c) => result(c, under(rotl32(c.RS, c.rb), mask(mbOf(c), meOf(c)))),
  rlwnm: (c) => result(c, under(rotl32(c.RS, last(c.RB, 5)), mask(mbOf(c), meOf(c)))),
  rlwimi: (c) => result(c, under(rotl32(c.RS, c.rb), mask(mbOf(c), meOf(c)), c.RA)),
  rldicl: (c) => result(c, under(rotl64(c.RS, sh6(c)), mask(mb6(c), 63))),
  rldicr: (c) => result(c, under(rotl64(c.RS, sh6(c)), mask(0, mb6(c)))),
  rldic: (c) => result(c, under(rotl64(c.RS, sh6(c)), mask(mb6(c), 63 - sh6(c)))),
  rldimi: (c) => result(c, under(rotl64(c.RS, sh6(c)), mask(mb6(c), 63 - sh6(c)), c.RA)),
  rldcl: (c) => result(c, under(rotl64(c.RS, last(c.RB, 6)), mask(mb6(c), 63))),
  rldcr: (c) => result(c, under(rotl64(c.RS, last(c.RB, 6)), mask(0, mb6(c)))),

  slw: shift(32, true),
  srw: shift(32, false),
  sld: shift(64, true),
  srd: shift(64, false),
  sraw: shiftAlgebraic(32, (c) => last(c.RB, 6)),
  srawi: shiftAlgebraic(32, (c) => c.rb),
  srad: shiftAlgebraic(64, (c) => last(c.RB, 7)),
  sradi: shiftAlgebraic(64, sh6),
};
