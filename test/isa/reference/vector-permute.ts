/** Vector pack, unpack, merge, splat, permute, select and shift (Power ISA Book I, 6.8), loads and stores (6.7), and VSCR. */
import { elements, signed, vectorOf, type VectorCpu, type VectorSemantics } from './vector-cpu.js';
import { limit } from './vector-integer.js';

const pack = (bits: number, lane: (c: VectorCpu, v: bigint) => bigint) => (c: VectorCpu) => {
  c.target = vectorOf([...elements(c.a, bits), ...elements(c.b, bits)].map((v) => lane(c, v)), bits / 2); // prettier-ignore
};
const packSaturating = (bits: number, from: 's' | 'u', to: 's' | 'u') =>
  pack(bits, (c, v) => limit(c, from === 's' ? signed(v, bits) : v, bits / 2, to));
const unpack = (bits: number, low: boolean) => (c: VectorCpu) => {
  const all = elements(c.b, bits);
  const half = all.slice(low ? all.length / 2 : 0, low ? all.length : all.length / 2);
  c.target = vectorOf(half.map((v) => signed(v, bits)), 2 * bits); // prettier-ignore
};
const unpackPixels = (low: boolean) => (c: VectorCpu) => {
  const part = elements(c.b, 16).slice(low ? 4 : 0, low ? 8 : 4);
  const pixel = (h: bigint) => ((h >> 15n) * 0xff000000n) | (((h >> 10n) & 31n) << 16n) | (((h >> 5n) & 31n) << 8n) | (h & 31n);
  c.target = vectorOf(part.map(pixel), 32);
};
const merge = (bits: number, from: (count: number) => readonly number[]) => (c: VectorCpu) => {
  const [a, b] = [elements(c.a, bits), elements(c.b, bits)];
  c.target = vectorOf(from(a.length).flatMap((n) => [a[n]!, b[n]!]), bits); // prettier-ignore
};
const upper = (count: number) => Array.from({ length: count / 2 }, (_e, n) => n);
const lower = (count: number) => upper(count).map((n) => n + count / 2);
const splat = (bits: number) => (c: VectorCpu) => {
  const all = elements(c.b, bits);
  c.target = vectorOf(all.map(() => all[c.field(11, 15) % all.length]!), bits); // prettier-ignore
};
const splatImmediate = (bits: number) => (c: VectorCpu) => {
  c.target = vectorOf(Array.from({ length: 128 / bits }, () => signed(BigInt(c.field(11, 15)), 5)), bits); // prettier-ignore
};
const bytesAB = (c: VectorCpu) => [...elements(c.a, 8), ...elements(c.b, 8)];

const loadElement = (size: number) => (c: VectorCpu) => {
  const ea = c.ea - (c.ea % BigInt(size));
  const at = Number(ea % 16n) / size;
  const all = elements(c.target, 8 * size);
  all[c.little ? all.length - 1 - at : at] = c.load(ea, size);
  c.target = vectorOf(all, 8 * size);
};
const storeElement = (size: number) => (c: VectorCpu) => {
  const ea = c.ea - (c.ea % BigInt(size));
  const at = Number(ea % 16n) / size;
  const all = elements(c.target, 8 * size);
  c.store(ea, size, all[c.little ? all.length - 1 - at : at]!);
};
const lvx = (c: VectorCpu) => void (c.target = c.load(c.ea - (c.ea % 16n), 16));
const stvx = (c: VectorCpu) => c.store(c.ea - (c.ea % 16n), 16, c.target);
const run = (first: bigint) => vectorOf(Array.from({ length: 16 }, (_b, n) => first + BigInt(n)), 8); // prettier-ignore
const nothing = () => {
  // A hint.
};

export const VECTOR_PERMUTE: VectorSemantics = {
  vpkpx: pack(32, (_c, w) => ((w >> 9n) & 0x8000n) | ((w >> 9n) & 0x7c00n) | ((w >> 6n) & 0x3e0n) | ((w >> 3n) & 31n)),
  vpkuhum: pack(16, (_c, v) => v),
  vpkuwum: pack(32, (_c, v) => v),
  vpkudum: pack(64, (_c, v) => v),
  vpkshss: packSaturating(16, 's', 's'),
  vpkshus: packSaturating(16, 's', 'u'),
  vpkswss: packSaturating(32, 's', 's'),
  vpkswus: packSaturating(32, 's', 'u'),
  vpksdss: packSaturating(64, 's', 's'),
  vpksdus: packSaturating(64, 's', 'u'),
  vpkuhus: packSaturating(16, 'u', 'u'),
  vpkuwus: packSaturating(32, 'u', 'u'),
  vpkudus: packSaturating(64, 'u', 'u'),
  vupkhpx: unpackPixels(false),
  vupklpx: unpackPixels(true),
  vupkhsb: unpack(8, false),
  vupkhsh: unpack(16, false),
  vupkhsw: unpack(32, false),
  vupklsb: unpack(8, true),
  vupklsh: unpack(16, true),
  vupklsw: unpack(32, true),

  vmrghb: merge(8, upper),
  vmrghh: merge(16, upper),
  vmrghw: merge(32, upper),
  vmrglb: merge(8, lower),
  vmrglh: merge(16, lower),
  vmrglw: merge(32, lower),
  vmrgew: merge(32, () => [0, 2]),
  vmrgow: merge(32, () => [1, 3]),

  vspltb: splat(8),
  vsplth: splat(16),
  vspltw: splat(32),
  vspltisb: splatImmediate(8),
  vspltish: splatImmediate(16),
  vspltisw: splatImmediate(32),

  vperm: (c) => {
    const all = bytesAB(c);
    c.target = vectorOf(elements(c.c, 8).map((n) => all[Number(n % 32n)]!), 8); // prettier-ignore
  },
  vsel: (c) => void (c.target = (c.a & ~c.c) | (c.b & c.c)),
  vsldoi: (c) => void (c.target = vectorOf(bytesAB(c).slice(c.field(22, 25), c.field(22, 25) + 16), 8)),
  vsl: (c) => void (c.target = c.a << (c.b & 7n)),
  vsr: (c) => void (c.target = c.a >> (c.b & 7n)),
  vslo: (c) => void (c.target = c.a << (c.b & 0x78n)),
  vsro: (c) => void (c.target = c.a >> (c.b & 0x78n)),

  lvebx: loadElement(1),
  lvehx: loadElement(2),
  lvewx: loadElement(4),
  lvx,
  lvxl: lvx,
  lvsl: (c) => void (c.target = run(c.ea % 16n)),
  lvsr: (c) => void (c.target = run(16n - (c.ea % 16n))),
  stvebx: storeElement(1),
  stvehx: storeElement(2),
  stvewx: storeElement(4),
  stvx,
  stvxl: stvx,

  mfvscr: (c) => void (c.target = c.vscr),
  mtvscr: (c) => void (c.vscr = c.b & 0x10001n),
  dst: nothing,
  dstt: nothing,
  dstst: nothing,
  dststt: nothing,
  dss: nothing,
  dssall: nothing,
};
