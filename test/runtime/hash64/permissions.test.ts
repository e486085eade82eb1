import { describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE, EXCEPTION_DATA_STORAGE, EXCEPTION_INSTRUCTION_STORAGE } from '../../../jit/abi/exits.js';
import { MSR } from '../../../jit/isa/registers.js';
import { Hash64Bed, high, low, PAGE_KINDS, PROBLEM, RELOCATED, SPR_AMR, SPR_IAMR, startOf, type Segment } from '../../support/hash64.js';

/** ISA 2.07 Book III-S figure 31, by pp0 pp1 pp2: with Key = 0 and with Key = 1. */
const FIGURE: Readonly<Record<number, readonly [string, string]>> = {
  0b000: ['rw', ''],
  0b001: ['rw', 'r'],
  0b010: ['rw', 'rw'],
  0b011: ['r', 'r'],
  0b100: ['', ''],
  0b101: ['', ''],
  0b110: ['r', ''],
  0b111: ['', ''],
};
const DSISR = { protection: 0x08000000, store: 0x02000000, key: 0x00200000 };
const SRR1 = { noExecute: 0x10000000, protection: 0x08000000, key: 0x00200000 };
const SEGMENT: Segment = { large: true, esid: 0xc00000n, vsid: 0x123456789n, page: PAGE_KINDS[3]! };
const EA = startOf(SEGMENT);

/** Bit pair of a key in AMR or IAMR. */
const pair = (key: number, bits: number): bigint => BigInt(bits) << BigInt(62 - 2 * key);

describe('page protection', () => {
  it('pp, Ks, Kp and MSR[PR]: every combination', () => {
    for (let pp = 0; pp < 8; pp++)
      for (const ks of [false, true])
        for (const kp of [false, true])
          for (const user of [false, true]) {
            const bed = new Hash64Bed();
            bed.segment(0, { ...SEGMENT, ks, kp });
            bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, pp, c: true, real: 0n });
            bed.state.msr = user ? RELOCATED | PROBLEM : RELOCATED;
            const allowed = FIGURE[pp]![(user ? kp : ks) ? 1 : 0];
            const [read, write] = [allowed.includes('r'), allowed.includes('w')];
            const facts = { ok: true, readable: read, writable: write, executable: read };
            expect(bed.translate(EA, ACCESS_READ)).toMatchObject(
              read ? facts : { ok: false, exception: EXCEPTION_DATA_STORAGE, syndrome: DSISR.protection },
            );
            expect(bed.translate(EA, ACCESS_WRITE)).toMatchObject(
              write ? facts : { ok: false, exception: EXCEPTION_DATA_STORAGE, syndrome: DSISR.protection | DSISR.store },
            );
            expect(bed.translate(EA, ACCESS_FETCH)).toMatchObject(
              read ? facts : { ok: false, exception: EXCEPTION_INSTRUCTION_STORAGE, syndrome: SRR1.protection },
            );
          }
  });

  it('N of page and segment, and G: fetches only', () => {
    for (const pageN of [false, true])
      for (const segmentN of [false, true])
        for (const g of [false, true])
          for (const pp of [0b010, 0b011, 0b000]) {
            const bed = new Hash64Bed();
            bed.segment(0, { ...SEGMENT, n: segmentN, ks: true });
            bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, pp, n: pageN, g, c: true, real: 0n });
            const executes = !pageN && !segmentN && !g;
            const allowed = FIGURE[pp]![1];
            const r = bed.translate(EA, ACCESS_READ);
            expect(r.ok).toBe(allowed !== '');
            if (r.ok) expect([r.executable, r.guarded]).toEqual([executes, g]);
            const fetch = bed.translate(EA, ACCESS_FETCH);
            expect(fetch.ok).toBe(executes && allowed !== '');
            if (fetch.ok) continue;
            // A segment that is not for execution is found out before the page.
            const protection = !segmentN && allowed === '' ? SRR1.protection : 0;
            expect(fetch).toMatchObject({
              exception: EXCEPTION_INSTRUCTION_STORAGE,
              syndrome: (executes ? 0 : SRR1.noExecute) | protection,
            });
          }
  });

  it('AMR and IAMR: every key, every pair of bits, with and without page protection', () => {
    for (let key = 0; key < 32; key++)
      for (let bits = 0; bits < 4; bits++)
        for (const pp of [0b010, 0b011, 0b111]) {
          const bed = new Hash64Bed();
          bed.segment(0, SEGMENT);
          bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, pp, key, c: true, real: 0n });
          // All other keys are denied or allowed the other way round.
          const amr = pair(key, bits);
          const iamr = ~pair(key, 3) & (bits & 1 ? 0n : 0xffff_ffff_ffff_ffffn);
          bed.state.setSpr(SPR_AMR, low(amr), high(amr));
          bed.state.setSpr(SPR_IAMR, low(iamr), high(iamr));
          bed.mmu.contextOf();
          const allowed = FIGURE[pp]![0];
          const denied = { read: (bits & 1) !== 0, write: (bits & 2) !== 0 };
          const read = bed.translate(EA, ACCESS_READ);
          expect(read.ok).toBe(allowed.includes('r') && !denied.read);
          if (!read.ok) expect(read.syndrome).toBe((allowed.includes('r') ? 0 : DSISR.protection) | (denied.read ? DSISR.key : 0));
          const write = bed.translate(EA, ACCESS_WRITE);
          expect(write.ok).toBe(allowed.includes('w') && !denied.write);
          if (write.ok) expect([write.readable, write.writable]).toEqual([!denied.read, true]);
          else expect(write.syndrome).toBe(DSISR.store | (allowed.includes('w') ? 0 : DSISR.protection) | (denied.write ? DSISR.key : 0));
          expect(bed.translate(EA, ACCESS_FETCH).ok).toBe(allowed.includes('r'));

          const only = pair(key, bits);
          bed.state.setSpr(SPR_AMR, 0, 0);
          bed.state.setSpr(SPR_IAMR, low(only), high(only));
          bed.mmu.contextOf();
          const fetch = bed.translate(EA, ACCESS_FETCH);
          expect(fetch.ok).toBe(allowed.includes('r') && !(bits & 1));
          if (!fetch.ok) expect(fetch.syndrome).toBe((allowed.includes('r') ? 0 : SRR1.protection) | (bits & 1 ? SRR1.key : 0));
          expect(bed.translate(EA, ACCESS_READ).ok).toBe(allowed.includes('r'));
        }
  });

  it('keys are those of the space that is translated', () => {
    const bed = new Hash64Bed();
    bed.segment(0, SEGMENT);
    bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, pp: 2, key: 31, real: 0n });
    bed.state.setSpr(SPR_AMR, 3, 0);
    bed.state.setSpr(SPR_IAMR, 1, 0);
    for (const [msr, read, fetch] of [
      [RELOCATED, false, false],
      [MSR.DR.mask, false, true],
      [MSR.IR.mask, true, false],
    ] as const) {
      bed.state.msr = msr;
      bed.mmu.contextOf();
      expect([bed.translate(EA, ACCESS_READ).ok, bed.translate(EA, ACCESS_FETCH).ok]).toEqual([read, fetch]);
    }
  });
});

