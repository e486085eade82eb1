import { pageMask44x, pageSize44x, W0_SIZE, W0_SIZE_SHIFT, W0_TS, W0_VALID, W1_ERPN, W1_RPN } from './entry44x.js';
import type { TlbEntry44x } from './entry44x.js';
import type { ShadowEntry } from './mmu.js';

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const letters = (bits: number, names: string): string =>
  [...names].map((c, n) => (bits & (1 << (names.length - 1 - n)) ? c : '-')).join('');

/** Bytes as people write page sizes: 4K, 16M. */
function sizeName(bytes: number): string {
  if (bytes >= 0x4000_0000) return `${bytes / 0x4000_0000}G`;
  return bytes >= 0x10_0000 ? `${bytes / 0x10_0000}M` : `${bytes / 0x400}K`;
}

/** The valid guest entries (G) and the shadow entries (S) as a table. */
export function dumpTlb44x(tlb: readonly TlbEntry44x[], shadow: readonly ShadowEntry[]): string {
  const lines = ['    #  effective  size  real       TS TID  user super WIMGE U'];
  tlb.forEach((e, n) => {
    if (!(e.word0 & W0_VALID)) return;
    const code = (e.word0 & W0_SIZE) >> W0_SIZE_SHIFT;
    const mask = pageMask44x(code);
    const fields = [
      hex((e.word0 & mask) >>> 0, 8).padEnd(9),
      sizeName(pageSize44x(code)).padStart(5),
      ` ${hex(e.word1 & W1_ERPN, 1)}${hex((e.word1 & W1_RPN & mask) >>> 0, 8)} `,
      e.word0 & W0_TS ? ' 1' : ' 0',
      String(e.tid).padStart(3),
      ` ${letters(e.word2 >> 3, 'xwr')} `,
      letters(e.word2, 'xwr').padEnd(5),
      letters(e.word2 >> 7, 'WIMGE'),
      hex((e.word2 >> 12) & 15, 1),
    ];
    lines.push(`G ${String(n).padStart(3)}  ${fields.join(' ')}`);
  });
  for (const s of shadow)
    lines.push(
      `S      ${hex(s.virtual, 8)}  ${sizeName(s.size).padStart(5)}  ${hex(s.target, 9)}  ${s.access.padEnd(3)} context ${hex(s.context, 3)}`,
    );
  return lines.join('\n');
}
