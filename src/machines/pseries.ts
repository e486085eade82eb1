import { Decoder } from '../../jit/isa/decoder.js';
import { cpuModel, type CpuModel } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { MSR, MSR_HIGH } from '../../jit/isa/registers.js';
import type { CoreHost } from '../../runtime/core.js';
import { Book3s64Core } from '../../runtime/cores/book3s64.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Engine } from '../../runtime/engine.js';
import { GuestMemory } from '../../runtime/memory.js';
import { HashPageTable, shiftForMemory } from '../../runtime/mmu/hash64/hash-page-table.js';
import { Hash64Mmu } from '../../runtime/mmu/hash64/hash64-mmu.js';
import { lpcrForVrma } from '../../runtime/mmu/hash64/vrma.js';
import { SPR_LPCR } from '../../runtime/sprs/book3s-spr-numbers.js';
import { SliceRunner } from '../../runtime/slice-runner.js';
import { PhysicalBus } from '../bus/physical-bus.js';
import { ConfigError } from '../config-error.js';
import { buildDeviceTree } from '../device-tree/build.js';
import { FIRST_PCI_INTERRUPT, PSERIES_INTERRUPT_CONTROLLER, pseriesDeviceTree } from '../device-tree/pseries.js';
import { SPAPR_PHB_LAYOUT } from '../devices/pci/spapr-phb.js';
import { paprCallName } from '../hypervisor/papr/call-names.js';
import { HptStreams } from '../hypervisor/papr/hpt-stream.js';
import { PaprPlatform } from '../hypervisor/papr/papr-platform.js';
import { PhysicalMemory } from '../hypervisor/papr/physical-memory.js';
import { RTAS_STUB } from '../hypervisor/papr/rtas.js';
import { TranslationControlTable } from '../hypervisor/papr/translation-control.js';
import { EngineCpus } from '../machine/engine-cpus.js';
import type { MachineConfig } from '../machine-api.js';
import type { Board, BoardHost, MachineType } from './board.js';
import { pseriesCpu, PSERIES_MODELS, SLB_ENTRIES, TIMEBASE_HZ } from './pseries-cpus.js';
import { planPseries, type PseriesPlan } from './pseries-plan.js';
import { attachSpaprPci, SPAPR_PCI_SLOTS } from './spapr-pci.js';
import { requireSlots } from './virtio-functions.js';

const MIB = 2 ** 20;
const MOST_CPUS = 8;
/** Time at the start of runs whose time follows the instruction count: they repeat bit by bit. */
const FIXED_START_MS = Date.UTC(2026, 0, 1);
const SEED_BYTES = 32;
const UUID_BYTES = 16;

/** A logical partition of an IBM pSeries, as PAPR describes it to its guest. */
export const PSERIES: MachineType = {
  name: 'pseries',
  description: 'logical partition of an IBM pSeries, POWER8',
  cpus: PSERIES_MODELS,
  defaultMemoryBytes: 1024 * MIB,
  build,
};

