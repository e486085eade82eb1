import { describe, expect, it } from 'vitest';
import { MAP_CACHE_INHIBITED, MAP_SUPERVISOR_ALL } from '../../runtime/mmu/mmu.js';
import { assemble, BareCpu } from '../support/bare-cpu.js';
import { DmaDevice } from '../support/dma-device.js';

const CODE = 0x10000;
const OTHER_PAGE = 0x14000;
const RESULTS = 0x50000;
/** What makes a store to instructions certain: the block's address in r6. */
const SYNCHRONIZE = 'dcbst 0,r6; sync; icbi 0,r6; isync';
const words = (text: string): number[] => {
  const { bytes } = assemble(text, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length >> 2 }, (_, k) => view.getUint32(4 * k));
};
/** r5 = the word of an instruction. */
const loadWord = (text: string, at = 0): string => {
  const word = assemble(text, at).bytes.reduce((v, b) => v * 256 + b, 0);
  return `lis r5,${(word >>> 16) << 16 >> 16}; ori r5,r5,${word & 0xffff}`;
}; // prettier-ignore
const loadAddress = (register: string, label: string) => `lis ${register},${label}@ha; addi ${register},${register},${label}@l`;
/** Calls `label` so often that it is compiled in every mode, then notes r3 as result n. */
const callOften = (label: string, n: number) => `li r9,100; call${n}: bl ${label}; addic. r9,r9,-1; bne call${n}; stw r3,${4 * n}(r20)`;
const START = `${loadAddress('r20', `${RESULTS}`)}`;

const MODES = [
  { name: 'interp', mode: 'interp', threshold: 0 },
  { name: 'jit, threshold 1', mode: 'jit', threshold: 1 },
  { name: 'jit, threshold 30', mode: 'jit', threshold: 30 },
] as const;
type Mode = (typeof MODES)[number];

const makeCpu = ({ mode, threshold }: Mode, options: ConstructorParameters<typeof BareCpu>[3] = {}) =>
  new BareCpu(mode, 0x100000, 'bytes', { ...options, threshold });
const results = (cpu: BareCpu, count: number) => Array.from({ length: count }, (_, n) => cpu.word(RESULTS + 4 * n));

/** Runs a program that ends in a branch to itself at `done`, and checks that it came there. */
function runToEnd(cpu: BareCpu, program: string, base = CODE): BareCpu {
  const { symbols } = cpu.loadProgram(`${program}; done: b done`, base);
  cpu.run(base, 60_000);
  expect(cpu.state.pc).toBe(symbols.get('done'));
  if (cpu.mode === 'jit') expect(cpu.engine.codeCache.counts.compiled).toBeGreaterThan(0);
  return cpu;
}

/** Patches `label` with an instruction. */
const patch = (label: string, text: string) => `${loadWord(text)}; ${loadAddress('r6', label)}; stw r5,0(r6); ${SYNCHRONIZE}`;

