import { describe, expect, it } from 'vitest';
import { Ir, Op } from '../../jit/ir/ir.js';
import { IrBuilder } from '../../jit/ir/builder.js';
import { serviceByNumber } from '../../jit/ir/service-numbers.js';
import { MAC } from '../../jit/isa/book3e/mac.js';
import { SPR_ACCESS } from '../../jit/isa/book3e/spr-access.js';
import { STORAGE_CONTROL } from '../../jit/isa/book3e/storage-control.js';
import { SYSTEM } from '../../jit/isa/book3e/system.js';
import { STORAGE_CONTROL_S } from '../../jit/isa/book3s/storage-control.js';
import { SYSTEM_S } from '../../jit/isa/book3s/system.js';
import { CPU_MODELS, PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';

const BOOK3 = [...SPR_ACCESS, ...SYSTEM, ...STORAGE_CONTROL, ...MAC, ...SYSTEM_S, ...STORAGE_CONTROL_S];

/** Builds one instruction as the recompiler would, in privileged state. */
function build(word: number, problem = false): { ops: string[]; calls: string[] } {
  const ir = new Ir();
  const decoder = new Decoder(BOOK3, PPC440EP);
  const builder = new IrBuilder(ir, { width: 32, mode64: false, msr: { PR: problem }, sprs: PPC440EP.sprs });
  builder.instruction(decoder.decode(word)!, word, 0x1000);
  const names = Object.keys(Op);
  const effects = ir.op.map((op, n) => (names[op] === 'raise' ? `raise ${ir.a[n]}` : names[op]!)).filter((name) => Op[name.split(' ')[0] as keyof typeof Op] >= Op.set); // prettier-ignore
  return { ops: effects, calls: ir.op.flatMap((op, n) => (op === Op.call ? [serviceByNumber(ir.a[n]!)] : [])) };
}
const mfspr = (rt: number, spr: number) => ((31 << 26) | (rt << 21) | ((spr & 31) << 16) | ((spr >> 5) << 11) | (339 << 1)) >>> 0;
const mtspr = (rt: number, spr: number) => ((31 << 26) | (rt << 21) | ((spr & 31) << 16) | ((spr >> 5) << 11) | (467 << 1)) >>> 0;

describe('all definitions', () => {
  it('build handlers on every model', () => {
    for (const model of CPU_MODELS) {
      const decoder = new Decoder(INSTRUCTIONS, model);
      for (const h of decoder.handlers) {
        const ir = new Ir();
        new IrBuilder(ir, { width: model.width, mode64: false, msr: {}, sprs: model.sprs }).handler(h.instruction, h.variant);
        expect(ir.length).toBeGreaterThan(-1);
      }
    }
  });
});

describe('Book III definitions', () => {
  it('reach plain SPRs without a call', () => {
    expect(build(mfspr(3, 0x110))).toEqual({ ops: ['set'], calls: [] });
    expect(build(mtspr(3, 0x1a))).toEqual({ ops: ['setState'], calls: [] });
    expect(build(mfspr(3, 8))).toEqual({ ops: ['set'], calls: [] });
  });

  it('ask the runtime for SPRs with side effects', () => {
    expect(build(mtspr(3, 0x30)).calls).toEqual(['writeSpr']);
    expect(build(mtspr(3, 0x30)).ops.at(-1)).toBe('resync');
    expect(build(mfspr(3, 0x16)).calls).toEqual(['readSpr']);
    expect(build(mfspr(3, 0x10c)).calls).toEqual(['timebase']);
  });

  it('refuse privileged, unknown and wrong-way SPRs', () => {
    expect(build(mfspr(3, 0x1a), true).ops).toEqual(['raise 3']);
    expect(build(mfspr(3, 0x104), true).ops).toEqual(['set']);
    expect(build(mfspr(3, 0x3ff)).ops).toEqual(['raise 2']);
    expect(build(mtspr(3, 0x104)).ops).toEqual(['raise 2']);
    expect(build(mtspr(3, 0x3ff), true).ops).toEqual(['raise 3']);
  });

  it('keep wrteei in the code unless an interrupt may be pending', () => {
    expect(build(0x7c000146)).toEqual({ ops: ['setState'], calls: [] });
    expect(build(0x7c008146)).toEqual({ ops: ['setState', 'if', 'resync', 'end'], calls: [] });
    expect(build(0x7c008146, true).ops).toEqual(['raise 3']);
  });

  it('choose handlers by variant and by frequent SPR', () => {
    const decoder = new Decoder(BOOK3, PPC440EP);
    expect(decoder.handlerOf(0)).toBe(0);
    const handler = (word: number) => decoder.handlers[decoder.handlerOf(word) - 1]!;
    const macchwo = ((4 << 26) | (3 << 21) | (4 << 16) | (5 << 11) | (1 << 10) | (172 << 1)) >>> 0;
    expect(handler(macchwo).instruction.mnemonic).toBe('macchw');
    expect([...handler(macchwo).variant]).toEqual([
      ['OE', 1],
      ['Rc', 0],
    ]);
    expect([...handler(mfspr(7, 8)).variant.values()]).toEqual([8, 0]);
    expect(handler(mfspr(7, 0x190)).variant.size).toBe(0);
  });

  it('refuses two definitions under one encoding', () => {
    expect(() => new Decoder([...SYSTEM, ...SYSTEM], PPC440EP)).toThrow(/share an encoding/);
  });
});