function build(config: MachineConfig, host: BoardHost): Board {
  // Everything the user gave is checked before anything is built.
  const model = cpuModel(config.cpu ?? PSERIES_MODELS[0]);
  if (!model || !PSERIES.cpus.includes(model.name)) {
    throw new ConfigError(`pseries has no CPU ${config.cpu}`, '--cpu', `choose from ${PSERIES_MODELS.join(', ')}`);
  }
  const cpuCount = config.smp ?? 1;
  if (!Number.isInteger(cpuCount) || cpuCount < 1 || cpuCount > MOST_CPUS) {
    throw new ConfigError(`pseries cannot have ${config.smp} CPUs`, '--smp', `give 1 to ${MOST_CPUS}`);
  }
  if (config.paravirt === true) {
    throw new ConfigError('pseries does not offer the KVM paravirtual interface', '--paravirt', 'leave it out: hypercalls are PAPR’s');
  }
  if (config.dtb) throw new ConfigError('pseries makes its own device tree', '--dtb', 'leave it out: RTAS and devices must be as it says');
  requireSlots(config, 'pseries', SPAPR_PCI_SLOTS);
  const plan = planPseries(config, config.memoryBytes ?? PSERIES.defaultMemoryBytes);

  const memory = new GuestMemory([{ name: 'RAM', physical: 0, size: plan.memoryBytes }], !plan.littleEndian);
  const log = { unimplemented: host.log };
  const bus = new PhysicalBus(log);
  const hashTableShift = shiftForMemory(plan.memoryBytes);
  const hashTable = new HashPageTable(hashTableShift);
  const cpu = pseriesCpu(model.name, hashTableShift);
  // Cores look at the time while they are made, before there is a clock.
  let running: SliceRunner | undefined;
  const ticks = (): number => running?.clock.ticks() ?? 0;
  const cores: Book3s64Core[] = [];
  const engine = new Engine(
    memory,
    host.tap?.bus(bus) ?? bus,
    new Decoder(INSTRUCTIONS, model),
    host.loadModules(model.name, memory.swizzled),
    (coreHost, number) => (cores[number] = makeCore(model, memory, hashTable, { ticks }, coreHost, number)),
    host.log,
    cpuCount,
    host.around,
  );
  const runner = (running = new SliceRunner(engine, TIMEBASE_HZ, host.now, config.icount === true));

  const waiting: Uint8Array[] = [];
  const word = new Uint8Array(4);
  const random = (): number => {
    host.entropy(word);
    return new DataView(word.buffer).getUint32(0);
  };
  const uuid = Uint8Array.from({ length: UUID_BYTES }, (_, n) => n);
  const cpus = new EngineCpus(engine, runner.turns, (cpu, other) => {
    const { timebaseHigh, timebaseLow } = cores[other]!.timers;
    cores[cpu]!.timers.setTimebase(timebaseHigh, timebaseLow);
  });
  const platform = new PaprPlatform({
    cpus,
    model,
    logicalVersion: cpu.version,
    deviceTree: () => deviceTree,
    memory: new PhysicalMemory(memory, bus, (at) => engine.onWrite?.(at)),
    memoryBytes: plan.memoryBytes,
    hashTable,
    largestHashTableShift: hashTableShift,
    ticks,
    wallTime: wallTime(config, host, runner),
    random,
    uuid,
    console: { output: host.consoleOutput, inputReady: () => feed() },
    log,
    onCall: host.onHypercall,
    ...(host.tap ? { tap: host.tap } : {}),
  });
  const feed = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const taken = platform.console.input(next);
      if (taken < next.length) {
        waiting[0] = next.subarray(taken);
        return;
      }
      waiting.shift();
    }
  };
  engine.onHypercall = () => platform.hypervisor.perform();

  const { xics, rtas, windows } = platform;
  const pci = attachSpaprPci(config, {
    bus,
    firstSource: FIRST_PCI_INTERRUPT,
    source: (number) => xics.source(number),
    message: (number) => xics.message(number),
    // Virtio devices reach memory as it is, without the bus's window.
    memory,
    clock: runner.clock,
    log,
    wake: host.wake,
    entropy: host.entropy,
  });
  for (const [name, perform] of Object.entries(pci.rtasFunctions)) rtas.register(name, perform);
  windows.add(new TranslationControlTable(SPAPR_PHB_LAYOUT.DMA.liobn, 0, SPAPR_PHB_LAYOUT.DMA.size));

  bus.reset();
  engine.resetCpu();
  const randomSeed = new Uint8Array(SEED_BYTES);
  host.entropy(randomSeed);
  const deviceTree = buildDeviceTree(
    pseriesDeviceTree({
      memoryBytes: plan.memoryBytes,
      ...(config.append !== undefined ? { bootargs: config.append } : {}),
      ...(plan.initrd ? { initrd: plan.initrd } : {}),
      cpus: cpuCount,
      cpu,
      rtas: { ...plan.rtas, tokens: platform.rtas.tokens },
      ...(plan.entersFirmware
        ? { firmware: { ...(plan.kernel ? { kernel: { ...plan.kernel, littleEndian: plan.littleEndian } } : {}) } }
        : {}),
      uuid,
      randomSeed,
      buses: [pci.deviceTreeNode(PSERIES_INTERRUPT_CONTROLLER)],
    }),
  );
  if (deviceTree.length > plan.deviceTree.room) {
    throw new ConfigError(`the device tree has ${deviceTree.length} bytes`, '--append', 'give a shorter command line or fewer devices');
  }
  load(memory, plan, deviceTree);
  enterGuest(engine, plan);
  return {
    runner,
    deviceTree,
    ...(plan.kernel ? { kernelMoved: plan.kernel.moved } : {}),
    hypercallName: () => paprCallName(engine.core.state.gpr(3)),
    hashTable: (running) =>
      new HptStreams(platform.hashTableCalls, {
        running,
        restoreVirtualRealMode: (pageShift) => {
          for (let cpu = 0; cpu < cpuCount; cpu++) {
            const state = cpus.state(cpu);
            state.setSpr(SPR_LPCR, state.spr(SPR_LPCR), lpcrForVrma(state.sprHigh(SPR_LPCR), pageShift));
            cpus.registersChanged(cpu);
          }
        },
      }),
    consoleInput: (bytes) => {
      waiting.push(bytes);
      feed();
    },
    dispose: () => pci.dispose(),
  };
}