describe.each(MODES)('self-modifying code, $name', (mode) => {
  it('on the same page', () => {
    const cpu = runToEnd(
      makeCpu(mode),
      `${START}; ${callOften('f', 0)}; ${patch('f', 'li r3,22')}; ${callOften('f', 1)}; b done; f: li r3,11; blr`,
    );
    expect(results(cpu, 2)).toEqual([11, 22]);
    expect(cpu.engine.codeCache.counts.invalidated > 0).toBe(mode.mode === 'jit');
  });

  it('on another page', () => {
    const cpu = makeCpu(mode);
    cpu.loadProgram('li r3,11; blr', OTHER_PAGE);
    runToEnd(cpu, `.set f,${OTHER_PAGE}; ${START}; ${callOften('f', 0)}; ${patch('f', 'li r3,22')}; ${callOften('f', 1)}`);
    expect(results(cpu, 2)).toEqual([11, 22]);
  });

  it('patched ahead in the same block, a hundred times', () => {
    // Each round writes the immediate of the instruction behind it: 1, 2, 3 ...
    const cpu = runToEnd(
      makeCpu(mode),
      `li r3,0; li r7,1; lis r8,0x3863; ${loadAddress('r6', 'ahead')}
      loop: or r5,r8,r7; stw r5,0(r6); ${SYNCHRONIZE}; nop; ahead: addi r3,r3,0; addi r7,r7,1; cmpwi r7,100; ble loop`,
    );
    expect(cpu.state.gpr(3)).toBe(5050);
  });

  it('patched behind a call by what is called', () => {
    const cpu = runToEnd(
      makeCpu(mode),
      `li r3,0; li r7,1; lis r8,0x3863; ${loadAddress('r6', 'behind')}; li r10,40
      loop: bl patcher; behind: addi r3,r3,0; addi r7,r7,1; addic. r10,r10,-1; bne loop; b done
      patcher: or r5,r8,r7; stw r5,0(r6); ${SYNCHRONIZE}; blr`,
    );
    expect(cpu.state.gpr(3)).toBe(820);
  });

  it('in a buffer that was written a moment ago, and written again', () => {
    const cpu = runToEnd(
      makeCpu(mode),
      `.set buffer,0x60000; ${START}; lis r21,buffer@h; li r22,0
      again: ${loadWord('blr')}; stw r5,4(r21); lis r5,0x3860; or r5,r5,r22; stw r5,0(r21); mr r6,r21; ${SYNCHRONIZE}
      li r9,5; call: mtctr r21; bctrl; addic. r9,r9,-1; bne call; rlwinm r23,r22,2,0,29; stwx r3,r20,r23; addi r22,r22,1; cmpwi r22,50; blt again`,
    );
    expect(results(cpu, 50)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('written by the host between slices', () => {
    const cpu = makeCpu(mode);
    const { symbols } = cpu.loadProgram('start: li r3,1; b start; here: b here', CODE);
    for (const value of [1, 2, 3]) {
      cpu.load(symbols.get('start')!, [0x38600000 | value]);
      cpu.run(CODE, 1000);
      expect(cpu.state.gpr(3)).toBe(value);
    }
  });

  it('written by a device that the guest starts', () => {
    const wired: { dma?: DmaDevice } = {};
    const bus = {
      highWord: 0,
      read: (at: number) => wired.dma!.read(at & 15, 4),
      write: (at: number, _size: number, value: number) => wired.dma!.write(at & 15, 4, value),
    };
    const cpu = makeCpu(mode, { bus });
    const dma = new DmaDevice('DMA', {
      read: (at, length) => cpu.memory.read(at, length),
      write: (at, bytes) => cpu.memory.write(at, bytes),
    });
    wired.dma = dma;
    cpu.core.mmu.map({ virtual: 0xe0000000, real: 0xe0000000, size: 0x1000, flags: MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED });
    const transfer = (text: string) =>
      `${loadWord(text)}; ${loadAddress('r6', 'f')}; lis r4,0xe000; stw r6,0(r4); stw r5,4(r4); stw r5,8(r4); icbi 0,r6; isync`;
    runToEnd(
      cpu,
      `${START}; ${callOften('f', 0)}; ${transfer('li r3,22')}; ${callOften('f', 1)}; ${transfer('li r3,33')}; ${callOften('f', 2)}; b done; f: li r3,11; blr`,
    );
    expect(results(cpu, 3)).toEqual([11, 22, 33]);
    expect(dma.read(12, 4)).toBe(2);
  });

  it('at two effective addresses of one page, patched by way of either', () => {
    const cpu = makeCpu(mode);
    for (const virtual of [0x40000000, 0x50000000])
      cpu.core.mmu.map({ virtual, real: OTHER_PAGE, size: 0x1000, flags: MAP_SUPERVISOR_ALL });
    cpu.loadProgram('li r3,11; blr', OTHER_PAGE);
    const names = '.set one,0x40000000; .set two,0x50000000';
    const callBoth = (n: number) => `lis r21,one@h; lis r22,two@h; li r9,60
      call${n}: mtctr r21; bctrl; stw r3,${8 * n}(r20); mtctr r22; bctrl; stw r3,${8 * n + 4}(r20); addic. r9,r9,-1; bne call${n}`; // prettier-ignore
    runToEnd(
      cpu,
      `${names}; ${START}; ${callBoth(0)}; ${patch('two', 'li r3,22')}; ${callBoth(1)}; ${patch('one', 'li r3,33')}; ${callBoth(2)}`,
    );
    expect(results(cpu, 6)).toEqual([11, 11, 22, 22, 33, 33]);
  });

  it('by stores of every kind', () => {
    // r4 = address of `li r3,11`, r5 = the word `li r3,22`; each leaves another instruction there.
    const stores: Readonly<Record<string, string>> = {
      'stb': 'stb r5,3(r4)',
      'sth': 'sth r5,2(r4)',
      'sth across two instructions': 'addi r8,r4,3; lis r7,0; ori r7,r7,0x164e; sth r7,0(r8)',
      'stwbrx': 'lis r7,0x1600; ori r7,r7,0x6038; stwbrx r7,0,r4',
      'stwu': 'addi r8,r4,-4; stwu r5,4(r8)',
      'stmw': 'mr r31,r5; stmw r31,0(r4)',
      'stswi': 'stswi r5,r4,4',
      'stwcx.': 'lwarx r7,0,r4; stwcx. r5,0,r4',
      'stfiwx': 'stw r5,-8(r20); stw r5,-4(r20); lfd f1,-8(r20); stfiwx f1,0,r4',
      'stfd': 'stw r5,-8(r20); lwz r7,4(r4); stw r7,-4(r20); lfd f1,-8(r20); stfd f1,0(r4)',
      'dcbz': 'dcbz 0,r4; stw r5,0(r4); lwz r7,-4(r20); stw r7,4(r4)',
    }; // prettier-ignore
    for (const [name, store] of Object.entries(stores)) {
      const cpu = makeCpu(mode);
      cpu.setMsr(0x2000);
      runToEnd(
        cpu,
        `${START}; ${loadWord('blr')}; stw r5,-4(r20); ${loadWord('li r3,22')}; ${loadAddress('r4', 'f')}; ${callOften('f', 0)}
        ${store}; mr r6,r4; ${SYNCHRONIZE}; ${callOften('f', 1)}; b done; .align 5; f: li r3,11; blr; nop; nop; nop; nop; nop; nop`,
      );
      expect([name, ...results(cpu, 2)]).toEqual([name, 11, 22]);
    }
  });
});

describe('invalidation', () => {
  const loop = `${START}; li r9,1000; loop: stw r9,0(r21); addic. r9,r9,-1; bne loop`;
  const [jit] = [MODES[1]];

  it('leaves code alone that only shares its page with data', () => {
    const cpu = makeCpu(jit);
    cpu.state.setGpr(21, CODE + 0x800);
    runToEnd(cpu, loop);
    expect(cpu.word(CODE + 0x800)).toBe(1);
    expect(cpu.engine.codeCache.counts.invalidated).toBe(0);
    expect(cpu.engine.takeInterpreted()).toBeLessThan(400);
  });

  it('drops code that shares its granule with data', () => {
    const cpu = makeCpu(jit);
    cpu.state.setGpr(21, CODE + 0x7c);
    runToEnd(cpu, `li r9,100; loop: cmpwi r9,50; bne on; stw r9,0(r21); on: addic. r9,r9,-1; bne loop`);
    expect(cpu.word(CODE + 0x7c)).toBe(50);
    expect(cpu.engine.codeCache.counts.invalidated).toBeGreaterThan(0);
  });

  it('gives a page up that is patched again and again', () => {
    const cpu = makeCpu(jit);
    const page = cpu.memory.hostAddress(OTHER_PAGE) >>> 12;
    cpu.loadProgram('addi r3,r3,0; blr', OTHER_PAGE);
    const rounds = 200;
    runToEnd(
      cpu,
      `.set f,${OTHER_PAGE}; li r3,0; li r7,1; lis r8,0x3863; ${loadAddress('r6', 'f')}
      loop: or r5,r8,r7; stw r5,0(r6); ${SYNCHRONIZE}; bl f; bl f; bl f; addi r7,r7,1; cmpwi r7,${rounds}; ble loop`,
    );
    expect(cpu.state.gpr(3)).toBe((3 * (rounds * (rounds + 1))) / 2);
    expect(cpu.engine.codeCache.isPatchedOften(page)).toBe(true);
    expect(cpu.engine.codeCache.counts.compiled).toBeLessThan(rounds / 2);
    expect(cpu.engine.codeCache.counts.invalidated).toBeGreaterThan(10);
    // Another page is compiled as before.
    const before = cpu.engine.codeCache.counts.compiled;
    cpu.loadProgram('here: nop; b here', OTHER_PAGE + 0x1000);
    cpu.run(OTHER_PAGE + 0x1000, 100);
    expect(cpu.engine.codeCache.counts.compiled).toBeGreaterThan(before);
  });

  it.each(MODES)('on a page that held code, then data, then code again: $name', (mode) => {
    const cpu = makeCpu(mode);
    const page = cpu.memory.hostAddress(OTHER_PAGE) >>> 12;
    cpu.load(OTHER_PAGE, [...words('li r3,1; blr')]);
    const fill = `${loadAddress('r6', `${OTHER_PAGE}`)}; li r7,1024; mtctr r7; addi r8,r6,-4; fill: stwu r7,4(r8); bdnz fill`;
    const again = `${loadWord('li r3,2')}; stw r5,0(r6); ${loadWord('blr')}; stw r5,4(r6); ${SYNCHRONIZE}`;
    // The page is given back between slices, so the rounds of stores are spread over several.
    const program = `${START}; ${callOften(`${OTHER_PAGE}`, 0)}; ${fill}; after: b after`;
    const { symbols } = cpu.loadProgram(program, CODE);
    cpu.run(CODE, 10_000);
    expect(cpu.state.pc).toBe(symbols.get('after'));
    cpu.run(CODE, 1);
    expect(cpu.engine.pages.has(page)).toBe(false);
    expect(cpu.word(OTHER_PAGE)).toBe(1024);
    runToEnd(cpu, `${START}; ${fill}; ${again}; ${callOften(`${OTHER_PAGE}`, 1)}`);
    expect(results(cpu, 2)).toEqual([1, 2]);
    expect(cpu.engine.pages.has(page)).toBe(true);
  });
});
