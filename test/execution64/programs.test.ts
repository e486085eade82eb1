import { describe, expect, it } from 'vitest';
import { MSR } from '../../jit/isa/registers.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const MODES = ['interp', 'jit'] as const;
const ENDIANS = ['big', 'little'] as const;

/** Sums the doublewords of an array, stores the sum behind it byte-reversed too, and calls a function in each pass. */
const PROGRAM = `
start:
    li      r3, 0x4000
    li      r4, 100
    mtctr   r4
    li      r5, 0
    li      r6, 0
loop:
    ldx     r7, r3, r6
    add     r5, r5, r7
    bl      twist
    addi    r6, r6, 8
    bdnz    loop
    stdx    r5, r3, r6
    addi    r6, r6, 8
    stdbrx  r5, r3, r6
    sthx    r5, r3, r6
    lhax    r9, r3, r6
    lwax    r10, r3, r6
    lbzx    r11, r3, r6
    b       start
twist:
    rotldi  r5, r5, 7
    xori    r5, r5, 0x1234
    blr
`;

function model(): bigint {
  const mask = (1n << 64n) - 1n;
  let sum = 0n;
  for (let k = 0; k < 100; k++) {
    sum = (sum + element(k)) & mask;
    sum = ((sum << 7n) | (sum >> 57n)) & mask;
    sum ^= 0x1234n;
  }
  return sum;
}
const element = (k: number): bigint => (BigInt(k) * 0x0123_4567_89ab_cdefn) & 0xffff_ffff_ffff_ffffn;

describe('64-bit programs', () => {
  for (const mode of MODES) {
    for (const endian of ENDIANS) {
      it(`loops, calls and stores: ${mode}, ${endian}-endian`, () => {
        const cpu = new BareCpu64(mode, { endian });
        cpu.loadProgram(PROGRAM, 0x1000);
        const array = new DataView(new ArrayBuffer(800));
        for (let k = 0; k < 100; k++) array.setBigUint64(8 * k, element(k), endian === 'little');
        cpu.memory.write(0x4000, new Uint8Array(array.buffer));
        cpu.run(0x1000, 20_000);
        const result = cpu.memory.read(0x4000 + 800, 16);
        const view = new DataView(result.buffer, result.byteOffset, 16);
        expect(view.getBigUint64(0, endian === 'little')).toBe(model());
        const low16 = model() & 0xffffn;
        expect(view.getUint16(8, endian === 'little')).toBe(Number(low16));
        expect(BigInt.asUintN(64, cpu.gpr(9))).toBe(BigInt.asUintN(64, BigInt.asIntN(16, low16)));
      });
    }

    it(`runs code of the other byte order: ${mode}`, () => {
      const cpu = new BareCpu64(mode, { endian: 'little' });
      const program = new BareCpu64('interp', { endian: 'big' }).loadProgram(PROGRAM, 0x1000);
      cpu.memory.write(0x1000, program.bytes);
      const array = new DataView(new ArrayBuffer(800));
      for (let k = 0; k < 100; k++) array.setBigUint64(8 * k, element(k));
      cpu.memory.write(0x4000, new Uint8Array(array.buffer));
      cpu.setMsr(MSR.ME.mask);
      cpu.run(0x1000, 5_000);
      const result = cpu.memory.read(0x4000 + 800, 8);
      expect(new DataView(result.buffer, result.byteOffset, 8).getBigUint64(0)).toBe(model());
    });

    it(`cuts addresses in 32-bit mode: ${mode}`, () => {
      const cpu = new BareCpu64(mode);
      cpu.loadProgram('start: lwz r4, 0(r3)\n addi r5, r5, -1\n cmpwi r5, 0\n mfcr r6\n b start', 0x1000);
      cpu.memory.write(0x4000, Uint8Array.of(1, 2, 3, 4));
      cpu.setMsr(MSR.ME.mask, false);
      cpu.setGpr(3, 0xdead_beef_0000_4000n);
      cpu.setGpr(5, 0x1_0000_0100n);
      cpu.run(0x1000, 500);
      expect(cpu.gpr(4)).toBe(0x01020304n);
      expect(cpu.gpr(6) >> 28n).toBe(4n);
    });
  }
});
