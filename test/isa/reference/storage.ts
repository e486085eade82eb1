/** Expected results of I 3.3.2 to 3.3.7 and of Book II, chapter 4: loads, stores, strings, reservations, cache management. */
import { exts, type ReferenceCpu, type Semantics, type SemanticsTable } from './cpu.js';

const ILLEGAL = 2;
const ALIGNMENT = 7;

type Address = (c: ReferenceCpu) => bigint;
const D: Address = (c) => c.eaD;
const DS: Address = (c) => c.eaDS;
const X: Address = (c) => c.eaX;
/** Of update forms: RA even when it is r0. */
const Du: Address = (c) => c.address(c.RA + c.si);
const DSu: Address = (c) => c.address(c.RA + (c.si & ~3n));
const Xu: Address = (c) => c.address(c.RA + c.RB);
const UPDATES = new Set([Du, DSu, Xu]);

const asIs = (v: bigint) => v;
const half = (v: bigint) => exts(v, 16);
const word = (v: bigint) => exts(v, 32);
/** The bytes of a value of `size` bytes in the opposite order. */
const reversed = (size: number) => (v: bigint) =>
  BigInt(`0x${v.toString(16).slice(-2 * size).padStart(2 * size, '0').match(/../g)!.reverse().join('')}`); // prettier-ignore

const load =
  (size: number, address: Address, convert = asIs): Semantics =>
  (c) => {
    const ea = address(c);
    c.RT = convert(c.load(ea, size));
    if (UPDATES.has(address)) c.RA = ea;
  };
const store =
  (size: number, address: Address, convert = asIs): Semantics =>
  (c) => {
    const ea = address(c);
    c.store(ea, size, convert(c.RS));
    if (UPDATES.has(address)) c.RA = ea;
  };
/** Registers of a quadword: the even one first. */
const pair = (c: ReferenceCpu) => [c.rt & ~1, c.rt | 1] as const;
const loadPair = (c: ReferenceCpu, ea: bigint) => pair(c).forEach((r, n) => (c.gpr[r] = c.load(c.address(ea + BigInt(8 * n)), 8)));
const storePair = (c: ReferenceCpu, ea: bigint) => pair(c).forEach((r, n) => c.store(c.address(ea + BigInt(8 * n)), 8, c.gpr[r]!));

const loadReserve =
  (size: number): Semantics =>
  (c) => {
    const ea = c.eaX;
    if (ea % BigInt(size)) return void (c.exception = ALIGNMENT);
    c.reservation = ea - (ea % 32n);
    if (size === 16) loadPair(c, ea);
    else c.RT = c.load(ea, size);
  };
const storeConditional =
  (size: number): Semantics =>
  (c) => {
    const ea = c.eaX;
    if (ea % BigInt(size)) return void (c.exception = ALIGNMENT);
    const held = c.reservation === ea - (ea % 32n);
    if (held && size === 16) storePair(c, ea);
    else if (held) c.store(ea, size, c.RS);
    c.reservation = undefined;
    c.setCrField(0, (held ? 2n : 0n) + c.so);
  };

/** Register of byte k of a string, and where in it the byte lies. */
const stringByte = (c: ReferenceCpu, k: number) => ({ register: (c.rt + Math.floor(k / 4)) % 32, shift: BigInt(8 * (3 - (k % 4))) });
function loadString(c: ReferenceCpu, ea: bigint, count: number): void {
  for (let k = 0; k < count; k++) {
    const { register, shift } = stringByte(c, k);
    const others = k % 4 === 0 ? 0n : c.gpr[register]!;
    c.gpr[register] = others | (c.load(c.address(ea + BigInt(k)), 1) << shift);
  }
}
function storeString(c: ReferenceCpu, ea: bigint, count: number): void {
  for (let k = 0; k < count; k++) {
    const { register, shift } = stringByte(c, k);
    c.store(c.address(ea + BigInt(k)), 1, c.gpr[register]! >> shift);
  }
}
/** Whether a string of so many bytes is loaded into this register, too. */
const replaced = (c: ReferenceCpu, register: number, count: number): boolean =>
  Array.from({ length: Math.ceil(count / 4) }, (_r, k) => (c.rt + k) % 32).includes(register);
