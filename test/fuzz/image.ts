import { MSR } from '../../jit/isa/registers.js';
import type { Architecture } from './architecture.js';
import type { Segment } from './segment.js';
import { addressOf, codeOf, codeSize, LAYOUTS, type Layout, type Stream, type TargetRegister } from './stream.js';

/** A stream's code in one layout, in an image. */
export interface Placement {
  readonly stream: Stream;
  readonly layout: Layout;
  readonly slot: number;
  /** Address after the last `sc`. */
  readonly end: number;
  /** Low word of the MSR that it runs with. */
  readonly msr: number;
  /** Where its dumps begin in the results, in bytes, and how many there can be. */
  readonly dumps: number;
  readonly dumpLimit: number;
}

/** A guest that runs streams and leaves its results where the architecture says. */
export interface Image {
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** The stepped and the straight form of each stream, in turn. */
  readonly placements: readonly Placement[];
  readonly resultsSize: number;
}

/** Streams of at most so many instructions that fit one image. */
export const streamsPerImage = ({ places }: Architecture, length: number): number =>
  Math.floor(places.resultsSize / (places.dumpSize * (length + 1)));

/** Makes images. */
export class ImageMaker {
  constructor(readonly architecture: Architecture) {}

  /** @param streams no more than `streamsPerImage` allows */
  make(streams: readonly Stream[]): Image {
    const { driver, places } = this.architecture;
    const placements: Placement[] = [];
    const code: { readonly word: number; readonly little: boolean }[] = [];
    let resultsSize = 0;
    for (const stream of streams) {
      const { msr } = stream.state;
      const little = (msr & MSR.LE.mask) !== 0;
      for (const layout of LAYOUTS) {
        const slot = places.slots + 4 * code.length;
        const dumpLimit = layout === 'stepped' ? stream.instructions.length : 1;
        placements.push({ stream, layout, slot, end: slot + codeSize(stream, layout), msr, dumps: resultsSize, dumpLimit });
        code.push(...codeOf(stream, slot, layout).map((word) => ({ word, little })));
        resultsSize += places.dumpSize * dumpLimit;
      }
    }
    if (resultsSize > places.resultsSize) throw new Error(`${streams.length} streams are too many for one image`);
    // The record after the last has no slot, which ends the run.
    const { recordSize } = places;
    const records = new DataView(new ArrayBuffer(recordSize * (placements.length + 1)));
    placements.forEach((p, k) => this.architecture.writeRecord(new DataView(records.buffer, recordSize * k, recordSize), p));
    const words = new DataView(new ArrayBuffer(4 * code.length));
    code.forEach(({ word, little }, k) => words.setUint32(4 * k, word, little));
    return {
      entry: driver.symbols.get('start')!,
      segments: [
        { address: driver.base, bytes: driver.bytes },
        { address: places.slots, bytes: new Uint8Array(words.buffer) },
        { address: places.records, bytes: new Uint8Array(records.buffer) },
      ],
      placements,
      resultsSize,
    };
  }
}

/** A register that a branch can take its target from, as a stream begins with it. The last two bits of an address are ignored: they stay as they were drawn. */
export function initialTarget({ stream, slot, layout }: Placement, register: TargetRegister): bigint {
  const value = stream.state[register];
  const to = stream.state.targets[register];
  return to === undefined ? value : BigInt(addressOf(slot, layout, to, true)) | (value & 3n);
}
