/** Expected results of I 3.3.15: decimal assists. Declets from the table of cases in Book I, appendix B. */
import { low, type ReferenceCpu, type SemanticsTable } from './cpu.js';

/** A declet of three digits, bit by bit as the table prints it: which digits are 8 or 9 decides the row. */
function declet(digits: readonly [number, number, number]): number {
  const [x, y, z] = digits.map((d) => d.toString(2).padStart(4, '0')) as [string, string, string];
  const large = digits.map((d) => (d > 7 ? '1' : '0')).join('');
  const [b, d, f, h, m] = [x.slice(1, 3), x[3]!, y.slice(1, 3), y[3]!, z[3]!];
  const j = z.slice(1, 3);
  const rows: Record<string, string> = {
    '000': `${b}${d}${f}${h}0${j}${m}`,
    '001': `${b}${d}${f}${h}100${m}`,
    '010': `${b}${d}${j}${h}101${m}`,
    '100': `${j}${d}${f}${h}110${m}`,
    '110': `${j}${d}00${h}111${m}`,
    '101': `${f}${d}01${h}111${m}`,
    '011': `${b}${d}10${h}111${m}`,
    '111': `00${d}11${h}111${m}`,
  };
  return parseInt(rows[large]!, 2);
}

const TO_DECLET = new Map<number, number>();
const TO_DIGITS = new Map<number, number>();
for (let n = 0; n < 1000; n++) {
  const digits = [Math.floor(n / 100), Math.floor(n / 10) % 10, n % 10] as const;
  const bcd = digits[0] * 256 + digits[1] * 16 + digits[2];
  TO_DECLET.set(bcd, declet(digits));
  TO_DIGITS.set(declet(digits), bcd);
}
// In the last row two bits do not matter.
for (let n = 0; n < 1024; n++) if (!TO_DIGITS.has(n)) TO_DIGITS.set(n, TO_DIGITS.get(n & 0xff)!);

/** Two groups of each word, from the right. */
function convert(c: ReferenceCpu, from: number, to: number, of: (group: number) => number | undefined): void {
  let all = 0n;
  for (const word of [0, 32]) {
    for (const group of [0, 1]) {
      const value = of(Number(low(c.RS >> BigInt(word + from * group), from)));
      all |= BigInt(value ?? 0) << BigInt(word + to * group);
    }
  }
  c.RA = all;
}

export const DECIMAL: SemanticsTable = {
  addg6s: (c) => {
    let sixes = 0n;
    for (let i = 0; i < 16; i++) {
      const bits = 4 * (i + 1);
      const carry = (low(c.RA, bits) + low(c.RB, bits)) >> BigInt(bits);
      if (carry === 0n) sixes |= 6n << BigInt(4 * i);
    }
    c.RT = sixes;
  },
  cdtbcd: (c) => convert(c, 10, 12, (group) => TO_DIGITS.get(group)),
  cbcdtd: (c) => convert(c, 12, 10, (group) => TO_DECLET.get(group)),
};
