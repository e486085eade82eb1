import { Assembler } from '../../jit/isa/assemble.js';
import { assembleProgram, type Program } from '../../jit/isa/assemble-program.js';
import { VSR_OFFSET as VSR_BASE } from '../../jit/abi/layout.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import { moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { Translator } from '../../jit/region/translate.js';
import type { PhysicalAccess } from '../../runtime/core.js';
import { Book3s64Core } from '../../runtime/cores/book3s64.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Engine, type NativeModules } from '../../runtime/engine.js';
import { GuestMemory } from '../../runtime/memory.js';
import { HashPageTable } from '../../runtime/mmu/hash64/hash-page-table.js';
import { Hash64Mmu } from '../../runtime/mmu/hash64/hash64-mmu.js';
import { SliceRunner } from '../../runtime/slice-runner.js';
import { LocalTranslation } from '../../runtime/translation.js';
import { loadNativeModules } from '../../src/host/node/native-modules.js';
import type { BareMode } from './bare-cpu.js';

/** What a test's 64-bit CPU is made of, beside its mode. */
export interface Bare64Options {
  /** Byte order of RAM and, at first, of the CPU; big-endian unless given. */
  readonly endian?: 'big' | 'little';
  /** Bytes of RAM; 1 MiB unless given. */
  readonly size?: number;
  /** Executions of a branch target before it is translated; 1 unless given. */
  readonly threshold?: number;
  readonly backEnd?: 'bytes' | 'binaryen';
  /** What lies where no RAM is; nothing that answers unless given. */
  readonly bus?: PhysicalAccess;
  readonly cpus?: number;
  readonly modules?: NativeModules;
}

const decoder = new Decoder(INSTRUCTIONS, POWER8);
const assembler = new Assembler(decoder);
/** Assembles a program for POWER8; its bytes are big-endian. */
export const assemble64 = (source: string, base: number): Program => assembleProgram(assembler, source, base);

const NOWHERE: PhysicalAccess = { highWord: 0, read: () => 0, write: () => {} };
/** All facilities on, real mode. */
const MSR_AT_RESET = (MSR.FP.mask | MSR.VEC.mask | MSR.VSX.mask | MSR.ME.mask) >>> 0;

/** A POWER8 with memory and no devices, in real mode with all facilities available, for tests of single instructions and small programs. */
export class BareCpu64 {
  readonly memory: GuestMemory;
  readonly engine: Engine;
  readonly table = new HashPageTable(18);
  readonly runner: SliceRunner;
  readonly little: boolean;

  /** @param mode `jit` translates branch targets, and only what has been executed before: a first pass is always interpreted */
  constructor(
    readonly mode: BareMode,
    options: Bare64Options = {},
  ) {
    this.little = options.endian === 'little';
    const modules = options.modules ?? loadNativeModules(POWER8.name, !this.little);
    this.memory = new GuestMemory([{ name: 'RAM', physical: 0, size: options.size ?? 0x100000 }], !this.little);
    let running: SliceRunner | undefined;
    this.engine = new Engine(
      this.memory,
      options.bus ?? NOWHERE,
      decoder,
      modules,
      (host, number) => {
        const state = new CpuState(this.memory.memory.buffer, Engine.stateAddress(number));
        const mmu = new Hash64Mmu(state, this.table, { cpu: number });
        return new Book3s64Core(POWER8, state, { ticks: () => running?.clock.ticks() ?? 0 }, mmu, host, { number });
      },
      () => {},
      options.cpus ?? 1,
    );
    this.runner = running = new SliceRunner(this.engine, 512e6, () => 0, true);
    this.engine.resetCpu();
    this.engine.setThreshold(mode === 'jit' ? (options.threshold ?? 1) : 0);
    if (mode === 'jit') {
      const translator = new Translator({ decoder, width: 64, swizzled: !this.little, ...moduleMaker(options.backEnd ?? 'bytes') });
      this.engine.translations = new LocalTranslation(this.engine, translator, () => 0);
    }
    this.setMsr(MSR_AT_RESET | (this.little ? MSR.LE.mask : 0));
  }

  get core(): Book3s64Core {
    return this.engine.core as Book3s64Core;
  }
  get state(): CpuState {
    return this.engine.core.state;
  }

  /** Puts words into memory as the guest's instructions. */
  load(address: number, words: readonly number[]): void {
    const bytes = new Uint8Array(4 * words.length);
    words.forEach((w, k) => new DataView(bytes.buffer).setUint32(4 * k, w, this.little));
    this.memory.write(address, bytes);
  }
  /** Assembles a program into memory where it is to run. */
  loadProgram(source: string, base: number): Program {
    const program = assemble64(source, base);
    const view = new DataView(program.bytes.buffer, program.bytes.byteOffset, program.bytes.length);
    this.load(
      base,
      Array.from({ length: program.bytes.length >> 2 }, (_, k) => view.getUint32(4 * k)),
    );
    return program;
  }

  gpr(n: number): bigint {
    return (BigInt(this.state.gprHigh(n)) << 32n) | BigInt(this.state.gpr(n));
  }
  setGpr(n: number, value: bigint): void {
    this.state.setGpr(n, Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn));
  }
  /** A VSR as a 128-bit number. */
  vsr(n: number): bigint {
    return [3, 2, 1, 0].reduce((all, k) => (all << 32n) | BigInt(this.state.words[(VSR_BASE >> 2) + 4 * n + k]!), 0n);
  }
  setVsr(n: number, value: bigint): void {
    for (let k = 0; k < 4; k++) this.state.words[(VSR_BASE >> 2) + 4 * n + k] = Number((value >> BigInt(32 * k)) & 0xffffffffn);
  }

  /** Writes the MSR as mtmsrd does. @param low its low word; MSR[SF] is set unless `sf` is false */
  setMsr(low: number, sf = true): void {
    this.core.writeMsr(low, sf ? MSR_HIGH.SF.mask : 0);
    this.engine.cpu.contextChanged();
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
