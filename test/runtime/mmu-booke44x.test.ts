import { beforeEach, describe, expect, it } from 'vitest';
import {
  ACCESS_FETCH,
  ACCESS_READ,
  ACCESS_WRITE,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_DATA_TLB,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_INSTRUCTION_TLB,
  EXCEPTION_NONE,
} from '../../jit/abi/exits.js';
import { CPU_STATE_SIZE, GUEST_TLB_OFFSET } from '../../jit/abi/layout.js';
import { ESR, MSR } from '../../jit/isa/registers.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Booke44xMmu } from '../../runtime/mmu/booke44x.js';
import { PAGE_SIZE_CODES_44X } from '../../runtime/mmu/entry44x.js';

const PID = 48;
const MMUCR = 946;
const STS = 0x10000;
const VALID = 0x200;
const TS = 0x100;
const ALL = 0x3f;

let state: CpuState;
let mmu: Booke44xMmu;
let dropped: [number, number, number, number][];

/** Writes an entry as a guest does. */
function write(entry: number, word0: number, word1: number, word2: number, tid = 0): void {
  state.setSpr(MMUCR, tid);
  mmu.tlbwe(entry, 0, word0);
  mmu.tlbwe(entry, 1, word1);
  mmu.tlbwe(entry, 2, word2);
}

beforeEach(() => {
  state = new CpuState(new ArrayBuffer(CPU_STATE_SIZE));
  mmu = new Booke44xMmu(state);
  dropped = [];
  mmu.onEntryChanged = (start, size, tid, space) => dropped.push([start, size, tid, space]);
});

