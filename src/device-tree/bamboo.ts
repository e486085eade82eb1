import { ConfigError } from '../config-error.js';
import { patchDeviceTree } from './patch.js';
import type { HypervisorDescription } from './patch.js';
import { cells, empty, strings } from './properties.js';
import { node } from './tree.js';
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/** What a run decides about the bamboo board's tree. */
export interface BambooDescription {
  /** RAM from physical 0, in bytes: whole pages, at most 2 GiB (the peripheral bus starts there) */
  readonly memoryBytes: number;
  /** kernel command line */
  readonly bootargs?: string;
  /** physical addresses of the initrd's first byte and of the byte behind its last */
  readonly initrd?: { readonly start: number; readonly end: number };
  /** frequency of the timebase and decrementer, in hertz */
  readonly timebaseHz: number;
  /** CPU clock, in hertz */
  readonly clockHz: number;
  /** offers the paravirtual interface */
  readonly hypervisor?: HypervisorDescription;
  /** describes the PCI bridge; leave it out of a machine that has none, or the guest runs into its missing registers. Default true */
  readonly pci?: boolean;
}

const PAGE_BYTES = 4096;
const PERIPHERAL_BASE = 0x80000000;
const CONSOLE_PATH = '/plb/opb/serial@ef600300';
const CPU_PHANDLE = 1;
const UIC_PHANDLE = 2;
/** trigger modes in a UIC interrupt specifier (Linux Documentation/devicetree/bindings, ibm,uic) */
const LEVEL_HIGH = 4;
const LEVEL_LOW = 8;
const EDGE_RISING = 1;
/** external UART clock of the board: 115,200 baud × 16 × 6 */
const UART_CLOCK_HZ = 11059200;
const PLB_CLOCK_HZ = 133333332;
const OPB_CLOCK_HZ = 66666666;

/**
 * The AMCC bamboo board (PowerPC 440EP) as its boot loader describes it to Linux (arch/powerpc/platforms/44x, "amcc,bamboo"),
 * with the devices that this machine has.
 *
 * @throws ConfigError when a value cannot be
 */
export function bambooDeviceTree(description: BambooDescription): DeviceTree {
  const { memoryBytes, bootargs, initrd, timebaseHz, clockHz, hypervisor, pci = true } = description;
  if (!Number.isInteger(memoryBytes) || memoryBytes <= 0 || memoryBytes % PAGE_BYTES !== 0 || memoryBytes > PERIPHERAL_BASE) {
    throw new ConfigError(`${memoryBytes} bytes of memory do not fit the bamboo board`, '--memory', 'give whole pages, at most 2 GiB');
  }
  const root = node(
    '',
    {
      '#address-cells': cells(2),
      '#size-cells': cells(1),
      model: strings('amcc,bamboo'),
      compatible: strings('amcc,bamboo'),
      'dcr-parent': cells(CPU_PHANDLE),
    },
    [
      node('aliases', { serial0: strings(CONSOLE_PATH), serial1: strings('/plb/opb/serial@ef600400') }),
      node('cpus', { '#address-cells': cells(1), '#size-cells': cells(0) }, [cpu()]),
      node('memory', { device_type: strings('memory') }),
      interruptController(),
      node('sdr', { compatible: strings('ibm,sdr-440ep'), 'dcr-reg': cells(0x00e, 2) }),
      node('cpr', { compatible: strings('ibm,cpr-440ep'), 'dcr-reg': cells(0x00c, 2) }),
      processorLocalBus(pci),
      node('chosen', { 'linux,stdout-path': strings(CONSOLE_PATH), 'stdout-path': strings(CONSOLE_PATH) }),
    ],
  );
  const tree: DeviceTree = { root, reservations: [], bootCpu: 0 };
  patchDeviceTree(tree, { memoryBytes, bootargs, initrd, hypervisor, timebaseHz, clockHz }, 'bamboo');
  return tree;
}

function cpu(): DeviceTreeNode {
  return node('cpu@0', {
    device_type: strings('cpu'),
    model: strings('PowerPC,440EP'),
    reg: cells(0),
    'i-cache-line-size': cells(32),
    'd-cache-line-size': cells(32),
    'i-cache-size': cells(0x8000),
    'd-cache-size': cells(0x8000),
    'dcr-controller': empty(),
    'dcr-access-method': strings('native'),
    phandle: cells(CPU_PHANDLE),
  });
}

