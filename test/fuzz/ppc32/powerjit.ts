import { PPC440EP } from '../../../jit/isa/cpus/index.js';
import type { NativeModules } from '../../../runtime/engine.js';
import { MAP_SUPERVISOR_ALL } from '../../../runtime/mmu/mmu.js';
import { loadNativeModules } from '../../../src/host/node/native-modules.js';
import { BareCpu, type BareMode } from '../../support/bare-cpu.js';
import type { ModeResults, OurTarget } from '../architecture.js';
import type { Image } from '../image.js';
import { runToEnd, translateStreams } from '../run-streams.js';
import { RAM_SIZE, RESULTS, SLOTS, WINDOW_PAGE_REAL } from './layout.js';

/** The CPU that is tested. */
const MODEL = PPC440EP;

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
    translateStreams(cpu, SLOTS, image.placements);
    cpu.memory.zero(RESULTS, image.resultsSize);
    cpu.memory.zero(WINDOW_PAGE_REAL, 0x1000);
    cpu.engine.resetCpu();
    cpu.core.mmu.map({ virtual: 0, real: 0, size: RAM_SIZE, flags: MAP_SUPERVISOR_ALL });
    runToEnd(cpu, image);
    take('jit');
    return results;
  }
}
