import { EXCEPTION_HYPERCALL, EXCEPTION_NONE } from '../../../jit/abi/exits.js';
import { POWER8 } from '../../../jit/isa/cpus/index.js';
import { MSR } from '../../../jit/isa/registers.js';
import type { NativeModules } from '../../../runtime/engine.js';
import { loadNativeModules } from '../../../src/host/node/native-modules.js';
import type { BareMode } from '../../support/bare-cpu.js';
import { BareCpu64 } from '../../support/bare-cpu64.js';
import type { ModeResults, OurTarget } from '../architecture.js';
import type { Image, Placement } from '../image.js';
import { runToEnd, translateStreams } from '../run-streams.js';
import { RAM_SIZE, RESULTS, SLOTS, WINDOW_PAGE_REAL } from './layout.js';

const MODEL = POWER8;
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
    run(cpu, image);
    const results: ModeResults[] = [];
    const take = (mode: BareMode) =>
      results.push({ mode, setting: `${mode}, RAM ${endian}-endian`, bytes: cpu.memory.read(RESULTS, image.resultsSize) });
    if (modes.includes('interp')) take('interp');
    if (!modes.includes('jit')) return results;
    translateStreams(
      cpu,
      SLOTS,
      image.placements.filter((p) => isNative(p, endian)),
    );
    cpu.memory.zero(RESULTS, image.resultsSize);
    cpu.memory.zero(WINDOW_PAGE_REAL, 0x1000);
    run(cpu, image);
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

/** Runs it from a reset, in real mode. */
function run(cpu: BareCpu64, image: Image): void {
  cpu.engine.resetCpu();
  cpu.setMsr(MSR_AT_START);
  runToEnd(cpu, image);
}
