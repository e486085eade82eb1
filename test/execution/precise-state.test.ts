import { describe, expect, it } from 'vitest';
import {
  EXCEPTION_ALIGNMENT, EXCEPTION_DATA_STORAGE, EXCEPTION_DATA_TLB, EXCEPTION_FP_UNAVAILABLE, EXCEPTION_ILLEGAL, EXCEPTION_PRIVILEGED, EXCEPTION_TRAP,
} from '../../jit/abi/exits.js'; // prettier-ignore
import { MSR } from '../../jit/isa/registers.js';
import { MAP_SUPERVISOR_ALL, MAP_SUPERVISOR_READ } from '../../runtime/mmu/mmu.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';

const CODE = 0x10000;
const DATA = 0x20000;
/** Two pages of which the first is mapped, to DATA, and one that may only be read, behind another gap. */
const MAPPED = 0x40000000;
const UNMAPPED = MAPPED + 0x1000;
const READ_ONLY = MAPPED + 0x2000;
/** A page where no memory is. */
const DEVICE = 0x50000000;
const HANDLER = 0x700;
const SPR_ESR = 62;
const SPR_DEAR = 61;
const ESR_STORE = 0x00800000;

/** One exception as it was found. */
interface Caught {
  readonly exception: number;
  readonly pc: number;
  readonly gpr: readonly number[];
  readonly cr: number;
  readonly ctr: number;
}

/** Runs an instruction in the middle of others: hot code before it meets what it cannot do. */
class Scene {
  readonly cpu: BareCpu;
  readonly caught: Caught[] = [];
  /** Stores that came to the device: address, size, value. */
  readonly written: number[][] = [];
  /** Address of the instruction looked at. */
  readonly at: number;

