import {
  DIFFICULT_OFFSET,
  DIFFICULT_PAGE_SIZE,
  PREDECODED_OF_PAGE_OFFSET,
  PREDECODED_PAGE_SIZE,
  PREDECODED_POOL_OFFSET,
} from '../abi/layout.js';
import type { BuildContext } from '../ir/build-context.js';
import { cpuModel } from '../isa/cpus/index.js';
import { Decoder } from '../isa/decoder.js';
import { INSTRUCTIONS } from '../isa/index.js';
import { CodeNames } from '../names/code-names.js';
import { Translator } from '../region/translate.js';
import type { WorkExtent, WorkOrder, WorkResult, WorkerStart } from './protocol.js';

/**
 * The words of an extent as far as the interpreter has met them, read from linear memory: what was never executed is not worth
 * translating, and a region that comes to it leaves.
 * @param u32 all of linear memory
 */
export function executedWords(u32: Uint32Array, extent: WorkExtent): (pc: number) => number | undefined {
  return (pc) => {
    const offset = (pc - extent.start) >>> 0;
    if (offset >= extent.size) return undefined;
    const host = extent.host + offset;
    const page = u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
    if (page === 0 || (u32[(page + 2 * (host & 0xffc)) >> 2]! & 0xffff) === 0) return undefined;
    return u32[host >> 2];
  };
}

/** Whether the instruction at an address of an extent has been found difficult (see DIFFICULT_OFFSET in layout.ts). */
export function difficultInstructions(u32: Uint32Array, extent: WorkExtent): (pc: number) => boolean {
  return (pc) => {
    const host = extent.host + ((pc - extent.start) >>> 0);
    const page = u32[(PREDECODED_OF_PAGE_OFFSET >> 2) + (host >>> 12)]!;
    if (page === 0) return false;
    const index = (host & 0xfff) >> 2;
    const word = DIFFICULT_OFFSET + ((page - PREDECODED_POOL_OFFSET) / PREDECODED_PAGE_SIZE) * DIFFICULT_PAGE_SIZE + ((index >> 5) << 2);
    return ((u32[word >> 2]! >>> (index & 31)) & 1) !== 0;
  };
}

/** Does the work of a translation worker: orders in, modules out. The host's thread code only passes messages. */
export class OrderTranslator {
  readonly #u32: Uint32Array;
  readonly #translator: Translator;
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
    const translated = this.#translator.translate(
      order.pcs.map((pc) => ({ pc, fetch, difficult })),
      context,
    );
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
}