const nb = (c: ReferenceCpu) => (c.rb === 0 ? 32 : c.rb);
const nothing: Semantics = () => undefined;

export const STORAGE: SemanticsTable = {
  lbz: load(1, D), lbzu: load(1, Du), lbzx: load(1, X), lbzux: load(1, Xu),
  lhz: load(2, D), lhzu: load(2, Du), lhzx: load(2, X), lhzux: load(2, Xu),
  lha: load(2, D, half), lhau: load(2, Du, half), lhax: load(2, X, half), lhaux: load(2, Xu, half),
  lwz: load(4, D), lwzu: load(4, Du), lwzx: load(4, X), lwzux: load(4, Xu),
  lwa: load(4, DS, word), lwax: load(4, X, word), lwaux: load(4, Xu, word),
  ld: load(8, DS), ldu: load(8, DSu), ldx: load(8, X), ldux: load(8, Xu),
  lhbrx: load(2, X, reversed(2)), lwbrx: load(4, X, reversed(4)), ldbrx: load(8, X, reversed(8)),
  stb: store(1, D), stbu: store(1, Du), stbx: store(1, X), stbux: store(1, Xu),
  sth: store(2, D), sthu: store(2, Du), sthx: store(2, X), sthux: store(2, Xu),
  stw: store(4, D), stwu: store(4, Du), stwx: store(4, X), stwux: store(4, Xu),
  std: store(8, DS), stdu: store(8, DSu), stdx: store(8, X), stdux: store(8, Xu),
  sthbrx: store(2, X, reversed(2)), stwbrx: store(4, X, reversed(4)), stdbrx: store(8, X, reversed(8)),
  lq: (c) => loadPair(c, c.address(c.RA0 + (c.si & ~15n))),
  stq: (c) => storePair(c, c.eaDS),

  lmw: (c) => {
    const ea = c.eaD;
    for (let r = c.rt; r < 32; r++) c.gpr[r] = c.load(c.address(ea + BigInt(4 * (r - c.rt))), 4);
  },
  stmw: (c) => {
    for (let r = c.rt; r < 32; r++) c.store(c.address(c.eaD + BigInt(4 * (r - c.rt))), 4, c.gpr[r]!);
  },
  lswi: (c) => {
    if (c.server && replaced(c, c.ra, nb(c))) c.exception = ILLEGAL;
    else loadString(c, c.address(c.RA0), nb(c));
  },
  lswx: (c) => {
    const count = Number(c.count);
    if (c.server && (replaced(c, c.rb, count) || (c.ra !== 0 && replaced(c, c.ra, count)))) c.exception = ILLEGAL;
    else loadString(c, c.eaX, count);
  },
  stswi: (c) => storeString(c, c.address(c.RA0), nb(c)),
  stswx: (c) => storeString(c, c.eaX, Number(c.count)),

  lbarx: loadReserve(1), lharx: loadReserve(2), lwarx: loadReserve(4), ldarx: loadReserve(8), lqarx: loadReserve(16),
  'stbcx.': storeConditional(1), 'sthcx.': storeConditional(2), 'stwcx.': storeConditional(4), 'stdcx.': storeConditional(8),
  'stqcx.': storeConditional(16),

  dcbz: (c) => {
    const block = c.eaX - (c.eaX % 32n);
    for (let k = 0n; k < 32n; k++) c.store(block + k, 1, 0n);
  },
  dcbt: nothing, dcbtst: nothing, dcba: nothing, icbt: nothing, dcbst: nothing, dcbf: nothing, dcbi: nothing, icbi: nothing,
  sync: nothing, eieio: nothing, mbar: nothing,
  isync: (c) => {
    c.resync = true;
  },
}; // prettier-ignore
