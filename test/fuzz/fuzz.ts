/** Draws streams, runs them in QEMU and in powerjit, and compares. */
import type { BareMode } from '../support/bare-cpu.js';
import type { Architecture, ModeResults, OurTarget, ReferenceTarget } from './architecture.js';
import type { Explanation } from './case.js';
import { compareStepped, compareStraight, type Unexplained } from './compare.js';
import { LONGEST_STREAM, StreamGenerator } from './generate.js';
import { ImageMaker, streamsPerImage } from './image.js';
import type { Stream } from './stream.js';

export interface FuzzOptions {
  readonly architecture: Architecture;
  /** How many instructions to execute and compare, at least, in each mode. */
  readonly instructions: number;
  readonly seed: string;
  readonly modes: readonly BareMode[];
  /** Mnemonics without suffixes; empty for all. */
  readonly only: ReadonlySet<string>;
  /** The fuzzer ends when so many unexplained differences are found. */
  readonly mostUnexplained: number;
  /** Told after each image. */
  readonly onProgress?: (instructions: number) => void;
}

/** A difference that nothing explains, with the mode in which it shows. */
export interface Finding extends Unexplained {
  readonly mode: BareMode;
  readonly setting: string;
}

/** What a run found. */
export interface FuzzResult {
  /** Instructions after each of which the whole state was compared, in each mode. */
  instructions: number;
  streams: number;
  /** Streams compared at their end only, as one piece of code; and those where a stepped difference or an address forbids it. */
  straight: number;
  straightNotCompared: number;
  /** States that differ for a reason, by its name. */
  readonly explained: Map<string, number>;
  readonly unexplained: Finding[];
}

/** Most streams that one image holds: as many as the code cache has room for, if the results have. */
const STREAMS_PER_IMAGE = 1500;

/** And at least: starting the emulators takes as long as running some. */
const FEWEST_STREAMS = 50;

/** Runs streams in both emulators. */
export class Emulators {
  readonly #qemu: ReferenceTarget;
  readonly #powerjit: OurTarget;
  readonly #images: ImageMaker;

  constructor(readonly architecture: Architecture) {
    this.#qemu = architecture.reference();
    this.#powerjit = architecture.ours();
    this.#images = new ImageMaker(architecture);
  }

  /** Runs an image of streams; QEMU works while we do. */
  async run(streams: readonly Stream[], modes: readonly BareMode[]) {
    const image = this.#images.make(streams);
    const reference = this.#qemu.run(image);
    // A failure of ours must not leave QEMU's rejection without anybody to take it.
    reference.catch(() => undefined);
    const ours = this.#powerjit.run(image, modes);
    return { placements: image.placements, ours, qemu: await reference };
  }
  dispose(): void {
    this.#qemu.dispose();
  }
}

/** Compares all of an image with the results of one run of ours. */
export function compareImage(
  architecture: Architecture,
  run: Awaited<ReturnType<Emulators['run']>>,
  { mode, setting, bytes: ours }: ModeResults,
  count: (e: Explanation) => void,
) {
  const { placements, qemu } = run;
  const found: Finding[] = [];
  const totals = { instructions: 0, straight: 0, straightNotCompared: 0 };
  for (let k = 0; k < placements.length; k += 2) {
    const [stepped, straight] = [placements[k]!, placements[k + 1]!];
    const first = compareStepped(architecture, stepped, ours, qemu);
    first.explanations.forEach(count);
    totals.instructions += first.compared;
    if (first.unexplained) {
      found.push({ ...first.unexplained, mode, setting });
      continue;
    }
    const second = compareStraight(architecture, straight, stepped, first, ours, qemu);
    if (second === 'not comparable') totals.straightNotCompared++;
    else {
      totals.straight++;
      if (second) found.push({ ...second, mode, setting });
    }
  }
  return { found, totals };
}

/** Fuzzes until enough instructions were compared. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { architecture, modes, seed, only } = options;
  const generator = new StreamGenerator(architecture, seed, only);
  const streamsAtOnce = Math.min(STREAMS_PER_IMAGE, streamsPerImage(architecture, LONGEST_STREAM));
  const result: FuzzResult = { instructions: 0, streams: 0, straight: 0, straightNotCompared: 0, explained: new Map(), unexplained: [] };
  const emulators = new Emulators(architecture);
  const count = ({ name }: Explanation) => result.explained.set(name, (result.explained.get(name) ?? 0) + 1);
  try {
    while (result.instructions < options.instructions && result.unexplained.length < options.mostUnexplained) {
      const streams: Stream[] = [];
      let left = options.instructions - result.instructions;
      while (streams.length < FEWEST_STREAMS || (left > 0 && streams.length < streamsAtOnce)) {
        const stream = generator.next();
        streams.push(stream);
        left -= stream.instructions.length;
      }
      const run = await emulators.run(streams, modes);
      const compared = run.ours.map((results) => compareImage(architecture, run, results, count));
      result.unexplained.push(...compared.flatMap((c) => c.found));
      result.instructions += Math.min(...compared.map((c) => c.totals.instructions));
      result.streams += streams.length;
      result.straight += Math.min(...compared.map((c) => c.totals.straight));
      result.straightNotCompared += Math.max(...compared.map((c) => c.totals.straightNotCompared));
      options.onProgress?.(result.instructions);
    }
  } finally {
    emulators.dispose();
  }
  return result;
}
