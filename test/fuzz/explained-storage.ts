/** Differences of accesses to storage. */
import { FIELDS } from '../../jit/isa/operands.js';
import {
  accessOf,
  accessSize,
  bothFaulted,
  crField,
  field,
  isCr,
  isException,
  isReservation,
  type Case,
  type Explanation,
} from './case.js';
import { doubleword, type State } from './state.js';

const ALL = 0xffffffff;
const REGISTERS = 32;
const PAGE_BITS = 12n;

/** Accesses of several registers. */
const isMultiple = (c: Case): boolean => /^(?:l|st)(?:mw|sw[ix]|q|fdpx?)$|^(?:l|st)xv/.test(c.inst.mnemonic);

/** Low words of the registers that a load of several registers writes. */
function loadedRegisters(c: Case, length: number): number[] {
  const { words } = c.arch;
  const first = field(c, FIELDS.RT);
  if (c.inst.mnemonic.startsWith('lf')) return [words.fpr(first & 30), words.fpr(first | 1)];
  if (c.inst.mnemonic.startsWith('lxv')) {
    const low = words.fpr(first | ((c.word & 1) << 5));
    return [low, low + 2];
  }
  if (c.inst.mnemonic === 'lq') return [words.gpr(first & 30), words.gpr(first | 1)];
  return Array.from({ length: Math.min(REGISTERS, Math.ceil(length / 4)) }, (_, k) => words.gpr((first + k) & 31));
}

/** Whether an address lies in the access, whose end may be beyond the last address. */
const inAccess = (c: Case, address: bigint, { ea, length }: { ea: bigint; length: number }): boolean =>
  BigInt.asUintN(c.arch.addressBits(c.oursBefore), address - ea) < BigInt(length);

export const STORAGE_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'address of a fault',
    reason: 'DEAR may name any byte of the access that lies in the page which is not allowed',
    see: 'III-S 6.5.3, III-E 7.6.3, 7.6.14',
    explains: (c, d) => {
      const access = accessOf(c);
      const { words, model } = c.arch;
      if (d.word !== words.address || !access || !bothFaulted(c)) return 0;
      const addressIn = (s: State) => (model.width === 32 ? BigInt(s[words.address]!) : doubleword(s, words.address));
      const [ours, qemu] = [addressIn(c.ours), addressIn(c.qemu)];
      return inAccess(c, ours, access) && inAccess(c, qemu, access) && ours >> PAGE_BITS === qemu >> PAGE_BITS ? ALL : 0;
    },
  },
  {
    name: 'partial execution',
    reason: 'accesses of several registers may have moved some bytes before a fault; QEMU and we choose differently',
    see: 'III-S 6.6, III-E 7.7',
    explains: (c, d) => {
      const access = accessOf(c);
      if (!access || !isMultiple(c) || !bothFaulted(c)) return 0;
      const { words, places } = c.arch;
      if (c.inst.mnemonic.startsWith('l')) {
        const wide = c.arch.model.width === 64;
        return loadedRegisters(c, access.length).some((low) => d.word === low || (wide && d.word === low - 1)) ? ALL : 0;
      }
      if (d.word < words.window || d.word >= words.window + places.windowSize / 4) return 0;
      // The window lies at the end of its page, wherever that is.
      const offset = BigInt(4 * (d.word - words.window));
      const start = ((access.ea >> PAGE_BITS) << PAGE_BITS) + BigInt(0x1000 - places.windowSize) + offset;
      return (
        [0n, 1n, 2n, 3n].reduce((mask, k) => (inAccess(c, start + k, access) ? mask | (0xff000000 >>> Number(8n * k)) : mask), 0) >>> 0
      );
    },
  },
  {
    name: 'conditional store without reservation',
    reason: 'whether a store that is not performed checks its address is for the implementation to decide; we check, QEMU does not',
    see: 'III-S 6.5.3, III-E 7.6.3',
    explains: (c, d) => {
      if (!/cx\.$/.test(c.inst.mnemonic) || !c.arch.faulted(c.ours) || c.qemu[c.arch.words.exceptions] !== 0) return 0;
      return isException(c, d) ? ALL : isCr(c, d) ? crField(0) : 0;
    },
  },
  {
    name: 'unaligned reservation',
    reason:
      'lwarx, stwcx. and the like may raise an alignment exception or do anything bounded when the address is no multiple of their size',
    see: 'II 4.4.2',
    explains: (c, d) => {
      if (!isReservation(c.inst) || (accessOf(c)!.ea & BigInt(accessSize(c.inst.mnemonic) - 1)) === 0n) return 0;
      return isException(c, d) ? ALL : isCr(c, d) ? crField(0) : 0;
    },
  },
  {
    name: 'address among the registers loaded',
    reason: 'lswx is an invalid form when RA or RB is among the registers it loads: QEMU raises an illegal instruction exception, we load',
    see: 'I 3.3.7',
    explains: (c, d) => {
      const access = accessOf(c);
      if (c.inst.mnemonic !== 'lswx' || !access || c.ours[c.arch.words.exceptions] !== 0 || c.qemu[c.arch.words.exceptions] === 0) return 0;
      const loaded = loadedRegisters(c, access.length);
      if (![FIELDS.RA, FIELDS.RB].some((f) => loaded.includes(c.arch.words.gpr(field(c, f))))) return 0;
      const wide = c.arch.model.width === 64;
      return isException(c, d) || loaded.some((low) => d.word === low || (wide && d.word === low - 1)) ? ALL : 0;
    },
  },
];
