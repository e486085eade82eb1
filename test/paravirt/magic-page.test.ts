import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { MAGIC_PAGE, MODES, ParavirtGuest, STACK, START, VECTORS } from './paravirt-guest.js';

/** Fields by the offset of their low word, and the SPR each one is (Linux, struct kvm_vcpu_arch_shared; PPC440x5 UM 10). */
const FIELDS: readonly (readonly [name: string, at: number, spr: number, wide: boolean])[] = [
  ['SPRG0', 36, 272, true],
  ['SPRG1', 44, 273, true],
  ['SPRG2', 52, 274, true],
  ['SPRG3', 60, 275, true],
  ['SRR0', 68, 26, true],
  ['SRR1', 76, 27, true],
  ['DEAR', 84, 61, true],
  ['MAS0', 168, 624, false],
  ['MAS1', 172, 625, false],
  ['MAS7', 176, 944, false],
  ['MAS3', 180, 627, false],
  ['MAS2', 188, 626, true],
  ['MAS4', 192, 628, false],
  ['MAS6', 196, 630, false],
  ['ESR', 200, 62, false],
  ['PIR', 204, 286, false],
  ['SPRG4', 212, 276, true],
  ['SPRG5', 220, 277, true],
  ['SPRG6', 228, 278, true],
  ['SPRG7', 236, 279, true],
];
/** Words that are no register of the 440: scratch1 to scratch3, DSISR, sr[], and what lies behind the fields. */
const STORAGE = [0, 4, 8, 12, 16, 20, 96, 104, 164, 240, 2000, 4092];

/** How the page is addressed: a displacement from 0, which compiled code knows, or a register that it does not know. */
const WAYS = [
  { way: 'known', at: (offset: number) => `${offset - 4096}(0)` },
  { way: 'unknown', at: (offset: number) => `${offset}(9)` },
] as const;
const setBase = (guest: ParavirtGuest) => () => guest.state.setGpr(9, MAGIC_PAGE);

