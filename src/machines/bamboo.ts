import { Decoder } from '../../jit/isa/decoder.js';
import { cpuModel } from '../../jit/isa/cpus/index.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { Booke440Core } from '../../runtime/cores/booke440.js';
import { CpuState } from '../../runtime/cpu-state.js';
import { Engine } from '../../runtime/engine.js';
import { GuestMemory } from '../../runtime/memory.js';
import { MAP_CACHE_INHIBITED, MAP_GUARDED, MAP_SUPERVISOR_ALL } from '../../runtime/mmu/mmu.js';
import { SliceRunner } from '../../runtime/slice-runner.js';
import { DcrBus } from '../bus/dcr-bus.js';
import { PhysicalBus } from '../bus/physical-bus.js';
import { ConfigError } from '../config-error.js';
import { bambooDeviceTree } from '../device-tree/bamboo.js';
import { buildDeviceTree } from '../device-tree/build.js';
import { parseDeviceTree } from '../device-tree/parse.js';
import { patchDeviceTree } from '../device-tree/patch.js';
import { Uic, UIC_DCR_COUNT } from '../devices/interrupt/uic.js';
import { PciBus } from '../devices/pci/pci-bus.js';
import { Ppc4xxPciBridge, PPC4XX_PCI_SIZE } from '../devices/pci/ppc4xx-pci-bridge.js';
import { NS16550_SIZE, Ns16550 } from '../devices/serial/ns16550.js';
import { attachBambooDcrs } from '../devices/system/bamboo-dcrs.js';
import { kvmCallName } from '../hypervisor/kvm/hypercall-numbers.js';
import { KvmHypervisor } from '../hypervisor/kvm/kvm-hypervisor.js';
import { entryPhysical, imageEnd, requireImageFits } from '../loaders/image.js';
import { loadImage } from '../loaders/load-image.js';
import type { MachineConfig } from '../machine-api.js';
import type { Board, BoardHost, MachineType } from './board.js';
import { requireSlots, virtioFunctions } from './virtio-functions.js';
import type { VirtioFunctions, VirtioWiring } from './virtio-functions.js';

const MIB = 2 ** 20;
const TIMEBASE_HZ = 400_000_000;
const CLOCK_HZ = 400_000_000;
const UART_CLOCK_HZ = 11_059_200;
const UART0 = 0xef600300;
const UART1 = 0xef600400;
const UIC0_DCR = 0xc0;
/** UIC0 inputs of the UARTs and of the PCI slots 1 to 4. */
const UART_INPUTS = [0, 1] as const;
const PCI_INPUTS = [28, 27, 26, 25] as const;
const FIRST_PCI_SLOT = 1;
/** Where boot loaders of this board put the device tree and the initrd, if the kernel leaves room below. */
const DEVICE_TREE_ADDRESS = 24 * MIB;
const INITRD_ADDRESS = 25 * MIB;
/** r1 at entry: below the end of what the first TLB entry maps. */
const STACK_TOP = 16 * MIB - 8;

const align = (value: number, to: number): number => Math.ceil(value / to) * to;

/** AMCC bamboo: PowerPC 440EP evaluation board (PPC440EP User's Manual). */
export const BAMBOO: MachineType = {
  name: 'bamboo',
  description: 'AMCC bamboo evaluation board, PowerPC 440EP',
  cpus: ['440EP'],
  defaultMemoryBytes: 128 * MIB,
  build,
};