function makeCore(model: CpuModel, memory: GuestMemory, table: HashPageTable, time: { ticks(): number }, host: CoreHost, number: number): Book3s64Core {
  const state = new CpuState(memory.memory.buffer, Engine.stateAddress(number));
  const mmu = new Hash64Mmu(state, table, { cpu: number, slbEntries: SLB_ENTRIES });
  table.addUser(mmu);
  mmu.onEntryChanged = (start, size, tid, space, startHigh) => host.translationChanged(start, size, mmu.concerns(tid, space), startHigh);
  return new Book3s64Core(model, state, time, mmu, host, { number });
} // prettier-ignore

function load(memory: GuestMemory, plan: PseriesPlan, deviceTree: Uint8Array): void {
  for (const segment of plan.segments) {
    memory.write(segment.physical, segment.bytes);
    if (segment.size > segment.bytes.length) memory.zero(segment.physical + segment.bytes.length, segment.size - segment.bytes.length);
  }
  memory.write(plan.deviceTree.address, deviceTree);
  const stub = new Uint8Array(4 * RTAS_STUB.length);
  // Guests enter RTAS big-endian, whatever they are.
  RTAS_STUB.forEach((word, n) => new DataView(stub.buffer).setUint32(4 * n, word));
  memory.write(plan.rtas.address, stub);
}

/**
 * The first CPU as a kernel with a flattened device tree wants it (Linux, Documentation/powerpc/booting): translation off, r3 the tree, r4 where
 * the kernel lies, r5 zero. Firmware wants the tree as well.
 */
function enterGuest(engine: Engine, plan: PseriesPlan): void {
  const { state } = engine.core;
  state.msr = plan.littleEndian && !plan.entersFirmware ? MSR.ME.mask | MSR.LE.mask : MSR.ME.mask;
  state.msrHigh = MSR_HIGH.SF.mask;
  state.pc = plan.entry;
  state.setGpr(3, plan.deviceTree.address);
  state.setGpr(4, plan.kernel?.address ?? 0);
  state.setGpr(5, 0);
  engine.contextChanged();
}

/** Milliseconds since 1970: the host's, or guest time from a given start on. */
function wallTime({ icount, startTimeMs }: MachineConfig, { wallTimeMs }: BoardHost, runner: SliceRunner): () => number {
  if (startTimeMs === undefined && icount !== true && wallTimeMs) return wallTimeMs;
  return () => (startTimeMs ?? FIXED_START_MS) + runner.clock.now() / 1e6;
}