  constructor(mode: BareMode, instruction: string, warm: (cpu: BareCpu) => void = () => {}) {
    const bus = {
      highWord: 0,
      read: (at: number) => 0x20 + (at & 0xff),
      write: (at: number, size: number, value: number) => void this.written.push([at & 0xfff, size, value]),
    };
    const cpu = (this.cpu = new BareCpu(mode, 0x100000, 'bytes', { bus }));
    const { state, core } = cpu;
    core.mmu.map({ virtual: MAPPED, real: DATA, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    core.mmu.map({ virtual: READ_ONLY, real: DATA + 0x2000, size: 0x1000, flags: MAP_SUPERVISOR_READ });
    core.mmu.map({ virtual: DEVICE, real: 0xe0000000, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    core.mmu.map({ virtual: DEVICE - 0x1000, real: DATA + 0x3000, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    for (let n = 0; n < 16; n++) state.setSpr(400 + n, HANDLER);
    cpu.loadProgram('here: b here', HANDLER);
    const { symbols } = cpu.loadProgram(
      `start: bl f; b start
       f: addi r3,r3,1; cmpwi cr2,r3,7; add r4,r3,r3; at: ${instruction}; addi r3,r3,100; addi r8,r8,1; blr`,
      CODE,
    );
    this.at = symbols.get('at')!;
    cpu.memory.write(
      DATA,
      Uint8Array.from({ length: 0x4000 }, (_, k) => k & 0xff),
    );
    warm(cpu);
    state.setGpr(6, MAPPED);
    cpu.run(CODE, 400);
    expect(state.pc).not.toBe(HANDLER);
    cpu.memory.write(
      DATA,
      Uint8Array.from({ length: 0x4000 }, (_, k) => k & 0xff),
    );
    cpu.engine.onException = (exception, pc) =>
      this.caught.push({ exception, pc, gpr: Array.from({ length: 32 }, (_, n) => state.gpr(n)), cr: state.cr, ctr: state.ctr });
  }

  /** Calls the code once more, with r6 and other registers as given, to the exception that must come. */
  meet(registers: Readonly<Record<number, number>>): Caught {
    const { state } = this.cpu;
    for (let n = 0; n < 32; n++) state.setGpr(n, registers[n] ?? 0x1000 + n);
    state.setGpr(3, 41);
    this.cpu.engine.takeInterpreted();
    this.cpu.run(CODE, 20);
    expect(this.caught.length).toBe(1);
    const [caught] = this.caught as [Caught];
    expect(caught.pc).toBe(this.at);
    // What came before has been executed, once; what comes behind has not.
    expect([caught.gpr[3], caught.gpr[4], caught.gpr[8], (caught.cr >>> 20) & 15]).toEqual([42, 84, registers[8] ?? 0x1008, 4]);
    // The handler's loop, the call, and the instruction itself are for the interpreter; the rest was compiled.
    if (this.cpu.mode === 'jit') expect(this.cpu.engine.takeInterpreted()).toBeLessThan(6);
    this.caught.length = 0;
    return caught;
  }

  /** Lets the handler return, to the same instruction, and that succeed. */
  retry(): void {
    const { state } = this.cpu;
    this.cpu.setMsr(state.spr(27));
    state.pc = state.spr(26);
    const before = state.gpr(8);
    this.cpu.goOn(3);
    expect(this.caught).toEqual([]);
    expect([state.gpr(3), state.gpr(8)]).toEqual([142, before + 1]);
  }
  bytes(at: number, length: number): number[] {
    return [...this.cpu.memory.read(at, length)];
  }
  mapUnmapped(): void {
    this.cpu.core.mmu.map({ virtual: UNMAPPED, real: DATA + 0x1000, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
  }
}
const pattern = (at: number, length: number) => Array.from({ length }, (_, k) => (at - DATA + k) & 0xff);

describe.each(['interp', 'jit'] as const)('precise state in mode %s', (mode) => {
  it.each(['lwz r5,0(r6)', 'lhau r5,0(r6)', 'lwzux r5,r6,r0', 'lmw r28,0(r6)', 'lwarx r5,0,r6', 'lswi r9,r6,6'])(
    'a load that misses: %s',
    (load) => {
      const scene = new Scene(mode, load, (cpu) => cpu.state.setGpr(0, 0));
      const { exception, gpr } = scene.meet({ 0: 0, 5: 55, 6: UNMAPPED });
      expect([exception, gpr[5], gpr[6], gpr[28]]).toEqual([EXCEPTION_DATA_TLB, 55, UNMAPPED, 0x101c]);
      const { state } = scene.cpu;
      expect([state.spr(SPR_DEAR), state.spr(SPR_ESR)]).toEqual([UNMAPPED, 0]);
      scene.mapUnmapped();
      scene.retry();
    },
  );

  it.each(['stw r5,0(r6)', 'sthu r5,0(r6)', 'stbux r5,r6,r0', 'stmw r28,0(r6)', 'stwcx. r5,0,r6', 'dcbz 0,r6', 'stswi r5,r6,6'])('a store that misses or is forbidden: %s', (store) => {
    for (const [address, kind] of [[UNMAPPED, EXCEPTION_DATA_TLB], [READ_ONLY, EXCEPTION_DATA_STORAGE]] as const) {
      const scene = new Scene(mode, store, (cpu) => cpu.state.setGpr(0, 0));
      const { exception, gpr, cr } = scene.meet({ 0: 0, 5: 55, 6: address });
      expect([exception, gpr[6], cr >>> 28]).toEqual([kind, address, scene.cpu.state.cr >>> 28]);
      const { state } = scene.cpu;
      expect([state.spr(SPR_DEAR), state.spr(SPR_ESR)]).toEqual([address, ESR_STORE]);
      expect(scene.bytes(DATA + 0x2000, 64)).toEqual(pattern(DATA + 0x2000, 64));
      if (kind === EXCEPTION_DATA_TLB) {
        scene.mapUnmapped();
        scene.retry();
      }
    }
  }); // prettier-ignore

  it('traps, illegal and unavailable instructions, alignment', () => {
    const trap = new Scene(mode, 'tweq r6,r7', (cpu) => cpu.state.setGpr(7, 1));
    expect(trap.meet({ 6: 5, 7: 5 }).exception).toBe(EXCEPTION_TRAP);
    const aligned = new Scene(mode, 'lwarx r5,0,r6');
    expect(aligned.meet({ 6: MAPPED + 2 }).exception).toBe(EXCEPTION_ALIGNMENT);
    const float = new Scene(mode, 'lfdu f1,8(r6)', (cpu) => cpu.setMsr(MSR.FP.mask));
    float.cpu.setMsr(0);
    // Code for another MSR is other code: it is made first.
    float.cpu.engine.onException = undefined;
    for (let n = 0; n < 4; n++) float.cpu.run(CODE, 20);
    float.cpu.setMsr(0);
    float.cpu.engine.onException = (exception, pc) => float.caught.push({ exception, pc, gpr: [], cr: 0, ctr: 0 });
    float.cpu.state.setGpr(6, MAPPED);
    float.cpu.run(CODE, 20);
    expect(float.caught).toMatchObject([{ exception: EXCEPTION_FP_UNAVAILABLE, pc: float.at }]);
    expect(float.cpu.state.gpr(6)).toBe(MAPPED);
  });

  it('privileged instructions in problem state, words that are no instructions', () => {
    for (const [text, kind] of [['mfmsr r5', EXCEPTION_PRIVILEGED], ['.long 0', EXCEPTION_ILLEGAL]] as const) {
      const cpu = new BareCpu(mode);
      for (let n = 0; n < 16; n++) cpu.state.setSpr(400 + n, HANDLER);
      cpu.loadProgram('addi r9,r9,1; mtspr 272,r31; mfspr r31,26; addi r31,r31,4; mtspr 26,r31; mfspr r31,272; rfi', HANDLER);
      cpu.loadProgram(`li r3,0; loop: addi r3,r3,1; at: ${text}; addi r4,r3,0; b loop`, CODE);
      const at: number[] = [];
      let ahead = 0;
      cpu.engine.onException = (exception, pc) => {
        expect(exception).toBe(kind);
        at.push(pc);
        ahead = Math.max(ahead, cpu.state.gpr(3) - cpu.state.gpr(4));
      };
      cpu.state.setGpr(4, 0);
      cpu.setMsr(kind === EXCEPTION_PRIVILEGED ? MSR.PR.mask : 0);
      cpu.run(CODE, 1000);
      expect(new Set(at)).toEqual(new Set([CODE + 8]));
      expect(at.length).toBeGreaterThan(80);
      expect(ahead).toBe(1);
      expect(cpu.state.gpr(9)).toBe(at.length);
    }
  }); // prettier-ignore

  it('lmw into an unmapped page changes no register and runs again', () => {
    const scene = new Scene(mode, 'lmw r20,0(r6)');
    for (const offset of [0xff0, 0xfee, 0xfd2, 0xffc]) {
      const before = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [20 + k, k]));
      const { exception, gpr } = scene.meet({ ...before, 6: MAPPED + offset });
      expect(exception).toBe(EXCEPTION_DATA_TLB);
      expect(gpr.slice(20)).toEqual(Array.from({ length: 12 }, (_, k) => k));
    }
    scene.mapUnmapped();
    scene.retry();
    const bytes = pattern(DATA + 0xffc, 48);
    const words = Array.from({ length: 12 }, (_, k) => bytes.slice(4 * k, 4 * k + 4).reduce((v, b) => v * 256 + b, 0));
    expect(Array.from({ length: 12 }, (_, k) => scene.cpu.state.gpr(20 + k))).toEqual(words);
  });

  it('stmw into an unmapped page runs again', () => {
    const scene = new Scene(mode, 'stmw r20,0(r6)');
    const values = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [20 + k, 0xa0a0a000 + k]));
    const { exception } = scene.meet({ ...values, 6: MAPPED + 0xff2 });
    expect([exception, scene.cpu.state.spr(SPR_DEAR) & ~0xfff]).toEqual([EXCEPTION_DATA_TLB, UNMAPPED | 0]);
    scene.mapUnmapped();
    scene.retry();
    const bytes = Array.from({ length: 12 }, (_, k) => [0xa0, 0xa0, 0xa0, k]).flat();
    expect(scene.bytes(DATA + 0xff2, 48)).toEqual(bytes);
  });

  it.each([['stw r5,0(r6)', 4], ['sth r5,0(r6)', 2], ['stwbrx r5,0,r6', 4], ['stwu r5,0(r6)', 4]] as const)('%s across two pages writes nothing when the second cannot be written', (store, size) => {
    for (const end of [UNMAPPED, READ_ONLY]) {
      for (let k = 1; k < size; k++) {
        const scene = new Scene(mode, store);
        if (end === READ_ONLY) scene.mapUnmapped();
        const { gpr } = scene.meet({ 5: 0xa1b2c3d4, 6: end - k });
        expect(gpr[6]).toBe(end - k);
        expect(scene.cpu.state.spr(SPR_DEAR)).toBe(end);
        expect(scene.bytes(DATA, 0x3000)).toEqual(pattern(DATA, 0x3000));
      }
    }
  }); // prettier-ignore

  it('accesses across memory and a device reach both, byte by byte', () => {
    const scene = new Scene(mode, 'lwz r5,0(r6); stw r7,0(r6)');
    const { state } = scene.cpu;
    scene.written.length = 0;
    state.setGpr(6, DEVICE - 1);
    state.setGpr(7, 0xa1b2c3d4);
    // One round.
    scene.cpu.run(CODE, 10);
    expect(scene.caught).toEqual([]);
    expect(state.gpr(5)).toBe(0xff202122);
    expect(scene.bytes(DATA + 0x3fff, 1)).toEqual([0xa1]);
    expect(scene.written).toEqual([[0, 1, 0xb2], [1, 1, 0xc3], [2, 1, 0xd4]]);
  }); // prettier-ignore

  it('accesses across two pages of 1 KiB look at both', () => {
    for (const [text, moved] of [['stw r5,0(r6)', false], ['lwz r5,0(r6)', true]] as const) {
      const scene = new Scene(mode, text);
      const { mmu } = scene.cpu.core;
      const small = 0x60000000;
      mmu.map({ virtual: small, real: DATA, size: 0x400, flags: MAP_SUPERVISOR_ALL });
      const { exception, gpr } = scene.meet({ 5: 0xa1b2c3d4, 6: small + 0x3fe });
      expect([exception, gpr[5], scene.cpu.state.spr(SPR_DEAR)]).toEqual([EXCEPTION_DATA_TLB, 0xa1b2c3d4, small + 0x400]);
      expect(scene.bytes(DATA, 0x3000)).toEqual(pattern(DATA, 0x3000));
      // The neighbour lies elsewhere in memory.
      mmu.map({ virtual: small + 0x400, real: DATA + 0x2000, size: 0x400, flags: MAP_SUPERVISOR_ALL });
      scene.retry();
      if (moved) expect(scene.cpu.state.gpr(5)).toBe(0xfeff0001);
      else expect([...scene.bytes(DATA + 0x3fe, 2), ...scene.bytes(DATA + 0x2000, 2)]).toEqual([0xa1, 0xb2, 0xc3, 0xd4]);
    }
  }); // prettier-ignore
});