function interruptController(): DeviceTreeNode {
  return node('interrupt-controller0', {
    compatible: strings('ibm,uic-440ep', 'ibm,uic'),
    'interrupt-controller': empty(),
    'cell-index': cells(0),
    'dcr-reg': cells(0x0c0, 9),
    '#address-cells': cells(0),
    '#size-cells': cells(0),
    '#interrupt-cells': cells(2),
    phandle: cells(UIC_PHANDLE),
  });
}

function processorLocalBus(pci: boolean): DeviceTreeNode {
  return node(
    'plb',
    {
      compatible: strings('ibm,plb-440ep', 'ibm,plb-440gp', 'ibm,plb4'),
      '#address-cells': cells(2),
      '#size-cells': cells(1),
      ranges: empty(),
      'clock-frequency': cells(PLB_CLOCK_HZ),
    },
    pci ? [onChipPeripheralBus(), pciBridge()] : [onChipPeripheralBus()],
  );
}

function onChipPeripheralBus(): DeviceTreeNode {
  const externalBus = node('ebc', {
    compatible: strings('ibm,ebc-440ep', 'ibm,ebc-440gp', 'ibm,ebc'),
    'dcr-reg': cells(0x012, 2),
    '#address-cells': cells(2),
    '#size-cells': cells(1),
    'clock-frequency': cells(OPB_CLOCK_HZ),
    interrupts: cells(5, EDGE_RISING),
    'interrupt-parent': cells(UIC_PHANDLE),
  });
  return node(
    'opb',
    {
      compatible: strings('ibm,opb-440ep', 'ibm,opb-440gp', 'ibm,opb'),
      '#address-cells': cells(1),
      '#size-cells': cells(1),
      ranges: cells(0, 0, 0, PERIPHERAL_BASE, PERIPHERAL_BASE, 0, PERIPHERAL_BASE, PERIPHERAL_BASE),
      'interrupt-parent': cells(UIC_PHANDLE),
      interrupts: cells(7, LEVEL_HIGH),
      'clock-frequency': cells(OPB_CLOCK_HZ),
    },
    [externalBus, serial(0xef600300, 0), serial(0xef600400, 1)],
  );
}

function serial(address: number, interrupt: number): DeviceTreeNode {
  return node(`serial@${address.toString(16)}`, {
    device_type: strings('serial'),
    compatible: strings('ns16550'),
    reg: cells(address, 8),
    'virtual-reg': cells(address),
    'clock-frequency': cells(UART_CLOCK_HZ),
    'current-speed': cells(115200),
    'interrupt-parent': cells(UIC_PHANDLE),
    interrupts: cells(interrupt, LEVEL_HIGH),
  });
}

/** Configuration at 0xEEC00000, special cycles at 0xEED00000, bridge registers at 0xEF400000; slots 1 to 4 on UIC inputs 28 to 25. */
function pciBridge(): DeviceTreeNode {
  const memorySpace = 0x02000000;
  const ioSpace = 0x01000000;
  const prefetchableMemorySpace = 0x42000000;
  const slot = (device: number, input: number): number[] => [device << 11, 0, 0, 0, UIC_PHANDLE, input, LEVEL_LOW];
  return node('pci@ec000000', {
    device_type: strings('pci'),
    '#interrupt-cells': cells(1),
    '#size-cells': cells(2),
    '#address-cells': cells(3),
    compatible: strings('ibm,plb440ep-pci', 'ibm,plb-pci'),
    primary: empty(),
    reg: cells(0, 0xeec00000, 8, 0, 0xeed00000, 4, 0, 0xeed00000, 4, 0, 0xef400000, 0x40),
    ranges: cells(...[memorySpace, 0, 0xa0000000, 0, 0xa0000000, 0, 0x20000000], ...[ioSpace, 0, 0x00000000, 0, 0xe8000000, 0, 0x00010000]),
    'dma-ranges': cells(prefetchableMemorySpace, 0, 0, 0, 0, 0, PERIPHERAL_BASE),
    'interrupt-map-mask': cells(0xf800, 0, 0, 0),
    'interrupt-map': cells(...slot(1, 28), ...slot(2, 27), ...slot(3, 26), ...slot(4, 25)),
  });
}
