import { GUEST_TLB_OFFSET } from '../../../jit/abi/layout.js';
import type { CpuState } from '../../cpu-state.js';
import type { ShadowEntry } from '../mmu.js';
import { SEGMENT_1T, SEGMENT_SIZE, SLB_CLASS, SLB_KP, SLB_KS, SLB_NO_EXECUTE } from './hpte.js';
import { SLB_ENTRY_WORDS } from './slb.js';
import type { Slb } from './slb.js';

const hex = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0');
const PAGES: Readonly<Record<number, string>> = { 12: '4K', 16: '64K', 24: '16M' };

/** The valid SLB entries (G) and the shadow entries (S) as a table. */
export function dumpHash64(slb: Slb, state: CpuState, shadow: readonly ShadowEntry[]): string {
  const lines = ['    #  segment           VSID doubleword   size  page Ks Kp N C'];
  const bit = (flags: number, mask: number): string => (flags & mask ? '1' : '0');
  for (let n = 0; n < slb.size; n++) {
    if (!slb.isValid(n)) continue;
    const at = (GUEST_TLB_OFFSET >> 2) + n * SLB_ENTRY_WORDS;
    const [vsidLow, vsidHigh] = [state.words[at + 2], state.words[at + 3]];
    const fields = [
      hex(slb.esidHigh[n], 8) + hex(slb.esidLow[n], 8),
      ` ${hex(vsidHigh, 8)}${hex(vsidLow, 8)} `,
      (vsidHigh & SEGMENT_SIZE) === SEGMENT_1T ? '  1T' : '256M',
      (PAGES[slb.shift[n]] ?? '?').padStart(5),
      ` ${bit(vsidLow, SLB_KS)} `,
      `${bit(vsidLow, SLB_KP)} ${bit(vsidLow, SLB_NO_EXECUTE)} ${bit(vsidLow, SLB_CLASS)}`,
    ];
    lines.push(`G ${String(n).padStart(3)}  ${fields.join(' ')}`);
  }
  for (const s of shadow) {
    const target = Math.floor(s.target / 0x1_0000_0000).toString(16) + hex(s.target, 8);
    lines.push(
      `S      ${s.virtual.toString(16).padStart(16, '0')}  ${target}  ${s.size} bytes  ${s.access.padEnd(3)} context ${hex(s.context, 4)}`,
    );
  }
  return lines.join('\n') + '\n';
}
