import { importedFunctions, nextAddressType, type FunctionName } from '../abi/functions.js';
import { ByteModuleSink } from '../lower/byte-sink.js';
import { WASM_I32, type WasmFunction, type WasmModuleSink, type WasmType } from '../lower/wasm.js';
import type { BuildContext } from '../ir/build-context.js';
import type { MsrBitName } from '../isa/registers.js';
import { DEFAULT_LIMITS, discover, FlowReader, type Discovery, type DiscoverLimits, type InstructionDecoder } from './discover.js';
import { buildGraph, type Graph } from './graph.js';
import { buildRegionIr } from './region-ir.js';
import { RegionLowering } from './region-lowering.js';

/** What all translations for one machine have in common. */
export interface TranslatorOptions {
  readonly decoder: InstructionDecoder;
  readonly width: 32 | 64;
  /** RAM lies as host-endian words (big-endian guests). */
  readonly swizzled: boolean;
  /** Makes the sink of a module; plain bytes when absent. Binaryen takes a third of a second to load, so only who wants it imports it. */
  readonly makeModule?: () => WasmModuleSink;
  readonly limits?: DiscoverLimits;
  /**
   * Names the function made from the code at an effective address (low word, high word), differently for each address; the names stand in the
   * module's name section then, for the host's profilers. Absent: short names, and no such section.
   */
  readonly functionName?: (pc: number, pcHigh: number) => string;
}

/** Functions called that a module takes in without having been asked for them: how many, and how large each may be. */
const MAXIMUM_CALLEES = 12;
const CALLEE_LIMITS: DiscoverLimits = { instructions: 96, entries: 12 };

/** A wish for a region. */
export interface RegionRequest {
  /** Effective address of the entry. */
  readonly pc: number;
  /** Word at an address, undefined where the region must not go. */
  readonly fetch: (pc: number) => number | undefined;
  /** Instructions whose storage accesses call the slow path when the quick one fails, instead of leaving the region. Absent: none. */
  readonly difficult?: (pc: number) => boolean;
}

/** A translated region. */
export interface TranslatedRegion {
  /** Name of the exported function. */
  readonly name: string;
  readonly pc: number;
  /** Where the region can be entered; the index is the selector. */
  readonly entries: readonly number[];
  /** Words it was made from, by address. */
  readonly instructions: ReadonlyMap<number, number>;
  /** MSR bits of the key that it depends on. */
  readonly consulted: ReadonlySet<MsrBitName>;
}

/** A translated module. */
export interface TranslatedModule {
  readonly bytes: Uint8Array;
  readonly regions: readonly TranslatedRegion[];
  /** Guest instructions translated. */
  readonly instructions: number;
  /** The regions run wherever their code is mapped (see BuildContext). */
  readonly movable: boolean;
}

/** Translates guest code to WebAssembly modules. Knows no running machine. */
export class Translator {
  readonly #functions: ReadonlyMap<FunctionName, WasmFunction>;
  readonly #regionType: { parameters: readonly WasmType[]; result: WasmType };

  constructor(readonly options: TranslatorOptions) {
    this.#functions = importedFunctions(options.width);
    this.#regionType = { parameters: [WASM_I32, WASM_I32], result: nextAddressType(options.width) };
  }

