import type { BuildContext } from '../jit/ir/build-context.js';
import type { CpuModel } from '../jit/isa/cpus/index.js';
import { KEY_SF } from '../jit/abi/layout.js';
import { MSR, type MsrBitName } from '../jit/isa/registers.js';
import type { TranslatedModule, TranslatedRegion, Translator } from '../jit/region/translate.js';
import type { WorkContext } from '../jit/worker/protocol.js';
import { difficultInstructions, executedWords } from '../jit/worker/predecoded.js';
import type { InstalledRegion } from './code-cache.js';
import type { CodeAssumptions, Engine } from './engine.js';
import type { TranslationSink } from './translation-sink.js';
import type { CodeExtent } from './storage-access.js';

/** What translating has cost. */
export interface TranslationCounts {
  modules: number;
  /** Guest instructions translated. */
  instructions: number;
  /** CPU time of translation, in ms, wherever it ran. */
  cpuMs: number;
  /** Longest time the guest's thread was kept from running it, in ms. */
  mainThreadMaxMs: number;
}

/** What is known of the code of a key, as plain data: which MSR bits are known, and what else holds for all code at the moment. */
export function knownOfKey(model: CpuModel, key: number, assumptions: CodeAssumptions = {}, ciaHigh = 0): WorkContext {
  const msr: Partial<Record<MsrBitName, boolean>> = {};
  for (const name of model.keyBits) msr[name] = (key & MSR[name].mask) !== 0;
  const mode64 = (key & KEY_SF) !== 0;
  // The kernel is where it is.
  const movable = msr.PR === true && mode64 === (model.width === 64);
  return { width: model.width, mode64, ciaHigh: ciaHigh | 0, movable, msr, ...assumptions };
}

/**
 * The build context of a key. Only code whose byte order is RAM's is translated.
 * @param ciaHigh high word of the code's addresses
 */
export const contextOfKey = (model: CpuModel, key: number, assumptions: CodeAssumptions = {}, ciaHigh = 0): BuildContext => ({
  ...knownOfKey(model, key, assumptions, ciaHigh),
  sprs: model.sprs,
});

/** What every region of a model depends on, besides the MSR bits it consulted: how wide addresses are, and the byte order. */
const alwaysConsulted = (model: CpuModel): number => (model.has64BitMode ? KEY_SF | (model.keyBits.includes('LE') ? MSR.LE.mask : 0) : 0);

/** Instantiates a translated module and gives its regions to the code cache. */
export function installModule(
  engine: Engine,
  module: WebAssembly.Module,
  translated: Omit<TranslatedModule, 'bytes'>,
  size: number,
  key: number,
  extent: Pick<CodeExtent, 'start' | 'startHigh' | 'host'>,
): void {
  const hostOf = (pc: number) => hostIn(extent, pc);
  const always = alwaysConsulted(engine.core.model);
  const instance = new WebAssembly.Instance(module, { env: engine.imports });
  const regions = translated.regions.map((r): InstalledRegion => {
    const mask = (maskOf(r) | always) >>> 0;
    return {
      code: instance.exports[r.name],
      entries: r.entries.map((pc) => ({ pc, host: hostOf(pc) })),
      pcHigh: extent.startHigh,
      instructions: [...r.instructions.keys()].map(hostOf),
      key: (key & mask) >>> 0,
      mask,
      movable: translated.movable,
    };
  });
  engine.trace.installed?.(translated.regions.map((r) => r.pc));
  engine.codeCache.install(regions, size);
}

const maskOf = (r: TranslatedRegion): number => {
  let mask = 0;
  for (const name of r.consulted) mask |= MSR[name].mask;
  return mask >>> 0;
};

/** Host address of an effective one inside an extent. */
export const hostIn = (extent: Pick<CodeExtent, 'start' | 'host'>, pc: number): number => extent.host + ((pc - extent.start) >>> 0);

/** Translates on the spot, on the guest's own thread: deterministic. */
export class LocalTranslation implements TranslationSink {
  readonly counts: TranslationCounts = { modules: 0, instructions: 0, cpuMs: 0, mainThreadMaxMs: 0 };

  /** @param now a clock in ms, for the counts */
  constructor(
    readonly engine: Engine,
    readonly translator: Translator,
    readonly now: () => number,
  ) {}

  request(pc: number, host: number, pcHigh: number): void {
    const { engine } = this;
    if (engine.codeCache.isEntry(host, pc, engine.core.state.key, pcHigh)) return;
    const extent = engine.codeExtent(pc, pcHigh);
    if (!extent) return;
    const start = this.now();
    const { key } = engine.core.state;
    const fetch = executedWords(engine.memory.u32, extent);
    const translated = this.translator.translate(
      [{ pc, fetch, difficult: difficultInstructions(engine.memory.u32, extent) }],
      contextOfKey(engine.core.model, key, engine.assumptions, pcHigh),
    );
    if (!translated) return;
    installModule(engine, new WebAssembly.Module(translated.bytes), translated, translated.bytes.length, key, extent);
    const took = this.now() - start;
    this.counts.modules++;
    this.counts.instructions += translated.instructions;
    this.counts.cpuMs += took;
    this.counts.mainThreadMaxMs = Math.max(this.counts.mainThreadMaxMs, took);
  }
}