function build(config: MachineConfig, host: BoardHost): Board {
  const memoryBytes = config.memoryBytes ?? BAMBOO.defaultMemoryBytes;
  const model = cpuModel(config.cpu ?? BAMBOO.cpus[0]!);
  if (!model || !BAMBOO.cpus.includes(model.name)) {
    throw new ConfigError(`bamboo has no CPU ${config.cpu}`, '--cpu', `choose from ${BAMBOO.cpus.join(', ')}`);
  }
  if (config.startTimeMs !== undefined) throw new ConfigError('bamboo has no clock with the date', '--start-time', 'leave it out');
  if ((config.smp ?? 1) !== 1) throw new ConfigError(`bamboo has one CPU, not ${config.smp}`, '--smp', 'leave it out');
  requireSlots(config, 'bamboo', PCI_INPUTS.length);
  // Everything the user gave is checked before anything is built.
  const plan = planMemory(config, memoryBytes);

  const memory = new GuestMemory([{ name: 'RAM', physical: 0, size: memoryBytes }], true);
  const log = { unimplemented: host.log };
  const bus = new PhysicalBus(log);
  const dcrs = new DcrBus(log);
  attachBambooDcrs(dcrs, memoryBytes, log);
  const decoder = new Decoder(INSTRUCTIONS, model);
  let core!: Booke440Core;
  // The core looks at the time while it is made, before there is a clock.
  let running: SliceRunner | undefined;
  const engine = new Engine(memory, host.tap?.bus(bus) ?? bus, decoder, host.loadModules(model.name, true), (engineHost) => (core = new Booke440Core(model, coreState(memory), { ticks: () => running?.clock.ticks() ?? 0 }, host.tap?.dcrs(dcrs) ?? dcrs, engineHost)), host.log, 1, host.around); // prettier-ignore
  const runner = (running = new SliceRunner(engine, TIMEBASE_HZ, host.now, config.icount === true));

  const line = (name: 'external' | 'critical') => ({
    set: (asserted: boolean) => {
      core.inputs[name] = asserted;
      engine.interruptsChanged();
    },
  });
  const uic = new Uic('UIC0', { nonCritical: line('external'), critical: line('critical') });
  dcrs.attach(uic, UIC0_DCR, UIC_DCR_COUNT);
  const { clock } = runner;
  const uart = new Ns16550('UART0', { interrupt: uic.input(UART_INPUTS[0]), clock, port: { output: host.consoleOutput, inputReady: () => feed() }, baudClockHz: UART_CLOCK_HZ }); // prettier-ignore
  const second = new Ns16550('UART1', {
    interrupt: uic.input(UART_INPUTS[1]),
    clock,
    port: { output: () => {} },
    baudClockHz: UART_CLOCK_HZ,
  });
  bus.attach(uart, UART0, NS16550_SIZE);
  bus.attach(second, UART1, NS16550_SIZE);
  const pci = attachPci(config, bus, memory, uic, { clock, log, wake: host.wake });

  const waiting: Uint8Array[] = [];
  const feed = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const taken = uart.input(next);
      if (taken < next.length) {
        waiting[0] = next.subarray(taken);
        return;
      }
      waiting.shift();
    }
  };

  if (config.paravirt !== false) new KvmHypervisor(engine, 'booke', host.onHypercall);
  bus.reset();
  dcrs.reset();
  engine.resetCpu();
  for (const segment of plan.segments) {
    memory.write(segment.physical, segment.bytes);
    if (segment.size > segment.bytes.length) memory.zero(segment.physical + segment.bytes.length, segment.size - segment.bytes.length);
  }
  core.mmu.map({ virtual: 0, real: 0, size: 16 * MIB, flags: MAP_SUPERVISOR_ALL });
  core.mmu.map({ virtual: 0xef600000, real: 0xef600000, size: 0x1000, flags: MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED | MAP_GUARDED });
  core.state.pc = plan.entry;
  core.state.setGpr(1, STACK_TOP);
  core.state.setGpr(3, plan.deviceTreeAddress);

  return {
    runner,
    deviceTree: plan.deviceTree,
    hypercallName: () => kvmCallName(core.state.gpr(11)),
    consoleInput: (bytes) => {
      waiting.push(bytes);
      feed();
    },
    dispose: () => pci.dispose(),
  };
}

function coreState(memory: GuestMemory): CpuState {
  return new CpuState(memory.memory.buffer);
}

