import { Assembler } from '../../jit/isa/assemble.js';
import { assembleProgram, type Program } from '../../jit/isa/assemble-program.js';
import type { Decoder } from '../../jit/isa/decoder.js';
import { DRIVER_SOURCE } from './driver.js';
import type { Segment } from './elf-image.js';
import { DRIVER, DUMP, RECORD, RECORDS, RESULTS, RESULTS_SIZE, SLOTS } from './layout.js';
import { addressOf, codeOf, codeSize, LAYOUTS, type Layout, type Stream } from './stream.js';

/** A stream's code in one layout, in an image. */
export interface Placement {
  readonly stream: Stream;
  readonly layout: Layout;
  readonly slot: number;
  /** Address after the last `sc`. */
  readonly end: number;
  /** MSR that it runs with. */
  readonly msr: number;
  /** Where its dumps begin in the results, in bytes, and how many there can be. */
  readonly dumps: number;
  readonly dumpLimit: number;
}

/** A guest that runs streams and leaves its results at RESULTS. */
export interface Image {
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** The stepped and the straight form of each stream, in turn. */
  readonly placements: readonly Placement[];
  readonly resultsSize: number;
}

/** Streams of at most so many instructions that fit one image. */
export const streamsPerImage = (length: number): number => Math.floor(RESULTS_SIZE / (DUMP.size * (length + 1)));

/** Makes images for one CPU model. */
export class ImageMaker {
  readonly #driver: Program;

  constructor(decoder: Decoder) {
    this.#driver = assembleProgram(new Assembler(decoder), DRIVER_SOURCE, DRIVER);
  }

  /** @param streams no more than `streamsPerImage` allows */
  make(streams: readonly Stream[]): Image {
    const placements: Placement[] = [];
    const code: number[] = [];
    let resultsSize = 0;
    for (const stream of streams) {
      for (const layout of LAYOUTS) {
        const slot = SLOTS + 4 * code.length;
        const dumpLimit = layout === 'stepped' ? stream.instructions.length : 1;
        placements.push({
          stream,
          layout,
          slot,
          end: slot + codeSize(stream, layout),
          msr: stream.state.msr,
          dumps: resultsSize,
          dumpLimit,
        });
        code.push(...codeOf(stream, slot, layout));
        resultsSize += DUMP.size * dumpLimit;
      }
    }
    if (resultsSize > RESULTS_SIZE) throw new Error(`${streams.length} streams are too many for one image`);
    // The record after the last has no slot, which ends the run.
    const records = new DataView(new ArrayBuffer(RECORD.size * placements.length + 4));
    placements.forEach((p, k) => writeRecord(new DataView(records.buffer, RECORD.size * k, RECORD.size), p));
    const words = new DataView(new ArrayBuffer(4 * code.length));
    code.forEach((word, k) => words.setUint32(4 * k, word));
    return {
      entry: this.#driver.symbols.get('start')!,
      segments: [
        { address: this.#driver.base, bytes: this.#driver.bytes },
        { address: SLOTS, bytes: new Uint8Array(words.buffer) },
        { address: RECORDS, bytes: new Uint8Array(records.buffer) },
      ],
      placements,
      resultsSize,
    };
  }
}

/** LR as a stream begins with it. */
export const initialLr = ({ stream, slot, layout }: Placement): number => fromTarget(stream.state.lr, stream.state.lrTo, slot, layout);
/** CTR as a stream begins with it. */
export const initialCtr = ({ stream, slot, layout }: Placement): number => fromTarget(stream.state.ctr, stream.state.ctrTo, slot, layout);
/** The last two bits of an address in LR or CTR are ignored: they stay as they were drawn. */
const fromTarget = (value: number, to: number | undefined, slot: number, layout: Layout): number =>
  to === undefined ? value : addressOf(slot, layout, to, true) | (value & 3);

function writeRecord(view: DataView, p: Placement): void {
  const { state } = p.stream;
  view.setUint32(RECORD.slot, p.slot);
  view.setUint32(RECORD.end, p.end);
  view.setUint32(RECORD.result, RESULTS + p.dumps);
  view.setUint32(RECORD.msr, state.msr);
  view.setUint32(RECORD.cr, state.cr);
  view.setUint32(RECORD.xer, state.xer);
  view.setUint32(RECORD.lr, initialLr(p));
  view.setUint32(RECORD.ctr, initialCtr(p));
  view.setUint32(RECORD.fpscr + 4, state.fpscr);
  state.gpr.forEach((v, n) => view.setUint32(RECORD.gpr + 4 * n, v));
  state.fpr.forEach((v, n) => view.setBigUint64(RECORD.fpr + 8 * n, v));
  new Uint8Array(view.buffer, view.byteOffset + RECORD.window, state.window.length).set(state.window);
}
