import type { BuildContext } from '../ir/build-context.js';
import { cpuModel } from '../isa/cpus/index.js';
import { Decoder } from '../isa/decoder.js';
import { INSTRUCTIONS } from '../isa/index.js';
import { CodeNames } from '../names/code-names.js';
import { Translator } from '../region/translate.js';
import { difficultInstructions, executedWords, isRegionEntry } from './predecoded.js';
import type { WorkOrder, WorkResult, WorkerStart } from './protocol.js';

/** Does the work of a translation worker: orders in, modules out. The host's thread code only passes messages. */
export class OrderTranslator {
  readonly #u32: Uint32Array;
  readonly #translator: Translator;
  /** Entries of the order before, by key and host address; should it not have been installed, they are asked for once in vain. */
  #lastEntries: ReadonlySet<string> = new Set();
  readonly #sprs;

  /** @param now CPU time of this thread in ms */
  constructor(
    start: WorkerStart,
    readonly now: () => number,
  ) {
    const model = cpuModel(start.cpu);
    if (!model) throw new Error(`translation worker: no CPU ${start.cpu}`);
    this.#u32 = new Uint32Array(start.buffer);
    this.#sprs = model.sprs;
    const names = start.names && new CodeNames(start.names);
    this.#translator = new Translator({
      decoder: new Decoder(INSTRUCTIONS, model),
      width: model.width,
      swizzled: start.swizzled,
      ...(names ? { functionName: (pc, pcHigh) => names.functionName(pc, pcHigh) } : {}),
    });
  }

  translate(order: WorkOrder): WorkResult {
    const begin = this.now();
    const fetch = executedWords(this.#u32, order.extent);
    const difficult = difficultInstructions(this.#u32, order.extent);
    const context: BuildContext = { ...order.context, sprs: this.#sprs };
    // Orders before this one, installed or on their way there, may have brought some of the entries.
    const wanted = order.pcs.filter((pc) => !this.#isEntry(order, pc));
    const translated = this.#translator.translate(
      wanted.map((pc) => ({ pc, fetch, difficult })),
      context,
    );
    this.#lastEntries = new Set(translated?.regions.flatMap((r) => r.entries.map((pc) => `${order.key}/${hostOf(order, pc)}`)));
    const module = translated && new WebAssembly.Module(translated.bytes);
    return {
      id: order.id,
      module,
      size: translated?.bytes.length ?? 0,
      instructions: translated?.instructions ?? 0,
      regions: translated?.regions ?? [],
      movable: translated?.movable ?? false,
      cpuMs: this.now() - begin,
    };
  }

  #isEntry(order: WorkOrder, pc: number): boolean {
    const host = hostOf(order, pc);
    return this.#lastEntries.has(`${order.key}/${host}`) || isRegionEntry(this.#u32, host, pc, order.key, order.extent.startHigh);
  }
}

const hostOf = ({ extent }: WorkOrder, pc: number): number => extent.host + ((pc - extent.start) >>> 0);
