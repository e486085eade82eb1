import { EventEmitter } from 'node:events';
import type { CliHost } from '../../src/cli/cli-host.js';
import { ConfigError } from '../../src/config-error.js';
import type { Machine, MachineConfig, MachineProfile, RunOptions, RunResult } from '../../src/machine-api.js';
import { SampleLog } from '../../runtime/profile/sample-log.js';
import { speedscopeFile } from '../../src/profile/speedscope.js';
import { summarize } from '../../src/profile/summary.js';

/** Standard input that a test types on. */
export class FakeInput extends EventEmitter {
  raw = false;
  flowing = false;

  constructor(readonly isTTY: boolean) {
    super();
  }
  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
  resume(): void {
    this.flowing = true;
  }
  pause(): void {
    this.flowing = false;
  }
  type(text: string): void {
    this.emit(
      'data',
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
    );
  }
}

/** Standard output that a test reads. */
export class FakeOutput extends EventEmitter {
  text = '';

  constructor(readonly isTTY = false) {
    super();
  }
  write(data: string | Uint8Array): boolean {
    this.text += typeof data === 'string' ? data : String.fromCharCode(...data);
    return true;
  }
}

/** A machine whose run is what the test says. */
export class FakeMachine implements Machine {
  readonly received: number[] = [];
  disposed = false;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly console = {
    input: (bytes: Uint8Array) => void this.received.push(...bytes),
    onOutput: (listener: (bytes: Uint8Array) => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };

  constructor(
    readonly config: MachineConfig,
    readonly script: (machine: FakeMachine, options: RunOptions) => Promise<RunResult>,
  ) {}

  get listenerCount(): number {
    return this.#listeners.size;
  }
  print(text: string): void {
    for (const listener of this.#listeners) listener(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }
  run(options: RunOptions = {}): Promise<RunResult> {
    return this.script(this, options);
  }
  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
  stats() {
    return {
      machine: this.config.machine, cpu: '440EP', mode: this.config.mode ?? ('jit' as const), wallSeconds: 1, bootedSeconds: null, instructions: 7,
      instructionsInterpreted: 7, mips: 1, regions: { compiled: 0, live: 0, invalidated: 0, evicted: 0 },
      compile: { modules: 0, instructions: 0, cpuMs: 0, mainThreadMaxMs: 0 }, exits: {}, tlb: { fills: 0, misses: 0 }, memory: { rss: 0, wasmCode: 0 },
    }; // prettier-ignore
  }
  profiled = 0;
  profile(): MachineProfile {
    this.profiled++;
    const log = new SampleLog();
    return { stop: () => undefined, summary: () => summarize(log, 7), speedscope: () => speedscopeFile(log, 'fake') };
  }
  step = () => 0;
  readRegister = () => 0n;
  writeRegister = () => undefined;
  readMemory = () => new Uint8Array();
  writeMemory = () => undefined;
  openHashTable = (): never => {
    throw new ConfigError('it has no hash page table', this.config.machine, 'use another machine');
  };
  disassemble = () => [];
  on = () => () => undefined;
}

/** Ends when the run is aborted. */
export const untilAborted = (_machine: FakeMachine, { signal }: RunOptions): Promise<RunResult> =>
  new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve({ reason: 'aborted' }));
  });

/** A host of fakes; `machine` is there once `run` has made one. */
export class FakeHost implements CliHost {
  readonly stdin: FakeInput;
  readonly stdout = new FakeOutput();
  readonly stderr = new FakeOutput();
  readonly packageRoot = new URL('../../', import.meta.url);
  /** No programs are found, and nothing is written. */
  readonly environment: Readonly<Record<string, string>> = { PATH: '/nonexistent', XDG_CACHE_HOME: '/dev/null/cache' };
  machine: FakeMachine | undefined;

  constructor(
    readonly script: FakeMachine['script'] = () => Promise.resolve({ reason: 'power-off' }),
    terminal = false,
  ) {
    this.stdin = new FakeInput(terminal);
  }
  machines() {
    return Promise.resolve({
      machineTypes: () =>
        ['bamboo', 'other'].map((name) => ({ name, description: 'a board', cpus: ['A', 'B'], defaultMemoryBytes: 2 ** 26 })),
      createMachine: (config: MachineConfig): Promise<Machine> => {
        if (config.machine !== 'bamboo') return Promise.reject(new ConfigError('no such machine', config.machine, 'give bamboo'));
        this.machine = new FakeMachine(config, this.script);
        return Promise.resolve(this.machine);
      },
    });
  }
}