describe('attributes and R and C', () => {
  it('I and G are told', () => {
    for (const i of [false, true])
      for (const g of [false, true]) {
        const bed = new Hash64Bed();
        bed.segment(0, SEGMENT);
        bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, i, g, real: 0n });
        expect(bed.translate(EA, ACCESS_READ)).toMatchObject({ ok: true, cacheInhibited: i, guarded: g, littleEndian: false });
      }
  });

  it('every access sets R, stores set C, and only then the page is writable', () => {
    const R = 0x100n;
    const C = 0x80n;
    for (const access of [ACCESS_READ, ACCESS_FETCH, ACCESS_WRITE]) {
      const bed = new Hash64Bed();
      bed.segment(0, SEGMENT);
      const entry = bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, real: 0x10000n });
      const before = bed.second(entry);
      const r = bed.translate(EA, access);
      expect([r.readable, r.writable, r.executable]).toEqual([true, access === ACCESS_WRITE, true]);
      expect(bed.second(entry)).toBe(before | R | (access === ACCESS_WRITE ? C : 0n));
      expect(bed.translate(EA, ACCESS_WRITE).writable).toBe(true);
      expect(bed.second(entry)).toBe(before | R | C);
      expect(bed.translate(EA, ACCESS_READ).writable).toBe(true);
    }
  });

  it('a refused access and a debugger leave R and C alone', () => {
    const bed = new Hash64Bed();
    bed.segment(0, { ...SEGMENT, ks: true });
    const entry = bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, pp: 0b001, real: 0n });
    const before = bed.second(entry);
    expect(bed.translate(EA, ACCESS_WRITE).ok).toBe(false);
    expect(bed.mmu.probe(low(EA), high(EA))).toBe(0);
    expect(bed.second(entry)).toBe(before);
  });

  it('a change of R or C is a change of the entry, once', () => {
    const bed = new Hash64Bed();
    bed.segment(0, SEGMENT);
    const entry = bed.page(SEGMENT, 0n, { kind: PAGE_KINDS[3]!, real: 0n });
    bed.table.startTracking();
    for (const [access, changes] of [
      [ACCESS_READ, true],
      [ACCESS_READ, false],
      [ACCESS_WRITE, true],
      [ACCESS_WRITE, false],
      [ACCESS_FETCH, false],
    ] as const) {
      bed.translate(EA, access);
      expect(bed.table.isMarked(entry)).toBe(changes);
      expect(bed.table.nextMarked(0)).toBe(changes ? entry : bed.table.entries);
      bed.table.clearMark(entry);
    }
  });
});
