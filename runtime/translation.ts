import type { BuildContext } from '../jit/ir/build-context.js';
import type { CpuModel } from '../jit/isa/cpus/index.js';
import { MSR, type MsrBitName } from '../jit/isa/registers.js';
import type { TranslatedModule, TranslatedRegion, Translator } from '../jit/region/translate.js';
import { difficultInstructions, executedWords } from '../jit/worker/translate-orders.js';
import type { InstalledRegion } from './code-cache.js';
import type { CodeAssumptions, CodeExtent, Engine, TranslationSink } from './engine.js';

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

/** The build context of a key: which MSR bits are known, and what else holds for all code at the moment. */
export function contextOfKey(model: CpuModel, key: number, assumptions: CodeAssumptions = {}): BuildContext {
  const msr: Partial<Record<MsrBitName, boolean>> = {};
  for (const name of model.keyBits) msr[name] = (key & MSR[name].mask) !== 0;
  return { width: model.width, mode64: false, msr, sprs: model.sprs, ...assumptions };
}

/** Instantiates a translated module and gives its regions to the code cache. */
export function installModule(
  engine: Engine,
  module: WebAssembly.Module,
  translated: Omit<TranslatedModule, 'bytes'>,
  size: number,
  key: number,
  hostOf: (pc: number) => number,
): void {
  const instance = new WebAssembly.Instance(module, { env: engine.imports });
  const regions = translated.regions.map((r): InstalledRegion => {
    const mask = maskOf(r);
    return {
      code: instance.exports[r.name],
      entries: r.entries.map((pc) => ({ pc, host: hostOf(pc) })),
      instructions: [...r.instructions.keys()].map(hostOf),
      key: (key & mask) >>> 0,
      mask,
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

  request(pc: number, host: number): void {
    const { engine } = this;
    if (engine.codeCache.isEntry(host, pc, engine.core.state.key)) return;
    const extent = engine.codeExtent(pc);
    if (!extent) return;
    const start = this.now();
    const { key } = engine.core.state;
    const fetch = executedWords(engine.memory.u32, extent);
    const translated = this.translator.translate(
      [{ pc, fetch, difficult: difficultInstructions(engine.memory.u32, extent) }],
      contextOfKey(engine.core.model, key, engine.assumptions),
    );
    if (!translated) return;
    installModule(engine, new WebAssembly.Module(translated.bytes), translated, translated.bytes.length, key, (at) => hostIn(extent, at));
    const took = this.now() - start;
    this.counts.modules++;
    this.counts.instructions += translated.instructions;
    this.counts.cpuMs += took;
    this.counts.mainThreadMaxMs = Math.max(this.counts.mainThreadMaxMs, took);
  }
}