for (const mode of MODES) {
  for (const { way, at } of WAYS) {
    describe(`the magic page, ${mode}, addresses ${way}`, () => {
      it.each(FIELDS)('%s is the register, in both directions', (_name, offset, spr, wide) => {
        const guest = new ParavirtGuest(mode);
        const { state } = guest;
        state.setSpr(spr, 0x89abcdef);
        guest.execute(`lwz 5,${at(offset)}`, setBase(guest));
        expect(state.gpr(5)).toBe(0x89abcdef);
        guest.execute(`lis 6,0x1234; ori 6,6,0x5678; stw 6,${at(offset)}`, setBase(guest));
        expect(state.spr(spr)).toBe(0x12345678);
        if (!wide) return;
        // The upper half of a register that has none.
        guest.execute(`li 6,-1; stw 6,${at(offset - 4)}; lwz 7,${at(offset - 4)}; lwz 8,${at(offset)}`, setBase(guest));
        expect([state.gpr(7), state.gpr(8), state.sprHigh(spr)]).toEqual([0, 0x12345678, 0]);
      });

      it('mtspr and mfspr mean the same registers', () => {
        const guest = new ParavirtGuest(mode);
        guest.execute(`li 5,77; mtsprg 3,5; lwz 6,${at(60)}; li 7,99; stw 7,${at(60)}; mfsprg 8,3; lwz 10,${at(204)}`, setBase(guest));
        expect([6, 8].map((r) => guest.state.gpr(r))).toEqual([77, 99]);
      });

      it.each(STORAGE)('keeps what is stored at %i', (offset) => {
        const guest = new ParavirtGuest(mode);
        guest.execute(`lis 6,0x7654; ori 6,6,0x3210; stw 6,${at(offset)}; li 6,0; lwz 7,${at(offset)}`, setBase(guest));
        expect(guest.state.gpr(7)).toBe(0x76543210);
      });

      it('takes accesses of every size', () => {
        const guest = new ParavirtGuest(mode);
        const { state } = guest;
        state.setSpr(272, 0x81828384);
        state.setSpr(62, 0xe1e2e3e4);
        guest.execute(
          [36, 37, 38, 39].map((o, k) => `lbz ${10 + k},${at(o)}`).join(';') +
            `; lhz 14,${at(36)}; lhz 15,${at(38)}; lha 16,${at(38)}; lwz 17,${at(36)}`,
          setBase(guest),
        );
        const loaded = [10, 11, 12, 13, 14, 15, 16].map((r) => state.gpr(r));
        expect(loaded).toEqual([0x81, 0x82, 0x83, 0x84, 0x8182, 0x8384, 0xffff8384]);
        guest.execute(`li 6,0x55; stb 6,${at(37)}; li 6,0x1234; sth 6,${at(202)}`, setBase(guest));
        expect([state.spr(272), state.spr(62)]).toEqual([0x81558384, 0xe1e21234]);
      });

      it('takes doublewords', () => {
        const guest = new ParavirtGuest(mode);
        const { state } = guest;
        guest.setMsr('FP');
        state.setSpr(944, 0x01020304);
        state.setSpr(627, 0x05060708);
        guest.execute(`lfd 1,${at(176)}; stfd 2,${at(192)}; stfd 2,${at(8)}; lfd 3,${at(8)}`, () => {
          setBase(guest)();
          state.setFpr(2, 0x99aabbcc, 0x11223344);
        });
        expect([state.fprHigh(1), state.fprLow(1)]).toEqual([0x01020304, 0x05060708]);
        expect([state.spr(628), state.spr(630)]).toEqual([0x11223344, 0x99aabbcc]);
        expect([state.fprHigh(3), state.fprLow(3)]).toEqual([0x11223344, 0x99aabbcc]);
      });

      it('takes unaligned accesses, byte-reversed ones and several registers at once', () => {
        const guest = new ParavirtGuest(mode);
        const { state } = guest;
        [0x11121314, 0x21222324].forEach((v, k) => state.setSpr(624 + k, v));
        guest.execute(`lwz 5,${at(170)}; stw 6,${at(193)}; lmw 30,${at(168)}; stmw 29,${at(224)}`, () => {
          setBase(guest)();
          state.setGpr(6, 0xa1a2a3a4);
          state.setGpr(29, 0x29292929);
          state.setSpr(628, 0);
          state.setSpr(630, 0);
        });
        expect(state.gpr(5)).toBe(0x13142122);
        expect([state.spr(628), state.spr(630)]).toEqual([0x00a1a2a3, 0xa4000000]);
        expect([state.gpr(30), state.gpr(31)]).toEqual([0x11121314, 0x21222324]);
        // Words 224 to 235: an upper half, SPRG6, an upper half.
        expect(state.spr(278)).toBe(0x11121314);
        const base = way === 'known' ? 'li 10,-4096; addi 10,10,36' : 'addi 10,9,36';
        guest.execute(`${base}; lwbrx 5,0,10`, () => {
          setBase(guest)();
          state.setSpr(272, 0x01020304);
        });
        expect(state.gpr(5)).toBe(0x04030201);
      });

      it('lets stores change EE of the MSR and nothing else', () => {
        const guest = new ParavirtGuest(mode);
        const { state } = guest;
        guest.setMsr('ME', 'CE');
        guest.execute(`lwz 5,${at(92)}; li 6,-1; stw 6,${at(92)}; lwz 7,${at(92)}; mfmsr 8; lwz 10,${at(88)}`, () => {
          setBase(guest)();
          guest.setMsr('ME', 'CE');
        });
        const before = (MSR.ME.mask | MSR.CE.mask) >>> 0;
        const after = (before | MSR.EE.mask) >>> 0;
        expect([5, 7, 8, 10].map((r) => state.gpr(r))).toEqual([before, after, after, 0]);
        guest.execute(`li 6,0; stw 6,${at(92)}; li 6,-1; stb 6,${at(95)}; mfmsr 8`, setBase(guest));
        expect(state.gpr(8)).toBe(before);
      });
    });
  }

  describe(`the magic page's accesses, ${mode}`, () => {
    it('are compiled to the registers where the address is known', () => {
      const guest = new ParavirtGuest(mode);
      guest.load('lwz 5,-4060(0); addi 5,5,1; stw 5,-4060(0); li 4,-4096; lwz 6,92(4); stw 6,92(4); stw 6,28(4)');
      for (let turn = 0; turn < 5; turn++) guest.run();
      const interpreted = guest.cpu.engine.regionExits()['interpret'];
      guest.run();
      expect(guest.cpu.engine.regionExits()['interpret']).toBe(interpreted);
      expect(guest.state.spr(272)).toBe(6);
    });

    it('go through the runtime in TypeScript only where they are not whole words', () => {
      const guest = new ParavirtGuest(mode);
      guest.load('addi 4,1,0; lwz 5,-4060(0); stw 5,-4060(0); lhz 5,-4060(0); ori 6,6,0; sth 5,-4060(0)');
      guest.run();
      const before = guest.exits('magic page');
      guest.run();
      expect(guest.exits('magic page') - before).toBe(mode === 'jit' ? 0 : 2);
    });

    it('write the updated base register behind a store that has an interrupt delivered', () => {
      const guest = new ParavirtGuest(mode);
      const handler = VECTORS.external;
      const run = () => {
        guest.external(false);
        guest.setMsr();
        guest.state.setGpr(3, 0x8000);
        guest.external(true);
        guest.run(handler);
        guest.external(false);
      };
      guest.load('li 4,-4096; stwu 3,92(4); li 5,1');
      for (let turn = 0; turn < 5; turn++) run();
      expect(guest.state.gpr(4)).toBe(MAGIC_PAGE + 92);
      expect(guest.state.spr(26)).toBe(START + 8);
    });

    it('cross its ends byte by byte', () => {
      const guest = new ParavirtGuest(mode);
      const { memory } = guest.cpu;
      guest.map(0x6000);
      const words = `li 4,0x6000; lis 5,0x1112; ori 5,5,0x1314; stw 5,0(4); stw 5,4092(4)
        lwz 6,-2(4); lwz 7,4094(4); stw 5,-1(4); stw 5,4093(4)`;
      guest.execute(words, () => {
        memory.write(0x5ffc, new Uint8Array([1, 2, 3, 4]));
        memory.write(0x7000, new Uint8Array([5, 6, 7, 8]));
      });
      expect([6, 7].map((r) => guest.state.gpr(r))).toEqual([0x03041112, 0x13140506]);
      expect([...memory.read(0x5ffc, 4)]).toEqual([1, 2, 3, 0x11]);
      expect([...memory.read(0x7000, 4)]).toEqual([0x14, 6, 7, 8]);
    });
  });

  describe(`mapping the magic page, ${mode}`, () => {
    it('lies over memory, and gives it back when it moves', () => {
      const guest = new ParavirtGuest(mode);
      const { state } = guest;
      guest.cpu.memory.write(0x6024, new Uint8Array([0xaa, 0xbb, 0xcc, 0xdd]));
      const load = 'li 4,0x6000; lwz 5,0x24(4); lwz 7,0x24(9)';
      const base = () => state.setGpr(9, 0x6000);
      state.setSpr(272, 0x1234);
      guest.execute(load, base);
      expect([state.gpr(5), state.gpr(7)]).toEqual([0xaabbccdd, 0xaabbccdd]);
      guest.map(0x6000);
      guest.execute(load, base);
      expect([state.gpr(5), state.gpr(7)]).toEqual([0x1234, 0x1234]);
      guest.map(MAGIC_PAGE);
      // The same compiled code would still read the register.
      guest.execute(load, base);
      expect([state.gpr(5), state.gpr(7)]).toEqual([0xaabbccdd, 0xaabbccdd]);
    });

    it('is gone from where it was: an access there faults', () => {
      const guest = new ParavirtGuest(mode);
      guest.execute('lwz 5,-4060(0)');
      guest.map(0x6000);
      guest.load('lwz 5,-4060(0)');
      guest.run(VECTORS.dataTlb);
      expect(guest.state.spr(61)).toBe(MAGIC_PAGE + 36);
    });

    it('makes code anew when the page moves, and only then', () => {
      const guest = new ParavirtGuest(mode);
      const { engine } = guest.cpu;
      guest.execute('lwz 5,-4060(0)');
      const { assumptions } = engine;
      guest.map(MAGIC_PAGE);
      expect(engine.assumptions).toBe(assumptions);
      guest.map(0x6000);
      expect(engine.assumptions).not.toBe(assumptions);
    });

    it('is seen by the supervisor only', () => {
      const guest = new ParavirtGuest(mode);
      const { state } = guest;
      guest.map(0x6000);
      guest.cpu.memory.write(0x6024, new Uint8Array([9, 9, 9, 9]));
      state.setSpr(272, 0x1234);
      guest.execute('li 4,0x6000; lwz 5,0x24(4)', () => guest.setMsr('PR'));
      expect(state.gpr(5)).toBe(0x09090909);
      guest.execute('li 4,0x6000; lwz 5,0x24(4)', () => guest.setMsr());
      expect(state.gpr(5)).toBe(0x1234);
    });
  });

  it(`interrupts write the registers that the page shows, ${mode}`, () => {
    const guest = new ParavirtGuest(mode);
    guest.cpu.load(VECTORS.dataTlb, [0x80a0f044, 0x80c0f054, 0x80e0f0c8, 0x48000000]); // lwz of SRR0, DEAR, ESR
    guest.load('lis 3,0x7000; stw 3,8(3)');
    guest.run(VECTORS.dataTlb + 12);
    const { state } = guest;
    expect([5, 6, 7].map((r) => state.gpr(r))).toEqual([START + 4, 0x70000008, 0x00800000]);
    expect(state.gpr(1)).toBe(STACK);
  });
}
