import { describe, expect, it } from 'vitest';
import { MAGIC_PAGE_OFFSET } from '../../jit/abi/layout.js';
import { moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { Translator, type RegionRequest, type TranslatedModule } from '../../jit/region/translate.js';
import type { BuildContext } from '../../jit/ir/build-context.js';
import { LocalTranslation } from '../../runtime/translation.js';
import { assemble } from '../support/bare-cpu.js';
import { BarePair, DEVICE } from './bare-pair.js';

/** Sums, shifts, stores; 14 instructions a round. */
const LOOP = `
  lis r9,2
  li r3,1
loop:
  addi r3,r3,7
  rlwinm r4,r3,5,0,31
  xor r5,r4,r3
  add. r6,r6,r5
  rlwinm r7,r3,2,16,29
  stwx r6,r9,r7
  lbzx r8,r9,r7
  add r10,r10,r8
  bdnz loop
  b loop
`;

/** A translator that makes one instruction into another one. */
class WrongTranslator extends Translator {
  constructor(
    pair: BarePair,
    readonly at: number,
    readonly word: number,
  ) {
    super({ decoder: pair.leader.engine.decoder, width: 32, swizzled: true, ...moduleMaker('bytes') });
    pair.leader.engine.translations = new LocalTranslation(pair.leader.engine, this, () => 0);
  }
  override translate(requests: readonly RegionRequest[], context: BuildContext): TranslatedModule | undefined {
    const wrong = requests.map((r) => ({ ...r, fetch: (pc: number) => (pc === this.at ? this.word : r.fetch(pc)) }));
    return super.translate(wrong, context);
  }
}
const word = (source: string): number => new DataView(assemble(source, 0).bytes.buffer).getUint32(0);

describe('a pair in lockstep', () => {
  it('agrees, runs exactly what it is told to, and really compiles', () => {
    const pair = new BarePair(LOOP);
    expect(pair.run(200_001)).toBeUndefined();
    expect([pair.leader, pair.follower].map((c) => c.runner.instructions)).toEqual([200_001, 200_001]);
    expect(pair.leader.engine.codeCache.counts.live).toBeGreaterThan(0);
    expect(pair.leader.engine.takeInterpreted()).toBeLessThan(40_000);
    expect(pair.follower.engine.takeInterpreted()).toBe(200_001);
  });

  it('finds a register that changed', () => {
    const pair = new BarePair(LOOP);
    expect(pair.run(50_000)).toBeUndefined();
    const right = pair.leader.state.gpr(20);
    pair.leader.state.setGpr(20, right + 1);
    expect(pair.run(50_000)).toMatch(/^ {2}r20: 0x00000001 != 0x00000000$/m);
  });

  it.each(['f3', 'SPRG1', 'TLB word 255', 'cr7', 'xer.ca'])('finds a change of %s', (name) => {
    const pair = new BarePair('b .');
    expect(pair.run(5000)).toBeUndefined();
    const { state } = pair.leader;
    if (name === 'f3') state.setFpr(3, 1, 0);
    else if (name === 'SPRG1') state.setSpr(273, 1);
    else if (name === 'cr7') state.cr = 1;
    else if (name === 'xer.ca') state.xer = 0x20000000;
    else pair.leader.engine.core.state.words[(0x3100 >> 2) + 255]! ^= 1;
    expect(pair.run(5000)).toContain(`${name}: `);
  });

  it('does not run on behind a difference', () => {
    const pair = new BarePair(LOOP);
    pair.leader.state.setGpr(20, 1);
    expect(pair.run(50_000)).toContain('r20: ');
    const { instructions } = pair.leader.runner;
    expect(pair.lockstep.run(50_000)).toBe('stop');
    expect(pair.leader.runner.instructions).toBe(instructions);
  });

  it('finds a wrongly translated instruction, and says which code it was in', () => {
    const pair = new BarePair(LOOP);
    new WrongTranslator(pair, 0x1010, word('xor r5,r4,r4'));
    const report = pair.run(200_000)!;
    expect(report).toMatch(/^ {2}r5: 0x\w{8} != 0x\w{8}$/m);
    expect(report).toMatch(/last compiled code entered: at 0x1008 after \d+ instructions/);
    expect(report).toMatch(/^ {2}1010: xor {1}r5,r4,r3$/m);
    // As early as it can be seen: in the first round after the region was made.
    const [, first] = /the first (\d+) of these/.exec(report)!;
    expect(Number(first)).toBeLessThan(40);
  });

  it('finds a store that went elsewhere', () => {
    const pair = new BarePair(LOOP);
    new WrongTranslator(pair, 0x101c, word('stbx r6,r9,r7'));
    expect(pair.run(200_000)).toMatch(/memory words, compiled != interpreted:\n {2}RAM 0x2\w{4}: 0x\w{8} != 0x\w{8}$/m);
  });

  it('repeats chunks that patch their own code', () => {
    const source = `
      lis r9,0
      ori r9,r9,patched
      lwz r4,0(r9)
      mtctr r3
    loop:
      add r5,r5,r5
      addi r6,r6,1
    patched:
      addi r7,r7,1
      addi r4,r4,1
      andi. r8,r6,255
      bne loop
      stw r4,0(r9)
      dcbst 0,r9
      sync
      icbi 0,r9
      isync
      b loop
    `;
    const pair = new BarePair(source);
    expect(pair.run(20_000)).toBeUndefined();
    expect(pair.leader.engine.codeCache.counts.invalidated).toBeGreaterThan(0);
    new WrongTranslator(pair, 0x1014, word('addi r6,r6,2'));
    expect(pair.run(200_000)).toMatch(/^ {2}r6: /m);
  });

  it('finds memory that nobody was seen to write', () => {
    const pair = new BarePair(LOOP);
    expect(pair.run(5000)).toBeUndefined();
    pair.leader.memory.u32[pair.leader.memory.hostAddress(0x80000) >> 2] = 5;
    pair.lockstep.compareMemory();
    expect(pair.lockstep.difference).toContain('RAM 0x80000: 0x00000005 != 0x00000000');
  });

  it('finds a change of the magic page', () => {
    const pair = new BarePair(LOOP);
    pair.leader.memory.u32[(MAGIC_PAGE_OFFSET + 8) >> 2] = 5;
    expect(pair.run(5000)).toContain('magic page 0x8: 0x00000005 != 0x00000000');
  });

  it('agrees after writes from outside, and would not without them', () => {
    const pair = new BarePair(LOOP);
    pair.leader.memory.write(0x80000, Uint8Array.of(1, 2, 3));
    expect(pair.run(5000)).toBeUndefined();
    pair.lockstep.compareMemory();
    expect(pair.lockstep.difference).toBeUndefined();
    expect(pair.follower.memory.read(0x80000, 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('lets the decrementer interrupt both at the same instruction', () => {
    const source = `
      li r3,0x2000
      mtspr 54,r3           # DECAR
      mtspr 63,r0           # IVPR
      mtspr 410,r3          # IVOR10
      li r4,37
    again:
      addi r4,r4,61
      rlwinm r5,r4,0,24,31
      addi r5,r5,2
      mtspr 22,r5           # DEC
      lis r6,0x0400
      mtspr 340,r6          # TCR[DIE]
      wrteei 1
      li r7,150
      mtctr r7
    loop:
      add r8,r8,r7
      xor r9,r9,r8
      bdnz loop
      b again
    `;
    const pair = new BarePair(source);
    for (const cpu of [pair.leader, pair.follower])
      cpu.loadProgram('addi r20,r20,1\nmfspr r21,26\nadd r22,r22,r21\nlis r23,0x0800\nmtspr 336,r23\nrfi', 0x2000);
    expect(pair.run(300_000)).toBeUndefined();
    expect(pair.leader.state.gpr(20)).toBeGreaterThan(400);
  });
});

describe('devices in lockstep', () => {
  const POLL = `
    lis r9,${DEVICE >>> 16}
  loop:
    addi r6,r6,3
    rlwinm r5,r6,3,0,31
    stb r6,9(r9)
    lwz r3,4(r9)
    add r4,r4,r3
    bdnz loop
    b loop
  `;

  it('are reached once for both', () => {
    let count = 0;
    const pair = new BarePair(POLL, { read: () => ++count * 3 });
    expect(pair.run(50_000)).toBeUndefined();
    expect(pair.leader.state.gpr(4)).toBe(pair.follower.state.gpr(4));
    expect(pair.reached).toBe(2 * count);
    expect(count).toBeGreaterThan(5000);
  });

  it('are given other values by wrong code', () => {
    const pair = new BarePair(POLL, { read: () => 1 });
    new WrongTranslator(pair, 0x1004, word('addi r6,r6,2'));
    const report = pair.run(50_000);
    expect(report).toMatch(/r6: 0x\w{8} != 0x\w{8}/);
    expect(report).toMatch(/device access.*: bus write 0xe0000009, 1 bytes: 0x\w+ != bus write 0xe0000009, 1 bytes: 0x\w+/);
    expect(report).toMatch(/last accesses to devices:\n {2}bus \w+ 0xe000000\d/);
  });

  it('interrupt and write memory at the same instruction', () => {
    let writes = 0;
    const pair: BarePair = new BarePair(POLL, {
      read: () => 7,
      write: () => {
        const { core, engine, memory } = pair.leader;
        if (++writes % 5 === 0) memory.write(0x80000, Uint8Array.of(writes, writes >> 8));
        core.inputs.external = writes % 3 === 0;
        engine.interruptsChanged();
      },
    });
    for (const cpu of [pair.leader, pair.follower]) {
      // External input: its handler silences the device by a store and counts what memory says.
      cpu.loadProgram('addi r20,r20,1\nlis r21,8\nlhz r22,0(r21)\nadd r23,r23,r22\nstb r0,9(r9)\nrfi', 0);
      cpu.setMsr(0x8000);
    }
    expect(pair.run(50_000)).toBeUndefined();
    pair.lockstep.compareMemory();
    expect(pair.lockstep.difference).toBeUndefined();
    expect(pair.leader.state.gpr(20)).toBeGreaterThan(1000);
    expect(pair.leader.state.gpr(23)).toBeGreaterThan(0);
  });
});
