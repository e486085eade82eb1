/** Differences of fixed-point instructions. */
import { FIELDS } from '../../jit/isa/operands.js';
import { COMPARES_RESULT, field, isCr, isGpr, wideGpr, type Case, type Explanation } from './case.js';

const ALL = 0xffffffff;
const XER_RESERVED = 0x1fffff80;

/** Division that has no quotient: by 0, or one that does not fit. */
function hasNoQuotient(c: Case): boolean {
  const { mnemonic } = c.inst;
  if (!/^div[wd]e?u?$/.test(mnemonic)) return false;
  const bits = mnemonic.startsWith('divw') ? 32 : 64;
  const signed = !mnemonic.endsWith('u');
  const operand = (v: bigint) => (signed ? BigInt.asIntN(bits, v) : BigInt.asUintN(bits, v));
  const [a, b] = [operand(wideGpr(c, FIELDS.RA)), operand(wideGpr(c, FIELDS.RB))];
  if (b === 0n) return true;
  const quotient = (mnemonic.includes('e') ? a << BigInt(bits) : a) / b;
  return operand(quotient) !== quotient;
}

export const FIXED_EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'reserved bits of the XER',
    reason: 'QEMU keeps what mtspr writes to bits 3:24; here they read as 0',
    see: 'I 3.2.2',
    explains: (c, d) => (d.word === c.arch.words.xer ? XER_RESERVED : 0),
  },
  {
    name: 'division without a quotient',
    reason: 'RT and the first three bits of CR0 are undefined after a division by 0 and after one whose quotient does not fit',
    see: 'I 3.3.9',
    explains: (c, d) => {
      if (!hasNoQuotient(c)) return 0;
      return isGpr(c, d, FIELDS.RT) ? ALL : isCr(c, d) && field(c, FIELDS.Rc) === 1 ? COMPARES_RESULT : 0;
    },
  },
];
