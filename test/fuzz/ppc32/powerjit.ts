import { PPC440EP } from '../../../jit/isa/cpus/index.js';
import { MSR } from '../../../jit/isa/registers.js';
import { Translator } from '../../../jit/region/translate.js';
import { executedWords } from '../../../jit/worker/predecoded.js';
import type { NativeModules } from '../../../runtime/engine.js';
import { MAP_SUPERVISOR_ALL } from '../../../runtime/mmu/mmu.js';
import { contextOfKey, hostIn, installModule } from '../../../runtime/translation.js';
import { loadNativeModules } from '../../../src/host/node/native-modules.js';
import { BareCpu, type BareMode } from '../../support/bare-cpu.js';
import type { ModeResults, OurTarget } from '../architecture.js';
import type { Image, Placement } from '../image.js';
import { RAM_SIZE, RESULTS, SLOTS, WINDOW_PAGE_REAL } from './layout.js';

/** The CPU that is tested. */
const MODEL = PPC440EP;

/** The driver takes some 300 instructions for a dump: beyond this many for each, something hangs. */
const INSTRUCTIONS_PER_DUMP = 2000;
/** Regions that are translated into one module. */
const REGIONS_PER_MODULE = 64;
/** A count of branch target executions that is not reached: only what is translated beforehand is entered. */
const NEVER_REQUESTED = 0xfff;
const SLOTS_SIZE = 0x1000000;

/** Runs images on our engine. */
export class Powerjit440 implements OurTarget {
  readonly #modules: NativeModules = loadNativeModules(MODEL.name);

  /**
   * In jit mode the image is run twice: its streams are translated when the interpreter has met them, and the second run's results count. A
   * first run in the interpreter serves both modes.
   */
  run(image: Image, modes: readonly BareMode[]): ModeResults[] {
    const cpu = new BareCpu('interp', RAM_SIZE, 'bytes', {}, this.#modules);
    for (const { address, bytes } of image.segments) cpu.memory.write(address, bytes);
    runToEnd(cpu, image);
    const results: ModeResults[] = [];
    const take = (mode: BareMode) => results.push({ mode, setting: mode, bytes: cpu.memory.read(RESULTS, image.resultsSize) });
    if (modes.includes('interp')) take('interp');
    if (!modes.includes('jit')) return results;
    translateStreams(cpu, image.placements);
    cpu.memory.zero(RESULTS, image.resultsSize);
    cpu.memory.zero(WINDOW_PAGE_REAL, 0x1000);
    cpu.engine.resetCpu();
    cpu.core.mmu.map({ virtual: 0, real: 0, size: RAM_SIZE, flags: MAP_SUPERVISOR_ALL });
    cpu.engine.setThreshold(NEVER_REQUESTED);
    runToEnd(cpu, image);
    take('jit');
    return results;
  }
}

function runToEnd(cpu: BareCpu, image: Image): void {
  const { runner, state } = cpu;
  state.pc = image.entry;
  const dumps = image.placements.reduce((sum, p) => sum + p.dumpLimit + 1, 0);
  const limit = runner.instructions + INSTRUCTIONS_PER_DUMP * dumps;
  while (runner.instructions < limit) if (runner.run() === 'stop') return;
  throw new Error(`powerjit: the guest hangs at 0x${state.pc.toString(16)}`);
}

/** The key under which a stream's code runs. */
const keyOf = (msr: number): number => MODEL.keyBits.reduce((key, name) => key | (msr & MSR[name].mask), 0) >>> 0;

/** Translates all streams. */
function translateStreams(cpu: BareCpu, placements: readonly Placement[]): void {
  const { engine } = cpu;
  const translator = new Translator({ decoder: engine.decoder, width: MODEL.width, swizzled: true });
  const extent = { start: SLOTS, startHigh: 0, size: SLOTS_SIZE, host: cpu.memory.hostAddress(SLOTS) };
  const fetch = executedWords(cpu.memory.u32, extent);
  const byKey = new Map<number, Placement[]>();
  for (const p of placements) {
    const key = keyOf(p.msr);
    const group = byKey.get(key);
    if (group) group.push(p);
    else byKey.set(key, [p]);
  }
  const isCompiled = (p: Placement) => engine.codeCache.isEntry(hostIn(extent, p.slot), p.slot, keyOf(p.msr));
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