  /**
   * Translates regions that share a key into one module. A region that is asked for inside another one is not made: if its entry is still hot
   * afterwards it should be asked for again, alone.
   * @returns undefined when there is nothing to translate (no instruction of the model at any of the entries)
   */
  translate(requests: readonly RegionRequest[], context: BuildContext): TranslatedModule | undefined {
    const flows = new FlowReader(context);
    const { decoder, limits = DEFAULT_LIMITS } = this.options;
    const discoveries: Discovery[] = [];
    const askedBy: RegionRequest[] = [];
    const entries = new Set<number>();
    const covered = new Set<number>();
    // From low addresses to high ones: functions before what is hot in their midst.
    for (const r of [...requests].sort((a, b) => a.pc - b.pc)) {
      // A region found before has this code already: it will hardly be entered here any more.
      if (covered.has(r.pc)) continue;
      const d = discover(r.pc, r.fetch, decoder, flows, limits);
      if (d.blocks.size === 0) continue;
      discoveries.push(d);
      askedBy.push(r);
      for (const pc of d.entries) entries.add(pc);
      for (const pc of d.instructions.keys()) covered.add(pc);
    }
    if (discoveries.length === 0) return undefined;
    this.#addCallees(discoveries, askedBy, entries, flows);
    const { functionName } = this.options;
    const name = (d: Discovery, k: number) => functionName?.(d.entry, context.ciaHigh ?? 0) ?? `r${k}_${d.entry.toString(16)}`;
    const module = this.#makeModule();
    const siblings = new Map<number, WasmFunction>(discoveries.map((d, k) => [d.entry, { name: name(d, k), ...this.#regionType }]));
    let instructions = 0;
    const consulted = discoveries.map((d, k) => {
      instructions += d.instructions.size;
      return this.#addRegion(module, name(d, k), d, context, siblings, askedBy[k]!);
    });
    this.#spreadConsulted(discoveries, consulted);
    return {
      bytes: module.finish(),
      instructions,
      movable: context.movable === true,
      regions: discoveries.map((d, k) => ({
        name: name(d, k),
        pc: d.entry,
        entries: d.entries,
        instructions: d.instructions,
        consulted: consulted[k]!,
      })),
    };
  }

  /** Takes small functions that the regions call into their module, where a call costs a quarter of one between modules. */
  #addCallees(discoveries: Discovery[], askedBy: RegionRequest[], entries: Set<number>, flows: FlowReader): void {
    const asked = discoveries.length;
    for (let k = 0; k < discoveries.length; k++) {
      for (const { flow } of discoveries[k]!.blocks.values()) {
        if (discoveries.length >= asked + MAXIMUM_CALLEES) return;
        if (flow.branch !== 'call' || flow.target === undefined || entries.has(flow.target)) continue;
        const d = discover(flow.target, askedBy[k]!.fetch, this.options.decoder, flows, CALLEE_LIMITS);
        if (d.blocks.size === 0 || d.instructions.size >= CALLEE_LIMITS.instructions) continue;
        entries.add(flow.target);
        discoveries.push(d);
        askedBy.push(askedBy[k]!);
      }
    }
  }

  /** A region calls its siblings without a look at the key: it depends on all that they depend on. */
  #spreadConsulted(discoveries: readonly Discovery[], consulted: Set<MsrBitName>[]): void {
    const numberOf = new Map(discoveries.map((d, k) => [d.entry, k]));
    for (let changed = true; changed;) {
      changed = false;
      discoveries.forEach((d, k) => {
        for (const { flow } of d.blocks.values()) {
          const callee = flow.branch === 'call' && flow.target !== undefined ? numberOf.get(flow.target) : undefined;
          if (callee === undefined) continue;
          const before = consulted[k]!.size;
          for (const name of consulted[callee]!) consulted[k]!.add(name);
          changed ||= consulted[k]!.size !== before;
        }
      });
    }
  }

  /** Adds one region, alone, to a module: for people and goldens that read its text. */
  translateInto(module: WasmModuleSink, request: RegionRequest, context: BuildContext): void {
    const d = discover(request.pc, request.fetch, this.options.decoder, new FlowReader(context), this.options.limits ?? DEFAULT_LIMITS);
    this.#addRegion(module, 'region', d, context, new Map(), request);
  }

  #makeModule(): WasmModuleSink {
    return this.options.makeModule?.() ?? new ByteModuleSink({ names: this.options.functionName !== undefined });
  }

  #addRegion(
    module: WasmModuleSink,
    name: string,
    discovery: Discovery,
    context: BuildContext,
    siblings: ReadonlyMap<number, WasmFunction>,
    request: RegionRequest,
  ): Set<MsrBitName> {
    const graph = regionGraph(discovery);
    const { ir, blocks, consulted } = buildRegionIr(discovery, context);
    module.function(name, this.#regionType.parameters, this.#regionType.result, (sink) => {
      const target = { ir, sink, width: this.options.width, functions: this.#functions, swizzled: this.options.swizzled };
      const difficult = request.difficult ?? (() => false);
      const { ciaHigh = 0, movable = false } = context;
      new RegionLowering(target, { graph, ciaHigh, movable, blocks, siblings, difficult }).all();
    });
    return new Set(consulted);
  }
}

/** The reducible graph of a discovery. */
export function regionGraph(discovery: Discovery): Graph {
  const successors = new Map<number, number[]>();
  for (const b of discovery.blocks.values()) {
    const to: number[] = [];
    const add = (pc: number) => {
      if (discovery.blocks.has(pc)) to.push(pc);
    };
    if (b.flow.kind === 'next') add(b.end);
    else if (b.flow.kind === 'branch') {
      if (b.flow.branch === 'call') add(b.end);
      else if (b.flow.branch === 'jump' && b.flow.target !== undefined) add(b.flow.target);
      if (b.flow.conditional) add(b.end);
    }
    successors.set(b.pc, to);
  }
  return buildGraph(successors, discovery.entries);
}