describe('44x translation', () => {
  it('knows nothing after reset', () => {
    expect(mmu.translate(0, ACCESS_READ)).toMatchObject({ ok: false, exception: EXCEPTION_DATA_TLB, syndrome: 0 });
    expect(mmu.translate(0xfffffffc, ACCESS_FETCH)).toMatchObject({ ok: false, exception: EXCEPTION_INSTRUCTION_TLB });
  });

  it.each(PAGE_SIZE_CODES_44X.map((code) => ({ code, size: 0x400 * 4 ** code })))('page size code $code: $size bytes', ({ code, size }) => {
    const virtual = 0xa0000000;
    write(17, virtual | VALID | (code << 4), (0x10000000 | 0x5) >>> 0, ALL);
    for (const offset of [0, 1, size / 2 + 4, size - 1]) {
      const r = mmu.translate(virtual + offset, ACCESS_READ);
      expect(r).toMatchObject({ ok: true, physical: 0x5_1000_0000 + offset, pageSize: size, exception: EXCEPTION_NONE });
    }
    expect(mmu.translate(virtual - 1, ACCESS_READ).ok).toBe(false);
    expect(mmu.translate(virtual + size, ACCESS_READ).ok).toBe(false);
    expect(mmu.translate((virtual + 4) | 0, ACCESS_READ).physical).toBe(0x5_1000_0004);
  });

  it('ignores EPN and RPN bits below the page size', () => {
    write(0, 0xc0ffe400 | VALID | 0x70, 0x0fffec00, ALL);
    expect(mmu.translate(0xc0123456, ACCESS_READ)).toMatchObject({ ok: true, physical: 0x0f123456 });
  });

  it('permissions: every combination, access, privilege and page size', () => {
    for (const code of PAGE_SIZE_CODES_44X) {
      for (let bits = 0; bits < 64; bits++) {
        write(3, 0x40000000 | VALID | (code << 4), 0x20000000, bits);
        for (const user of [false, true]) {
          state.msr = user ? MSR.PR.mask : 0;
          const mine = user ? bits >> 3 : bits & 7;
          for (const access of [ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH]) {
            const r = mmu.translate(0x40000004, access);
            if (mine & (1 << access)) {
              expect([r.ok, r.readable, r.writable, r.executable]).toEqual([true, (mine & 1) > 0, (mine & 2) > 0, (mine & 4) > 0]);
            } else {
              expect(r.ok).toBe(false);
              expect(r.exception).toBe(access === ACCESS_FETCH ? EXCEPTION_INSTRUCTION_STORAGE : EXCEPTION_DATA_STORAGE);
              expect(r.syndrome).toBe(access === ACCESS_WRITE ? ESR.ST.mask : 0);
            }
          }
        }
      }
    }
  });

  it('misses: kind of access and ST', () => {
    expect(mmu.translate(0x1000, ACCESS_READ)).toMatchObject({ exception: EXCEPTION_DATA_TLB, syndrome: 0 });
    expect(mmu.translate(0x1000, ACCESS_WRITE)).toMatchObject({ exception: EXCEPTION_DATA_TLB, syndrome: 0x00800000 });
    expect(mmu.translate(0x1000, ACCESS_FETCH)).toMatchObject({ exception: EXCEPTION_INSTRUCTION_TLB, syndrome: 0 });
  });

  it('address spaces: fetches use IS, data uses DS', () => {
    write(0, 0x1000 | VALID | 0x10, 0x10000, ALL);
    write(1, 0x1000 | VALID | TS | 0x10, 0x20000, ALL);
    for (const is of [0, 1]) {
      for (const ds of [0, 1]) {
        state.msr = (is ? MSR.IS.mask : 0) | (ds ? MSR.DS.mask : 0);
        expect(mmu.translate(0x1010, ACCESS_FETCH).physical).toBe(is ? 0x20010 : 0x10010);
        expect(mmu.translate(0x1010, ACCESS_READ).physical).toBe(ds ? 0x20010 : 0x10010);
        expect(mmu.translate(0x1010, ACCESS_WRITE).physical).toBe(ds ? 0x20010 : 0x10010);
      }
    }
  });

  it('TID: 0 is for all, others for their PID', () => {
    write(0, 0x1000 | VALID | 0x10, 0x10000, ALL, 7);
    write(1, 0x1000 | VALID | 0x10, 0x20000, ALL, 9);
    write(2, 0x2000 | VALID | 0x10, 0x30000, ALL, 0);
    for (const [pid, physical] of [
      [7, 0x10000],
      [9, 0x20000],
    ]) {
      state.setSpr(PID, pid);
      expect(mmu.translate(0x1000, ACCESS_READ).physical).toBe(physical);
      expect(mmu.translate(0x2000, ACCESS_READ).physical).toBe(0x30000);
    }
    state.setSpr(PID, 8);
    expect(mmu.translate(0x1000, ACCESS_READ).ok).toBe(false);
  });

  it('attributes', () => {
    write(0, 0x1000 | VALID | 0x10, 0, ALL | 0x580);
    expect(mmu.translate(0x1000, ACCESS_READ)).toMatchObject({ cacheInhibited: true, guarded: true, littleEndian: true });
    write(0, 0x1000 | VALID | 0x10, 0, ALL | 0xfa00);
    expect(mmu.translate(0x1000, ACCESS_READ)).toMatchObject({ cacheInhibited: false, guarded: false, littleEndian: false });
  });

  it('remembered entries never outlive a change', () => {
    for (let n = 0; n < 64; n++) write(n, (0x10000000 + n * 0x1000) | VALID | 0x10, n * 0x4000, ALL);
    for (let round = 0; round < 3; round++)
      for (let n = 0; n < 64; n++) expect(mmu.translate(0x10000008 + n * 0x1000, ACCESS_READ).physical).toBe(n * 0x4000 + 8);
    write(5, 0x10005000 | 0x10, 0, ALL);
    expect(mmu.translate(0x10005000, ACCESS_READ).ok).toBe(false);
    write(40, 0x10005000 | VALID | 0x10, 0x9000, ALL);
    expect(mmu.translate(0x10005000, ACCESS_READ).physical).toBe(0x9000);
  });

  it('contextOf tells apart what translates differently', () => {
    const seen = new Set<number>();
    for (const msr of [0, MSR.IS.mask, MSR.DS.mask, MSR.PR.mask, MSR.IS.mask | MSR.DS.mask | MSR.PR.mask])
      for (const pid of [0, 1, 255]) {
        state.msr = msr | MSR.EE.mask;
        state.setSpr(PID, pid);
        seen.add(mmu.contextOf());
      }
    expect(seen.size).toBe(15);
    const before = mmu.contextOf();
    state.msr &= ~MSR.EE.mask;
    expect(mmu.contextOf()).toBe(before);
  });

  it('probe ignores permissions and tries both spaces', () => {
    write(0, 0x1000 | VALID | TS | 0x10, 0x7000, 0);
    expect(mmu.probe(0x1004)).toBe(-1);
    state.msr = MSR.IS.mask;
    expect(mmu.probe(0x1004)).toBe(0x7004);
  });
});

