/** Runs a guest on a bare CPU of ours, and has its streams translated. */
import { KEY_SF } from '../../jit/abi/layout.js';
import type { CpuModel } from '../../jit/isa/cpus/index.js';
import { MSR } from '../../jit/isa/registers.js';
import { Translator } from '../../jit/region/translate.js';
import { executedWords } from '../../jit/worker/predecoded.js';
import type { Engine } from '../../runtime/engine.js';
import type { GuestMemory } from '../../runtime/memory.js';
import type { SliceRunner } from '../../runtime/slice-runner.js';
import { contextOfKey, hostIn, installModule } from '../../runtime/translation.js';
import type { Image, Placement } from './image.js';

/** A CPU with memory and no devices. */
interface Cpu {
  readonly engine: Engine;
  readonly memory: GuestMemory;
  readonly runner: SliceRunner;
  readonly state: { pc: number };
}

/** A count of branch target executions that is not reached: only what is translated beforehand is entered. */
const NEVER_REQUESTED = 0xfff;
/** The drivers take some 400 instructions for a dump: beyond this many for each, something hangs. */
const INSTRUCTIONS_PER_DUMP = 3000;
/** Regions that are translated into one module. */
const REGIONS_PER_MODULE = 64;
const SLOTS_SIZE = 0x1000000;

/**
 * Runs a guest from its entry until it stops the machine.
 * @throws Error when it does not
 */
export function runToEnd({ runner, state }: Cpu, { entry, placements }: Image): void {
  state.pc = entry;
  const dumps = placements.reduce((sum, p) => sum + p.dumpLimit + 1, 0);
  const limit = runner.instructions + INSTRUCTIONS_PER_DUMP * dumps;
  while (runner.instructions < limit) if (runner.run() === 'stop') return;
  throw new Error(`powerjit: the guest hangs at 0x${state.pc.toString(16)}`);
}

/** The key under which a stream's code runs. */
const keyOf = ({ keyBits }: CpuModel, { msr, stream }: Placement): number =>
  keyBits.reduce((key, name) => key | (msr & MSR[name].mask), stream.state.mode64 ? KEY_SF : 0) >>> 0;

/**
 * Translates streams that the interpreter has met, and nothing else from now on.
 * @param slots where the code of all streams begins
 * @throws Error when one is not entered as compiled code
 */
export function translateStreams({ engine, memory }: Cpu, slots: number, placements: readonly Placement[]): void {
  const { decoder } = engine;
  const { model } = decoder;
  const translator = new Translator({ decoder, width: model.width, swizzled: memory.swizzled });
  const extent = { start: slots, startHigh: 0, size: SLOTS_SIZE, host: memory.hostAddress(slots) };
  const fetch = executedWords(memory.u32, extent);
  const byKey = new Map<number, Placement[]>();
  for (const p of placements) {
    const key = keyOf(model, p);
    const group = byKey.get(key);
    if (group) group.push(p);
    else byKey.set(key, [p]);
  }
  const isCompiled = (p: Placement) => engine.codeCache.isEntry(hostIn(extent, p.slot), p.slot, keyOf(model, p));
  for (const [key, group] of byKey) {
    // A stream that runs into the next one takes it along: that is translated once more, by itself.
    for (let left = group, before = Infinity; left.length > 0; before = left.length, left = left.filter((p) => !isCompiled(p))) {
      if (left.length === before) throw new Error(`powerjit: the stream at 0x${left[0]!.slot.toString(16)} is not compiled`);
      for (let k = 0; k < left.length; k += REGIONS_PER_MODULE) {
        const requests = left.slice(k, k + REGIONS_PER_MODULE).map((p) => ({ pc: p.slot, fetch }));
        const module = translator.translate(requests, contextOfKey(model, key));
        if (module) installModule(engine, new WebAssembly.Module(module.bytes), module, module.bytes.length, key, extent);
      }
    }
  }
  engine.setThreshold(NEVER_REQUESTED);
}
