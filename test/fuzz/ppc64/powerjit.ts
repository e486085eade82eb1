import { KEY_SF } from '../../../jit/abi/layout.js';
import { EXCEPTION_HYPERCALL, EXCEPTION_NONE } from '../../../jit/abi/exits.js';
import { POWER8 } from '../../../jit/isa/cpus/index.js';
import { MSR } from '../../../jit/isa/registers.js';
import { Translator } from '../../../jit/region/translate.js';
import { executedWords } from '../../../jit/worker/predecoded.js';
import type { NativeModules } from '../../../runtime/engine.js';
import { contextOfKey, hostIn, installModule } from '../../../runtime/translation.js';
import { loadNativeModules } from '../../../src/host/node/native-modules.js';
import type { BareMode } from '../../support/bare-cpu.js';
import { BareCpu64 } from '../../support/bare-cpu64.js';
import type { ModeResults, OurTarget } from '../architecture.js';
import type { Image, Placement } from '../image.js';
import { RAM_SIZE, RESULTS, SLOTS, WINDOW_PAGE_REAL } from './layout.js';

const MODEL = POWER8;
/** The driver takes some 400 instructions for a dump: beyond this many for each, something hangs. */
const INSTRUCTIONS_PER_DUMP = 3000;
/** Regions that are translated into one module. */
const REGIONS_PER_MODULE = 64;
/** A count of branch target executions that is not reached: only what is translated beforehand is entered. */
const NEVER_REQUESTED = 0xfff;
const SLOTS_SIZE = 0x1000000;
const MSR_AT_START = MSR.ME.mask;
/** The two hypercalls of the driver (PAPR 14.5.4). */
const H_ENTER = 8;
const H_RTAS = 0xf000;
const FIRST_ARGUMENT = 4;

type ByteOrder = 'big' | 'little';
const BYTE_ORDERS: readonly ByteOrder[] = ['big', 'little'];

/** Whether a stream runs in the byte order in which RAM lies: only such code is compiled. */
const isNative = (p: Placement, endian: ByteOrder): boolean => ((p.msr & MSR.LE.mask) !== 0) === (endian === 'little');

/**
 * Runs images on our engine, with RAM in either byte order: so each stream meets loads and stores of the same and of the other one. In jit
 * mode the streams of RAM's byte order are translated when the interpreter has met them, and the image is run again.
 */
export class PowerjitPower8 implements OurTarget {
  readonly #modules: Readonly<Record<ByteOrder, NativeModules>> = {
    big: loadNativeModules(MODEL.name, true),
    little: loadNativeModules(MODEL.name, false),
  };

  run(image: Image, modes: readonly BareMode[]): ModeResults[] {
    return BYTE_ORDERS.flatMap((endian) => this.#runIn(endian, image, modes));
  }

  #runIn(endian: ByteOrder, image: Image, modes: readonly BareMode[]): ModeResults[] {
    const cpu = new BareCpu64('interp', { endian, size: RAM_SIZE, modules: this.#modules[endian] });
    for (const { address, bytes } of image.segments) cpu.memory.write(address, bytes);
    cpu.engine.onHypercall = () => hypercall(cpu);
    runToEnd(cpu, image);
    const results: ModeResults[] = [];
    const take = (mode: BareMode) =>
      results.push({ mode, setting: `${mode}, RAM ${endian}-endian`, bytes: cpu.memory.read(RESULTS, image.resultsSize) });
    if (modes.includes('interp')) take('interp');
    if (!modes.includes('jit')) return results;
    translateStreams(
      cpu,
      image.placements.filter((p) => isNative(p, endian)),
    );
    cpu.memory.zero(RESULTS, image.resultsSize);
    cpu.memory.zero(WINDOW_PAGE_REAL, 0x1000);
    cpu.engine.setThreshold(NEVER_REQUESTED);
    runToEnd(cpu, image);
    take('jit');
    return results;
  }
}

/** Enters a page as the guest says, or ends the run. */
function hypercall({ state, table, engine }: BareCpu64): number {
  const call = state.gpr(3);
  if (call === H_ENTER) {
    const index = state.gpr(FIRST_ARGUMENT + 1);
    const [high, low] = [FIRST_ARGUMENT + 2, FIRST_ARGUMENT + 3];
    table.store(index, state.gprHigh(high), state.gpr(high), state.gprHigh(low), state.gpr(low));
    state.setGpr(3, 0, 0);
  } else if (call === H_RTAS) {
    engine.stopped = 'power-off';
  } else {
    return EXCEPTION_HYPERCALL;
  }
  state.pc = (state.pc + 4) >>> 0;
  return EXCEPTION_NONE;
}

function runToEnd(cpu: BareCpu64, image: Image): void {
  const { runner } = cpu;
  cpu.engine.resetCpu();
  cpu.setMsr(MSR_AT_START);
  cpu.state.pc = image.entry;
  const dumps = image.placements.reduce((sum, p) => sum + p.dumpLimit + 1, 0);
  const limit = runner.instructions + INSTRUCTIONS_PER_DUMP * dumps;
  while (runner.instructions < limit) if (runner.run() === 'stop') return;
  throw new Error(`powerjit: the guest hangs at 0x${cpu.state.pc.toString(16)}`);
}

/** The key under which a stream's code runs. */
const keyOf = ({ msr, stream }: Placement): number =>
  MODEL.keyBits.reduce((key, name) => key | (msr & MSR[name].mask), stream.state.mode64 ? KEY_SF : 0) >>> 0;

/** Translates streams. */
function translateStreams(cpu: BareCpu64, placements: readonly Placement[]): void {
  const { engine } = cpu;
  const translator = new Translator({ decoder: engine.decoder, width: MODEL.width, swizzled: !cpu.little });
  const extent = { start: SLOTS, startHigh: 0, size: SLOTS_SIZE, host: cpu.memory.hostAddress(SLOTS) };
  const fetch = executedWords(cpu.memory.u32, extent);
  const byKey = new Map<number, Placement[]>();
  for (const p of placements) {
    const key = keyOf(p);
    const group = byKey.get(key);
    if (group) group.push(p);
    else byKey.set(key, [p]);
  }
  const isCompiled = (p: Placement) => engine.codeCache.isEntry(hostIn(extent, p.slot), p.slot, keyOf(p));
  for (const [key, group] of byKey) {
    // A stream that runs into the next one takes it along: that is translated once more, by itself.
    for (let left = group, before = Infinity; left.length > 0; before = left.length, left = left.filter((p) => !isCompiled(p))) {
      if (left.length === before) throw new Error(`powerjit: the stream at 0x${left[0]!.slot.toString(16)} is not compiled`);
      for (let k = 0; k < left.length; k += REGIONS_PER_MODULE) {
        const requests = left.slice(k, k + REGIONS_PER_MODULE).map((p) => ({ pc: p.slot, fetch }));
        const module = translator.translate(requests, contextOfKey(MODEL, key));
        if (module) installModule(engine, new WebAssembly.Module(module.bytes), module, module.bytes.length, key, extent);
      }
    }
  }
}