describe('tlbwe, tlbre, tlbsx', () => {
  it('keeps what the part has and moves the TID through MMUCR[STID]', () => {
    write(63, 0xffffffff, 0xffffffff, 0xffffffff, 0xab);
    state.setSpr(MMUCR, 0x00050000);
    expect(mmu.tlbre(63, 1)).toBe(0xfffffc0f);
    expect(mmu.tlbre(63, 2)).toBe(0xffbf);
    expect(state.spr(MMUCR)).toBe(0x00050000);
    expect(mmu.tlbre(63, 0)).toBe(0xfffffff0);
    expect(state.spr(MMUCR)).toBe(0x000500ab);
    expect(mmu.tlbre(63, 3)).toBe(0);
    expect(Array.from(state.words.slice((GUEST_TLB_OFFSET >> 2) + 63 * 4, (GUEST_TLB_OFFSET >> 2) + 64 * 4))).toEqual([
      0xfffffff0, 0xfffffc0f, 0xffbf, 0xab,
    ]);
  });

  it('takes the entry number modulo 64', () => {
    write(64 + 2, 0x1000 | VALID | 0x10, 0, ALL);
    expect(mmu.tlbre(2, 0)).toBe(0x1000 | VALID | 0x10);
  });

  it('searches by STS and STID, not by MSR and PID', () => {
    write(9, 0x80000000 | VALID | TS | 0x70, 0, ALL, 3);
    state.setSpr(MMUCR, STS | 3);
    expect(mmu.tlbsx(0x80abcdef)).toBe(9);
    state.setSpr(MMUCR, 3);
    expect(mmu.tlbsx(0x80abcdef)).toBe(-1);
    state.setSpr(MMUCR, STS | 4);
    expect(mmu.tlbsx(0x80abcdef)).toBe(-1);
  });
});

describe('announcing changes', () => {
  const use = (ea: number): unknown => mmu.translate(ea, ACCESS_READ);

  it('an entry that answered is announced once, as it was', () => {
    mmu.reset();
    write(4, 0xc0123000 | VALID | 0x70, 0x01000000, ALL, 0);
    use(0xc0000000);
    dropped = [];
    write(4, 0xd0000000 | VALID | 0x10, 0x02000000, ALL, 5);
    expect(dropped).toEqual([[0xc0000000, 0x1000000, 0, 0]]);
  });

  it('each word alone, and the TID, is a change; the same value is none', () => {
    const base: [number, number, number] = [0x1000 | VALID | TS | 0x10, 0x3000, ALL];
    state.msr = MSR.DS.mask;
    state.setSpr(PID, 6);
    write(0, ...base, 6);
    const changes: (() => void)[] = [
      () => mmu.tlbwe(0, 0, 0x1000 | VALID | TS | 0x20),
      () => mmu.tlbwe(0, 1, 0x5000),
      () => mmu.tlbwe(0, 2, 0x3e),
      () => {
        state.setSpr(MMUCR, 7);
        mmu.tlbwe(0, 0, base[0]);
      },
    ];
    for (const change of changes) {
      write(0, ...base, 6);
      use(0x1000);
      dropped = [];
      write(0, ...base, 6);
      expect(dropped).toEqual([]);
      change();
      expect(dropped).toEqual([[0x1000, 0x1000, 6, 1]]);
    }
  });

  it('nothing is announced for entries that never answered or are invalid', () => {
    mmu.reset();
    write(0, 0x1000 | VALID | 0x10, 0, ALL);
    dropped = [];
    write(0, 0x2000 | VALID | 0x10, 0, ALL);
    write(0, 0x2000 | 0x10, 0, ALL);
    write(0, 0x2000 | 0x10, 0x1000, ALL);
    expect(dropped).toEqual([]);
  });

  it('after reload every valid entry counts as used', () => {
    write(0, 0x1000 | VALID | 0x10, 0, ALL);
    write(0, 0x2000 | VALID | 0x10, 0, ALL);
    dropped = [];
    mmu.reload();
    mmu.reset();
    expect(dropped).toEqual([[0x2000, 0x1000, 0, 0]]);
  });
});
