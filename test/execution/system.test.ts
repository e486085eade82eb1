import { describe, expect, it } from 'vitest';
import { EXCEPTION_SYSTEM_CALL } from '../../jit/abi/exits.js';
import { MSR } from '../../jit/isa/registers.js';
import { BareCpu, type BareMode, type BareOptions } from '../support/bare-cpu.js';
import { SYSTEM_MNEMONICS } from './system-programs.js';

const CODE = 0x10000;
const { EE, CE, ME, PR } = { EE: MSR.EE.mask, CE: MSR.CE.mask, ME: MSR.ME.mask, PR: MSR.PR.mask };
const tested = new Set<string>();

/** Runs instructions several times, so that they are compiled in mode jit; the last time counts. */
function execute(mode: BareMode, source: string, set: (cpu: BareCpu) => void = () => {}, options: BareOptions = {}): BareCpu {
  for (const line of source.split(';')) tested.add(/^\s*(?:\w+: *)?([\w.]+)/.exec(line)?.[1] ?? '');
  const cpu = new BareCpu(mode, 0x100000, 'bytes', options);
  const { symbols } = cpu.loadProgram(`b go; nop; go: ${source}; b done; nop; done: b done`, CODE);
  for (let times = 0; times < 4; times++) {
    cpu.setMsr(0);
    set(cpu);
    cpu.engine.takeInterpreted();
    cpu.run(CODE, 60);
    expect(cpu.state.pc).toBe(symbols.get('done'));
  }
  return cpu;
}

describe.each(['interp', 'jit'] as const)('system instructions in mode %s', (mode) => {
  it('read and write SPRs: stored, computed and with effects', () => {
    const cpu = execute(
      mode,
      'mtspr 272,r3; mfspr r4,272; mtlr r3; mflr r5; mtspr 63,r10; mfspr r6,63; mfspr r7,287; mtspr 48,r3; mfspr r8,48; mtspr 48,r9',
      ({ state }) => {
        state.setGpr(3, 0x12345678);
        state.setGpr(9, 0);
        state.setGpr(10, 0x12340000);
      },
    );
    const { state } = cpu;
    expect([4, 5, 6, 7, 8].map((n) => state.gpr(n))).toEqual([0x12345678, 0x12345678, 0x12340000, 0x422218d3, 0x78]);
    if (mode === 'jit') expect(cpu.engine.codeCache.counts.compiled).toBeGreaterThan(0);
  });

  it('count time by instructions', () => {
    const cpu = execute(mode, 'mftb r3; nop; nop; nop; mftb r4; mftbu r5; mfspr r6,268');
    // 400 MHz of timebase over the instructions per second of --icount.
    const ticks = (a: number, b: number) => cpu.state.gpr(b) - cpu.state.gpr(a);
    expect(ticks(3, 4)).toBeGreaterThan(0);
    expect(ticks(4, 6)).toBe(ticks(3, 4) / 2);
    expect(cpu.state.gpr(5)).toBe(0);
  });

  it('move the MSR', () => {
    const { state } = execute(mode, 'mtmsr r3; mfmsr r4; wrteei 0; mfmsr r5; wrtee r6; mfmsr r7; wrteei 0', (cpu) => {
      cpu.state.setGpr(3, CE | EE | ME);
      cpu.state.setGpr(6, 0xffffffff);
    });
    expect([4, 5, 7].map((n) => state.gpr(n))).toEqual([CE | EE | ME, CE | ME, CE | EE | ME]);
  });

  it.each([['rfi', 26], ['rfci', 58], ['rfmci', 570]] as const)('%s restores address and MSR', (name, srr0) => {
    const { state } = execute(mode, `lis r3,to@h; ori r3,r3,to@l; mtspr ${srr0},r3; mtspr ${srr0 + 1},r4; ${name}; li r5,1; to: addi r6,r5,1`, (cpu) => {
      cpu.state.setGpr(4, CE | ME);
      cpu.state.setGpr(5, 7);
    });
    expect([state.gpr(6), state.msr]).toEqual([8, CE | ME]);
  }); // prettier-ignore

  it('sc saves the address behind it and keeps CE and ME', () => {
    const seen: number[] = [];
    const { state } = execute(mode, 'li r5,1; mtmsr r4; sc; mfspr r7,27', (cpu) => {
      cpu.loadProgram('addi r5,r5,10; mfmsr r8; rfi', 0x900);
      cpu.state.setSpr(408, 0x900);
      cpu.state.setGpr(4, CE | EE | PR);
      cpu.engine.onException = (exception) => seen.push(exception);
      // SRR1 is read in problem state otherwise.
      cpu.state.setGpr(4, CE | EE);
    });
    expect([state.gpr(5), state.gpr(7), state.gpr(8)]).toEqual([11, CE | EE, CE]);
    expect(new Set(seen)).toEqual(new Set([EXCEPTION_SYSTEM_CALL]));
    expect(seen.length).toBe(4);
  });

  it('reach device control registers', () => {
    const written: number[][] = [];
    const dcrs = { read: (n: number) => n * 3, write: (n: number, value: number) => void written.push([n, value]) };
    const { state } = execute(mode, 'mfdcr r4,0x123; mtdcr 0x3ff,r3', (cpu) => cpu.state.setGpr(3, 0xfffffffe), { dcrs });
    expect(state.gpr(4)).toBe(0x369);
    expect(written).toEqual(Array.from({ length: 4 }, () => [0x3ff, 0xfffffffe]));
  });

  it('write, read and search the TLB, and use it at once', () => {
    const cpu = execute(mode,
      `mtspr 946,r0; tlbwe r3,r7,0; tlbwe r4,r7,1; tlbwe r5,r7,2; isync; lwz r8,0x10(r6); tlbre r9,r7,0; tlbre r10,r7,1; tlbre r11,r7,2
       tlbsx. r12,0,r6; mfcr r13; tlbsx r14,0,r6; tlbsync; tlbwe r0,r7,0; isync; tlbsx. r15,0,r6; mfcr r16`,
      ({ state, memory }) => {
        const values = { 0: 0, 3: 0x40000210, 4: 0x20000, 5: 0x3f, 6: 0x40000000, 7: 40 };
        for (const [n, v] of Object.entries(values)) state.setGpr(Number(n), v);
        memory.write(0x20010, Uint8Array.of(1, 2, 3, 4));
      },
    );
    const { state } = cpu;
    expect([8, 9, 10, 11, 12, 14].map((n) => state.gpr(n))).toEqual([0x01020304, 0x40000210, 0x20000, 0x3f, 40, 40]);
    expect([state.gpr(13) >>> 28, state.gpr(16) >>> 28]).toEqual([2, 0]);
  }); // prettier-ignore

  it('manage caches without harm', () => {
    const { state } = execute(mode, 'li r3,5; iccci 0,r0; dccci 0,r0; icread 0,r4; dcread r5,0,r4; addi r3,r3,1', (cpu) =>
      cpu.state.setGpr(4, 0x20000),
    );
    expect(state.gpr(3)).toBe(6);
  });

  it('leave none out', () => {
    // Spellings of the same instructions.
    if (tested.has('mtlr')) for (const name of ['mfspr', 'mtspr']) tested.add(name);
    for (const name of ['rfi', 'rfci', 'rfmci']) tested.add(name);
    expect([...SYSTEM_MNEMONICS].filter((m) => !tested.has(m))).toEqual([]);
  });
});
