import { readFileSync } from 'node:fs';
import Benchmark from 'benchmark';
import type { BuildContext } from '../../jit/ir/build-context.js';
import { PPC440EP } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { DEFAULT_LIMITS, discover, FlowReader } from '../../jit/region/discover.js';
import { buildRegionIr } from '../../jit/region/region-ir.js';
import { moduleMaker } from '../../jit/lower/binaryen-sink.js';
import { regionGraph, Translator, type RegionRequest } from '../../jit/region/translate.js';
import { bambooDeviceTree } from '../../src/device-tree/bamboo.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { loadElf } from '../../src/loaders/elf.js';
import { PROJECT } from '../host/emulators.js';
import { showProgress } from '../progress.js';
import type { MicroResult } from '../results.js';
import { median, spread } from '../statistics.js';

/** A piece of work, and how many units of it one call does. */
interface Task {
  readonly name: string;
  readonly unit: string;
  readonly units: number;
  readonly run: () => unknown;
}

/** Code of a function begins so where a C compiler made it: stwu r1,-n(r1). */
const PROLOGUE = 0x9421;

/** Regions of one module, as many as the translation worker puts together. */
const REGIONS = 32;

/** Before a task is timed: the engine's own optimisation must not be in it. */
const WARM_UP_CALLS = 5;

/** The context in which the kernels run: supervisor state with floating point. */
const CONTEXT: BuildContext = { width: 32, mode64: false, msr: { PR: false, FP: true, IS: false, DS: false }, sprs: PPC440EP.sprs };

/**
 * Times the stages that guest code goes through on its way to machine code, on the code of the benchmark kernels, and the device tree.
 * @param seconds for each task
 */
export function runMicro(seconds: number): MicroResult[] {
  const tasks = [...deviceTreeTasks(), ...codeTasks()];
  const progress = showProgress('micro-benchmarks', tasks.length);
  const results = tasks.map((task) => {
    progress.step(task.name);
    return measure(task, seconds);
  });
  progress.end();
  return results;
}

function measure({ name, unit, units, run }: Task, seconds: number): MicroResult {
  for (let call = 0; call < WARM_UP_CALLS; call++) run();
  const benchmark = new Benchmark(name, run, { maxTime: seconds, minSamples: 20 });
  benchmark.run();
  // benchmark.js keeps an exception to itself: a task that fails is a defect of ours, or of the benchmark.
  if (benchmark.error) throw benchmark.error;
  const samples = benchmark.stats.sample.map((secondsPerCall) => (secondsPerCall * 1e6) / units);
  return { name, unit, microseconds: median(samples), spread: spread(samples), samples };
}

function deviceTreeTasks(): Task[] {
  const description = { memoryBytes: 128 * 2 ** 20, bootargs: 'console=ttyS0', timebaseHz: 400e6, clockHz: 400e6 };
  const tree = bambooDeviceTree(description);
  const bytes = buildDeviceTree(tree);
  const unit = `tree of ${bytes.length} bytes`;
  return [
    { name: 'device tree, parse', unit, units: 1, run: () => parseDeviceTree(bytes, 'benchmark') },
    { name: 'device tree, build', unit, units: 1, run: () => buildDeviceTree(tree) },
  ];
}

function codeTasks(): Task[] {
  const { words, base } = kernelCode();
  const decoder = new Decoder(INSTRUCTIONS, PPC440EP);
  const fetch = (pc: number): number | undefined => words[(pc - base) >>> 2];
  const requests = [...words.keys()]
    .filter((index) => words[index] >>> 16 === PROLOGUE)
    .slice(0, REGIONS)
    .map((index): RegionRequest => ({ pc: base + index * 4, fetch }));
  const discoverAll = () => {
    const flows = new FlowReader(CONTEXT);
    return requests.map(({ pc }) => discover(pc, fetch, decoder, flows, DEFAULT_LIMITS));
  };
  const discoveries = discoverAll();
  const instructions = discoveries.reduce((sum, { instructions: found }) => sum + found.size, 0);
  const translate = (backEnd: 'bytes' | 'binaryen') => {
    const translator = new Translator({ decoder, width: 32, swizzled: true, ...moduleMaker(backEnd) });
    return () => translator.translate(requests, CONTEXT);
  };
  const unit = `guest instruction (of ${instructions} in ${requests.length} regions)`;
  return [
    {
      name: 'decode',
      unit: `guest instruction (of ${words.length})`,
      units: words.length,
      run: () => words.reduce((found, word) => found + (decoder.decode(word) ? 1 : 0), 0),
    },
    { name: 'find regions', unit, units: instructions, run: discoverAll },
    { name: 'structure', unit, units: instructions, run: () => discoveries.map(regionGraph) },
    { name: 'build IR', unit, units: instructions, run: () => discoveries.map((found) => buildRegionIr(found, CONTEXT)) },
    { name: 'translate, direct bytes', unit, units: instructions, run: translate('bytes') },
    { name: 'translate, binaryen', unit, units: instructions, run: translate('binaryen') },
    wasmCompilation(translate('bytes')()!.bytes, unit, instructions),
  ];
}

/** The engine's own work: V8 returns a cached module for bytes it has seen, so each call appends another custom section. */
function wasmCompilation(bytes: Uint8Array, unit: string, units: number): Task {
  const CUSTOM_SECTION = 0;
  const SECTION_BYTES = 10;
  const varied = new Uint8Array(bytes.length + 2 + SECTION_BYTES);
  varied.set(bytes);
  // Id, size, length of the name, the name (ASCII), and 8 bytes that count.
  varied.set([CUSTOM_SECTION, SECTION_BYTES, 1, 'n'.charCodeAt(0)], bytes.length);
  const counter = new DataView(varied.buffer, bytes.length + 4);
  let calls = 0;
  const run = () => {
    counter.setUint32(0, ++calls);
    return new WebAssembly.Module(varied);
  };
  return { name: 'compile in V8', unit, units, run };
}

/** The kernels' only segment as instruction words. */
function kernelCode(): { words: Uint32Array; base: number } {
  const name = 'bench/kernels/kernels.elf';
  const [segment] = loadElf(readFileSync(PROJECT + name), { maximumBytes: 64 * 2 ** 20 }, name).segments;
  const view = new DataView(segment.bytes.buffer, segment.bytes.byteOffset, segment.bytes.byteLength);
  const words = Uint32Array.from({ length: segment.bytes.length >>> 2 }, (_, index) => view.getUint32(index * 4));
  return { words, base: segment.physical };
}
