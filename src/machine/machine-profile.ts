import { CodeNames } from '../../jit/names/code-names.js';
import { CallClock } from '../../runtime/profile/call-clock.js';
import type { CodeAlias } from '../../runtime/profile/guest-stack.js';
import { Profiler } from '../../runtime/profile/profiler.js';
import { ConfigError } from '../config-error.js';
import type { LoadedImage } from '../loaders/image.js';
import { loadImage } from '../loaders/load-image.js';
import type { MachineConfig, MachineProfile, MachineStats, ProfileOptions } from '../machine-api.js';
import type { Board } from '../machines/board.js';
import { codeAliases, codeNameTable } from '../profile/code-symbols.js';
import { speedscopeFile, type SpeedscopeFile } from '../profile/speedscope.js';
import { summarize, type ProfileSummary } from '../profile/summary.js';

/** Mean number of guest instructions between samples, unless the embedder says otherwise. */
export const DEFAULT_INTERVAL = 100_000;
/** Shorter intervals would tell more of the profiler than of the guest. */
const SHORTEST_INTERVAL = 1000;
const NO_NAMES = { low: new Uint32Array(0), high: new Uint32Array(0), size: new Uint32Array(0), names: [] };

/** What a machine has that may be profiled: the names of its kernel's code, and the clock around its runtime. */
export class Profiling {
  readonly clock = new CallClock();
  /** Names of the kernel's functions; none when it has no symbols. */
  readonly names: CodeNames;
  readonly #image: LoadedImage | undefined;

  /** @throws ConfigError when the configuration cannot be profiled, or the kernel's symbol table is damaged */
  constructor(config: MachineConfig) {
    if (config.mode === 'lockstep') throw new ConfigError('two machines run there', '--mode lockstep', 'profile another mode');
    const { kernel } = config;
    this.#image = kernel && loadImage(kernel.bytes, { where: kernel.name });
    const symbols = this.#image?.symbols?.();
    this.names = new CodeNames(symbols ? codeNameTable(symbols) : NO_NAMES);
  }

  /** Where else the kernel's code is executed. */
  aliases(board: Board): CodeAlias[] {
    return this.#image ? codeAliases(this.#image, board.kernelMoved ?? 0) : [];
  }

  /**
   * Starts a profile.
   * @param now host time in ms
   * @throws ConfigError for an interval that is none
   */
  start(board: Board, now: () => number, options: ProfileOptions): Profiler {
    const { intervalInstructions: interval = DEFAULT_INTERVAL } = options;
    if (!Number.isSafeInteger(interval) || interval < SHORTEST_INTERVAL) {
      throw new ConfigError(`${interval} is no interval`, 'intervalInstructions', `give a whole number of at least ${SHORTEST_INTERVAL}`);
    }
    const { hypercallName } = board;
    return new Profiler(board.runner, this.clock, now, { interval, names: this.names, aliases: this.aliases(board), hypercallName });
  }
}

/** A profile for the embedder. */
export class EmbeddersProfile implements MachineProfile {
  /**
   * @param name what is profiled, for the file
   * @param onStop told when sampling ends
   */
  constructor(
    readonly profiler: Profiler,
    readonly name: string,
    private readonly onStop: () => void,
  ) {}

  stop(): void {
    this.onStop();
  }
  summary(): ProfileSummary {
    return summarize(this.profiler.log, this.profiler.instructions);
  }
  speedscope(): SpeedscopeFile {
    return speedscopeFile(this.profiler.log, this.name);
  }
}

/** A profile as `MachineStats` has it. */
export function profileStats(profiler: Profiler): NonNullable<MachineStats['profile']> {
  const { kinds, samples } = summarize(profiler.log, profiler.instructions);
  const ms = Object.fromEntries(kinds.map(({ kind, ms: sum }) => [kind, sum]));
  return { samples, intervalInstructions: profiler.points.interval, ms };
}
