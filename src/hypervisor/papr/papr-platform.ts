import type { CpuModel } from '../../../jit/isa/cpus/index.js';
import type { HashPageTable } from '../../../runtime/mmu/hash64/hash-page-table.js';
import type { DeviceLog } from '../../bus/device.js';
import { CONSOLE_UNIT, FIRST_VIRTUAL_INTERRUPT, NVRAM_BYTES } from '../../device-tree/pseries.js';
import { Xics } from '../../devices/interrupt/xics.js';
import type { SerialPort } from '../../devices/serial/serial-port.js';
import { VirtualTerminal } from '../../devices/serial/virtual-terminal.js';
import { Nvram } from '../../devices/system/nvram.js';
import { WallClock } from '../../devices/system/wall-clock.js';
import { CpuCalls } from './cpu-calls.js';
import type { Cpus } from './cpus.js';
import { registerFirmwareCalls } from './firmware-calls.js';
import { HptCalls } from './hpt-calls.js';
import { registerInterruptCalls } from './interrupt-calls.js';
import { PageCalls } from './page-calls.js';
import { PaprHypervisor, type HypercallTap, type WatchedCall } from './papr-hypervisor.js';
import type { PhysicalMemory } from './physical-memory.js';
import { registerRandomCalls } from './random-calls.js';
import { RegisterCalls } from './register-calls.js';
import { Rtas } from './rtas.js';
import { registerCpuFunctions } from './rtas-cpus.js';
import { registerNvramFunctions } from './rtas-nvram.js';
import { registerSystemFunctions } from './rtas-system.js';
import { registerTerminalCalls } from './terminal-calls.js';
import { TranslationControlCalls } from './translation-control-calls.js';
import { VirtualProcessorAreas } from './virtual-processor-areas.js';

/** Firmware that has not read the device tree yet calls the first terminal so. */
const DEFAULT_TERMINAL = 0;

/** What a platform stands on. */
export interface PaprPlatformOptions {
  readonly cpus: Cpus;
  readonly model: CpuModel;
  /** Processor version of the architecture level that the device tree tells. */
  readonly logicalVersion: number;
  /** The flattened device tree that the guest was given. */
  readonly deviceTree: () => Uint8Array;
  readonly memory: PhysicalMemory;
  readonly memoryBytes: number;
  readonly hashTable: HashPageTable;
  /** The largest table that the guest may change to, log2 of its bytes. */
  readonly largestHashTableShift: number;
  /** Timebase. */
  readonly ticks: () => number;
  /** Milliseconds since 1970, universal time. */
  readonly wallTime: () => number;
  /** Unsigned 32-bit random numbers. */
  readonly random: () => number;
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  /** The host's end of the console. */
  readonly console: Pick<SerialPort, 'output' | 'inputReady'>;
  readonly log: DeviceLog;
  /** Told of each call when it is done. */
  readonly onCall?: (call: WatchedCall) => void;
  readonly tap?: HypercallTap;
}

/** Everything that a guest under PAPR finds besides CPUs, memory and I/O buses: the hypervisor with all its calls, RTAS, and virtual devices. */
export class PaprPlatform {
  readonly hypervisor: PaprHypervisor;
  readonly rtas: Rtas;
  readonly xics: Xics;
  readonly console: VirtualTerminal;
  readonly nvram = new Nvram(NVRAM_BYTES);
  readonly areas: VirtualProcessorAreas;
  readonly hashTableCalls: HptCalls;
  /** Windows of I/O buses to guest memory. */
  readonly windows: TranslationControlCalls;

  constructor(options: PaprPlatformOptions) {
    const { cpus, memory, log, ticks } = options;
    this.hypervisor = new PaprHypervisor(cpus, memory, log, options.onCall, options.tap);
    const { calls } = this.hypervisor;
    this.rtas = new Rtas(memory, log);
    this.rtas.registerCall(calls);

    this.areas = new VirtualProcessorAreas(cpus, memory, ticks);
    this.areas.register(calls);
    const cpuCalls = new CpuCalls(cpus, this.areas);
    cpuCalls.register(calls);
    registerCpuFunctions(this.rtas, cpus, cpuCalls, this.areas);
    new RegisterCalls(cpus, options.model).register(calls);
    this.hashTableCalls = new HptCalls(options.hashTable, memory, options.largestHashTableShift);
    this.hashTableCalls.register(calls);
    new PageCalls(memory).register(calls);
    this.windows = new TranslationControlCalls(memory);
    this.windows.register(calls);
    registerRandomCalls(calls, options.random);
    registerFirmwareCalls(calls, memory, [options.model.pvr, options.logicalVersion], options.deviceTree);

    const inputs = Array.from({ length: cpus.count }, (_, cpu) => ({ set: (asserted: boolean) => cpus.setExternal(cpu, asserted) }));
    this.xics = new Xics('XICS', inputs);
    registerInterruptCalls(calls, this.rtas, this.xics, ticks);
    this.console = new VirtualTerminal('console', { interrupt: this.xics.message(FIRST_VIRTUAL_INTERRUPT), port: options.console });
    registerTerminalCalls(calls, new Map([CONSOLE_UNIT, DEFAULT_TERMINAL].map((unit) => [unit, this.console])));
    registerNvramFunctions(this.rtas, memory, this.nvram);
    registerSystemFunctions(this.rtas, cpus, memory, {
      clock: new WallClock(options.wallTime),
      memoryBytes: options.memoryBytes,
      uuid: options.uuid,
      display: (byte) => options.console.output(byte),
      onTermination: (message) => log.unimplemented(`the guest gives up: ${message}`),
    });
  }
}
