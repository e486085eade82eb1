import { Assembler } from '../../jit/isa/assemble.js';
import { assembleProgram, type Program } from '../../jit/isa/assemble-program.js';
import { DIFFICULT_OFFSET, DIFFICULT_PAGE_SIZE, PREDECODED_PAGE_SIZE, PREDECODED_POOL_OFFSET } from '../../jit/abi/layout.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { Translator } from '../../jit/region/translate.js';
import type { DcrAccess, PhysicalAccess } from '../../runtime/core.js';
import { Booke440Core } from '../../runtime/cores/booke440.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Engine, type NativeModules } from '../../runtime/engine.js';
import { GuestMemory } from '../../runtime/memory.js';
import { MAP_SUPERVISOR_ALL, MAP_USER_ALL } from '../../runtime/mmu/mmu.js';
import { SliceRunner } from '../../runtime/slice-runner.js';
import { LocalTranslation } from '../../runtime/translation.js';
import { loadNativeModules } from '../../src/host/node/native-modules.js';

/** How instructions are executed in a test. */
export type BareMode = 'interp' | 'jit';

/** What a test's CPU is made of, beside its mode. */
export interface BareOptions {
  /** Executions of a branch target before it is translated; 1 unless given. */
  readonly threshold?: number;
  /** What lies where no RAM is; nothing that answers unless given. */
  readonly bus?: PhysicalAccess;
  /** Device control registers; all are 0 unless given. */
  readonly dcrs?: DcrAccess;
  /** Host time in ms for planning slices; a clock that stands still unless given. */
  readonly hostNow?: () => number;
}

const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
const assembler = new Assembler(decoder);
/** Assembles a program for the 440. */
export const assemble = (source: string, base: number): Program => assembleProgram(assembler, source, base);

const NOWHERE: PhysicalAccess = { highWord: 0, read: () => 0, write: () => {} };

/** A 440 with memory and no devices, for tests of single instructions and small programs. */
export class BareCpu {
  readonly memory: GuestMemory;
  readonly engine: Engine;
  readonly core: Booke440Core;
  readonly runner: SliceRunner;
  readonly state: CpuState;

  /**
   * @param mode `jit` translates branch targets, and only what has been executed before: a first pass is always interpreted
   * @param size bytes of RAM, mapped 1:1 for everybody by the lowest TLB entries
   */
  constructor(
    readonly mode: BareMode,
    size = 0x100000,
    backEnd: 'bytes' | 'binaryen' = 'bytes',
    options: BareOptions = {},
    modules: NativeModules = loadNativeModules('440EP'),
  ) {
    this.memory = new GuestMemory([{ name: 'RAM', physical: 0, size }], true);
    let core!: Booke440Core;
    const dcrs = options.dcrs ?? { read: () => 0, write: () => {} };
    let running: SliceRunner | undefined;
    this.engine = new Engine(
      this.memory,
      options.bus ?? NOWHERE,
      decoder,
      modules,
      (host) =>
        (core = new Booke440Core(
          PPC440EP,
          new CpuState(this.memory.memory.buffer),
          { ticks: () => running?.clock.ticks() ?? 0 },
          dcrs,
          host,
        )),
      () => {},
    );
    this.core = core;
    this.state = core.state;
    this.runner = running = new SliceRunner(this.engine, 400e6, options.hostNow ?? (() => 0), true);
    this.engine.resetCpu();
    this.engine.setThreshold(mode === 'jit' ? (options.threshold ?? 1) : 0);
    if (mode === 'jit') {
      const translator = new Translator({ decoder, width: 32, swizzled: true, ...moduleMaker(backEnd) });
      this.engine.translations = new LocalTranslation(this.engine, translator, () => 0);
    }
    core.mmu.map({ virtual: 0, real: 0, size, flags: MAP_SUPERVISOR_ALL | MAP_USER_ALL });
  }

  /** Puts words into memory as the guest's instructions. */
  load(address: number, words: readonly number[]): void {
    const bytes = new Uint8Array(4 * words.length);
    words.forEach((w, k) => new DataView(bytes.buffer).setUint32(4 * k, w));
    this.memory.write(address, bytes);
  }
  /** Assembles a program into memory where it is to run. */
  loadProgram(source: string, base: number): Program {
    const program = assemble(source, base);
    this.memory.write(base, program.bytes);
    return program;
  }
  /** A word of memory. */
  word(physical: number): number {
    return this.memory.word(this.memory.hostAddress(physical));
  }

  /** Writes the MSR as mtmsr does. */
  setMsr(value: number): void {
    (this.core.services['writeMsr'] as (value: number) => void)(value);
  }

  /** Lets compiled code call the slow path where the quick one fails, as it does for instructions found difficult. */
  markDifficult(address: number): void {
    const host = this.memory.hostAddress(address);
    const page = this.engine.pages.pageOf(host >>> 12);
    const index = (host & 0xfff) >> 2;
    const at = DIFFICULT_OFFSET + ((page - PREDECODED_POOL_OFFSET) / PREDECODED_PAGE_SIZE) * DIFFICULT_PAGE_SIZE + ((index >> 5) << 2);
    this.memory.u32[at >> 2]! |= 1 << (index & 31);
  }

  /** Runs from an address for a number of instructions; fewer when the CPU waits or stops. */
  run(pc: number, count: number): void {
    this.state.pc = pc;
    this.goOn(count);
  }
  /** Runs on from where it stands. */
  goOn(count: number): void {
    for (let left = count; left > 0;) {
      const before = this.runner.instructions;
      if (this.runner.run(left) !== 'slice') return;
      left -= Math.max(1, this.runner.instructions - before);
    }
  }
}