function attachPci(
  config: MachineConfig,
  bus: PhysicalBus,
  memory: GuestMemory,
  uic: Uic,
  wiring: Pick<VirtioWiring, 'clock' | 'log' | 'wake'>,
): VirtioFunctions {
  // prettier-ignore
  const lines = PCI_INPUTS.map((n) => uic.input(n, 'active-low'));
  const pci = new PciBus((device) => lines[(device - 1) & 3]!);
  const bridge = new Ppc4xxPciBridge('PCI bridge', { bus: pci, memory });
  bus.attach(bridge.configuration, 0xeec00000, PPC4XX_PCI_SIZE.CONFIGURATION);
  bus.attach(bridge.interruptAcknowledge, 0xeed00000, PPC4XX_PCI_SIZE.INTERRUPT_ACKNOWLEDGE);
  bus.attach(bridge.registers, 0xef400000, PPC4XX_PCI_SIZE.REGISTERS);
  bus.attach(bridge.io, 0xe8000000, PPC4XX_PCI_SIZE.IO);
  bus.attach(bridge.memoryWindow(0xa0000000), 0xa0000000, 0x20000000);
  const virtio = virtioFunctions(config, { ...wiring, memory: bridge.dma });
  virtio.functions.forEach((fn, k) => fn.connect(pci.attach(fn, FIRST_PCI_SLOT + k)));
  return virtio;
}

interface MemoryPlan {
  readonly segments: readonly { readonly physical: number; readonly bytes: Uint8Array; readonly size: number }[];
  readonly entry: number;
  readonly deviceTreeAddress: number;
  readonly deviceTree: Uint8Array;
}

/** Decides where everything lies. Throws ConfigError for files that cannot be used. */
function planMemory(config: MachineConfig, memoryBytes: number): MemoryPlan {
  const { kernel, initrd, firmware } = config;
  if (firmware) throw new ConfigError('bamboo starts kernels directly', '--firmware', 'leave it out');
  if (!kernel) throw new ConfigError('there is nothing to start', '--kernel', 'give a kernel');
  const image = loadImage(kernel.bytes, { where: kernel.name, maximumBytes: memoryBytes });
  requireImageFits(image, memoryBytes, kernel.name);
  if (image.bits !== 32 || image.endianness !== 'big') {
    throw new ConfigError('it is not a 32-bit big-endian image', kernel.name, 'bamboo runs PowerPC 440 kernels');
  }
  const entry = entryPhysical(image);
  if (entry === undefined) throw new ConfigError('its entry point lies outside it', kernel.name, 'give a bootable kernel');
  const end = imageEnd(image);
  const deviceTreeAddress = memoryBytes >= 64 * MIB && end <= DEVICE_TREE_ADDRESS ? DEVICE_TREE_ADDRESS : align(end, MIB);
  const initrdStart = deviceTreeAddress === DEVICE_TREE_ADDRESS ? INITRD_ADDRESS : deviceTreeAddress + MIB;
  const segments = image.segments.map((s) => ({ physical: s.physical, bytes: s.bytes, size: s.size }));
  let initrdRange: { start: number; end: number } | undefined;
  if (initrd) {
    initrdRange = { start: initrdStart, end: initrdStart + initrd.bytes.length };
    if (initrdRange.end > memoryBytes)
      throw new ConfigError('it does not fit into memory', initrd.name, 'give the machine more with --memory');
    segments.push({ physical: initrdStart, bytes: initrd.bytes, size: initrd.bytes.length });
  }
  const hypervisor = config.paravirt !== false ? { hcallInstructions: HCALL_INSTRUCTIONS } : undefined;
  const description = {
    memoryBytes,
    timebaseHz: TIMEBASE_HZ,
    clockHz: CLOCK_HZ,
    ...(config.append !== undefined ? { bootargs: config.append } : {}),
    ...(initrdRange ? { initrd: initrdRange } : {}),
    ...(hypervisor ? { hypervisor } : {}),
  };
  let tree;
  if (config.dtb) {
    tree = parseDeviceTree(config.dtb.bytes, config.dtb.name);
    patchDeviceTree(tree, { ...description, hypervisor: hypervisor ?? null }, config.dtb.name);
  } else tree = bambooDeviceTree(description);
  const deviceTree = buildDeviceTree(tree);
  if (deviceTreeAddress + deviceTree.length > memoryBytes) {
    throw new ConfigError('kernel and device tree do not fit into memory', '--memory', 'give the machine more');
  }
  segments.push({ physical: deviceTreeAddress, bytes: deviceTree, size: deviceTree.length });
  return { segments, entry, deviceTreeAddress, deviceTree };
}

/** `sc 1`: the words a guest executes for a hypercall; this core takes them as EXCEPTION_HYPERCALL. */
const HCALL_INSTRUCTIONS = [0x44000022] as const;
