import { Decoder } from '../../jit/isa/decoder.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { Translator, type BackEnd } from '../../jit/region/translate.js';
import { Booke440Core } from '../../runtime/cores/booke440.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Engine } from '../../runtime/engine.js';
import { GuestMemory } from '../../runtime/memory.js';
import { MAP_SUPERVISOR_ALL, MAP_USER_ALL } from '../../runtime/mmu/mmu.js';
import { SliceRunner } from '../../runtime/slice-runner.js';
import { LocalTranslation } from '../../runtime/translation.js';
import { loadNativeModules } from '../../src/host/node/native-modules.js';

/** How instructions are executed in a test. */
export type BareMode = 'interp' | 'jit';

/** A 440 with memory and no devices, for tests of single instructions and small programs. */
export class BareCpu {
  readonly memory: GuestMemory;
  readonly engine: Engine;
  readonly core: Booke440Core;
  readonly runner: SliceRunner;
  readonly state: CpuState;

  /**
   * @param mode `jit` translates every branch target when it is first met
   * @param size bytes of RAM, mapped 1:1 for everybody
   */
  constructor(mode: BareMode, size = 0x100000, backEnd: BackEnd = 'bytes') {
    this.memory = new GuestMemory([{ name: 'RAM', physical: 0, size }], true);
    const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
    let core!: Booke440Core;
    const bus = { highWord: 0, read: () => 0, write: () => {} };
    const dcrs = { read: () => 0, write: () => {} };
    let running: SliceRunner | undefined;
    this.engine = new Engine(
      this.memory,
      bus,
      decoder,
      loadNativeModules('440EP'),
      (host) => (core = new Booke440Core(PPC440EP, new CpuState(this.memory.memory.buffer), { ticks: () => running?.clock.ticks() ?? 0 }, dcrs, host)),
      () => {},
    );
    this.core = core;
    this.state = core.state;
    this.runner = running = new SliceRunner(this.engine, 400e6, () => 0, true);
    if (mode === 'jit') {
      const translator = new Translator({ decoder, width: 32, swizzled: true, backEnd });
      this.engine.translations = new LocalTranslation(this.engine, translator, () => 0);
    }
    this.engine.resetCpu();
    this.engine.setThreshold(mode === 'jit' ? 1 : 0);
    core.mmu.map({ virtual: 0, real: 0, size, flags: MAP_SUPERVISOR_ALL | MAP_USER_ALL });
  }

  /** Puts words into memory as the guest's instructions. */
  load(address: number, words: readonly number[]): void {
    const bytes = new Uint8Array(4 * words.length);
    words.forEach((w, k) => new DataView(bytes.buffer).setUint32(4 * k, w));
    this.memory.write(address, bytes);
  }

  /** Runs from an address for a number of instructions. */
  run(pc: number, count: number): void {
    this.state.pc = pc;
    for (let left = count; left > 0; ) {
      const before = this.runner.instructions;
      if (this.runner.run(left) !== 'slice') return;
      left -= Math.max(1, this.runner.instructions - before);
    }
  }
}
