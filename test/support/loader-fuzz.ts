import { gzipSync } from 'fflate';
import { ConfigError } from '../../src/config-error.js';
import { bambooDeviceTree } from '../../src/device-tree/bamboo.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { patchDeviceTree } from '../../src/device-tree/patch.js';
import { nodesByPhandle, walk } from '../../src/device-tree/tree.js';
import { loadImage } from '../../src/loaders/load-image.js';
import { ascii, makeElf, makeUImage, sealUImage } from './images.js';
import { mutate, seededRandom } from './mutate.js';

/** Bound on what a mutant may occupy or expand to, in bytes. */
const MAXIMUM_BYTES = 2 ** 22;
/** A mutant that takes longer than this, in milliseconds, counts as a hang; generous, for busy hosts. */
const HANG_MS = 2000;

/** A kind of input: whole files to damage, and what is done with a damaged one. */
interface FuzzTarget {
  readonly name: string;
  readonly originals: readonly Uint8Array[];
  /** takes a mutant in; may throw nothing but ConfigError */
  take(bytes: Uint8Array): void;
  /** makes checksums right again, for half of the mutants */
  repair?(bytes: Uint8Array): void;
}

/** What came of the mutants of one kind of input. */
export interface FuzzOutcome {
  readonly name: string;
  readonly accepted: number;
  readonly refused: number;
  /** messages about anything but success or a one-line ConfigError; must be empty */
  readonly failures: readonly string[];
}

/**
 * Damages ELF, uImage, gzip and device tree files and takes them in.
 *
 * @param mutations number of mutants over all kinds together
 * @param seed equal seeds give equal mutants
 */
export function fuzzLoaders(mutations: number, seed: number): FuzzOutcome[] {
  const all = targets();
  return all.map((target, index) => fuzz(target, Math.ceil(mutations / all.length), seed + index));
}

function fuzz(target: FuzzTarget, mutations: number, seed: number): FuzzOutcome {
  const random = seededRandom(seed);
  let accepted = 0;
  let refused = 0;
  const failures: string[] = [];
  for (let count = 0; count < mutations; count++) {
    const mutant = mutate(target.originals[random(target.originals.length)], random);
    if (target.repair && random(2)) target.repair(mutant);
    const start = performance.now();
    const failure = attempt(() => target.take(mutant));
    if (failure === 'accepted') accepted++;
    else if (failure === 'refused') refused++;
    else failures.push(`${target.name}, mutant ${count} of seed ${seed}: ${failure}`);
    const elapsed = performance.now() - start;
    if (elapsed > HANG_MS) failures.push(`${target.name}, mutant ${count} of seed ${seed}: took ${Math.round(elapsed)} ms`);
  }
  return { name: target.name, accepted, refused, failures };
}

function attempt(action: () => void): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ConfigError)) return error instanceof Error ? `${error.stack}` : String(error);
    return error.message.includes('\n') || error.message.length > 500 ? `bad message ${JSON.stringify(error.message)}` : 'refused';
  }
}

function targets(): FuzzTarget[] {
  return [
    { name: 'elf', originals: elfFiles(), take: takeImage },
    { name: 'uimage', originals: uImages(), take: takeImage, repair: sealUImage },
    { name: 'gzip', originals: elfFiles().map((bytes) => gzipSync(bytes, { mtime: 0 })), take: takeImage },
    { name: 'device tree', originals: deviceTrees(), take: takeDeviceTree },
  ];
}

function takeImage(bytes: Uint8Array): void {
  const image = loadImage(bytes, { where: 'mutant', raw: { address: 0x1000 }, maximumBytes: MAXIMUM_BYTES });
  const size = image.segments.reduce((sum, segment) => sum + segment.size, 0);
  if (size > MAXIMUM_BYTES) throw new Error(`${size} bytes loaded`);
  image.symbols?.().at(image.entry);
}

function takeDeviceTree(bytes: Uint8Array): void {
  const tree = parseDeviceTree(bytes, 'mutant');
  const again = buildDeviceTree(parseDeviceTree(buildDeviceTree(tree), 'rebuilt'));
  if (again.length > bytes.length * 2 + 1024) throw new Error(`${bytes.length} bytes of tree became ${again.length}`);
  for (const { path } of walk(tree)) if (!path.startsWith('/')) throw new Error(`path ${path}`);
  nodesByPhandle(tree, 'mutant');
  patchDeviceTree(
    tree,
    {
      memoryBytes: 2 ** 27,
      bootargs: 'a',
      initrd: { start: 1, end: 2 },
      timebaseHz: 1,
      clockHz: 1,
      hypervisor: { hcallInstructions: [1] },
    },
    'mutant',
  );
}

function elfFiles(): Uint8Array[] {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => index);
  const symbols = [
    { name: 'start', address: 0xc0000000n, size: 16, type: 2 },
    { name: 'table', address: 0xc0000040n, size: 64, type: 1 },
    { name: 'limit', address: 7n, size: 0, type: 0, section: 0xfff1 },
  ];
  const segments = [
    { virtual: 0xc0000000n, physical: 0n, bytes, size: 300 },
    { virtual: 0xc0001000n, physical: 0x1000n, bytes, size: 4096 },
  ];
  return ([32, 64] as const).flatMap((bits) =>
    (['big', 'little'] as const).map((endianness) => makeElf({ bits, endianness, entry: 0xc0000000n, segments, symbols })),
  );
}

function uImages(): Uint8Array[] {
  const data = ascii('the same words again and again, '.repeat(40));
  return [false, true].map((compress) => makeUImage({ data, load: 0, entry: 0x10, compress }));
}

function deviceTrees(): Uint8Array[] {
  const tree = bambooDeviceTree({
    memoryBytes: 2 ** 27,
    bootargs: 'console=ttyS0',
    initrd: { start: 0x1900000, end: 0x1a00000 },
    timebaseHz: 400_000_000,
    clockHz: 400_000_000,
    hypervisor: { hcallInstructions: [0x44000022] },
  });
  tree.reservations.push({ address: 0x1000n, size: 0x2000n });
  return [buildDeviceTree(tree)];
}
