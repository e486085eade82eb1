import { PCI_CONFIG } from '../devices/pci/pci-config-space.js';
import type { AssignedBar, PhbSlot } from '../devices/pci/spapr-phb.js';
import { SPAPR_PHB_LAYOUT, swizzledLine } from '../devices/pci/spapr-phb.js';
import { cells, doubleCells, empty, joined, strings } from './properties.js';
import { node } from './tree.js';
import type { DeviceTreeNode } from './tree.js';

/** What the machine decides about the bridge. */
export interface SpaprPhbDescription {
  readonly slots: readonly PhbSlot[];
  /** phandle of the interrupt controller, whose specifiers have two cells: source and 1 for level */
  readonly interruptController: number;
  /** sources of the four interrupt lines of the bus, in a row */
  readonly firstLine: number;
  /** interrupt messages that functions can be given in all */
  readonly messages: number;
}

const DEVICES = 32;
const PINS = 4;
const LEVEL = 1;
/** Fields of the first cell of a PCI address (IEEE 1275 PCI binding, 2.2.1.1). */
const SPACE = {
  IO: 0x01000000,
  MEMORY32: 0x02000000,
  MEMORY64: 0x03000000,
  PREFETCHABLE: 0x40000000,
  NOT_RELOCATABLE: 0x80000000,
} as const;

/** Generic names by class and subclass; what has none is a `legacy-device`. */
const NAMES: Readonly<Record<number, string>> = {
  0x0100: 'scsi',
  0x0180: 'mass-storage',
  0x0200: 'ethernet',
  0x0780: 'communication-controller',
};

/**
 * The node of the PCI host bridge, to hang below the root, with a child for each function. Every base address register has its address
 * in `assigned-addresses`: guests take these as they are, with or without linux,pci-probe-only.
 * Source: LoPAR appendix B (PHB nodes), IEEE 1275 PCI binding 2.1.
 */
export function spaprPhbNode(description: SpaprPhbDescription): DeviceTreeNode {
  const { slots, interruptController, firstLine, messages } = description;
  const { BUID, IO, MEMORY32, MEMORY64, DMA } = SPAPR_PHB_LAYOUT;
  const range = (space: number, pci: number, physical: number, size: number): Uint8Array =>
    joined(cells(space), doubleCells(pci, physical, size));
  const map: number[] = [];
  for (let device = 0; device < DEVICES; device++) {
    for (let pin = 1; pin <= PINS; pin++) {
      map.push(device << 11, 0, 0, pin, interruptController, firstLine + swizzledLine(device, pin), LEVEL);
    }
  }
  return node(
    `pci@${BUID.toString(16)}`,
    {
      device_type: strings('pci'),
      compatible: strings('IBM,Logical_PHB'),
      reg: doubleCells(BUID, 0),
      '#address-cells': cells(3),
      '#size-cells': cells(2),
      '#interrupt-cells': cells(1),
      'bus-range': cells(0, 0xff),
      ranges: joined(
        range(SPACE.IO, 0, IO.physical, IO.size),
        range(SPACE.MEMORY32, MEMORY32.pci, MEMORY32.physical, MEMORY32.size),
        range(SPACE.MEMORY64, MEMORY64.physical, MEMORY64.physical, MEMORY64.size),
      ),
      'interrupt-map-mask': cells(0xf800, 0, 0, 7),
      'interrupt-map': cells(...map),
      'used-by-rtas': empty(),
      'ibm,pci-config-space-type': cells(0),
      'ibm,pe-total-#msi': cells(messages),
      'ibm,#dma-address-cells': cells(2),
      'ibm,#dma-size-cells': cells(2),
      'ibm,dma-window': joined(cells(DMA.liobn), doubleCells(0, DMA.size)),
    },
    slots.map(functionNode),
  );
}

function functionNode(slot: PhbSlot): DeviceTreeNode {
  const { config } = slot.fn;
  const { VENDOR_ID, DEVICE_ID, REVISION_ID, SUBSYSTEM_VENDOR_ID, SUBSYSTEM_ID, INTERRUPT_PIN } = PCI_CONFIG;
  const classCode = config.read(REVISION_ID, 4) >>> 8;
  const address = slot.device << 11;
  const pin = config.read(INTERRUPT_PIN, 1);
  const describe = (bar: AssignedBar, place: number): Uint8Array => joined(cells(place), doubleCells(0, bar.size));
  return node(`${NAMES[classCode >>> 8] ?? 'legacy-device'}@${slot.device.toString(16)}`, {
    'vendor-id': cells(config.read(VENDOR_ID, 2)),
    'device-id': cells(config.read(DEVICE_ID, 2)),
    'revision-id': cells(config.read(REVISION_ID, 1)),
    'class-code': cells(classCode),
    'subsystem-vendor-id': cells(config.read(SUBSYSTEM_VENDOR_ID, 2)),
    'subsystem-id': cells(config.read(SUBSYSTEM_ID, 2)),
    'cache-line-size': cells(0),
    'devsel-speed': cells(0),
    'min-grant': cells(0),
    'max-latency': cells(0),
    ...(pin === 0 ? {} : { interrupts: cells(pin) }),
    ...(slot.messages === 0 ? {} : { 'ibm,req#msi-x': cells(slot.messages) }),
    reg: joined(cells(address, 0, 0, 0, 0), ...slot.bars.map((bar) => describe(bar, spaceOf(bar) | address | registerOf(bar)))),
    'assigned-addresses': joined(
      ...slot.bars.map((bar) =>
        joined(cells((spaceOf(bar) | SPACE.NOT_RELOCATABLE | address | registerOf(bar)) >>> 0), doubleCells(bar.address, bar.size)),
      ),
    ),
  });
}

function spaceOf(bar: AssignedBar): number {
  const space = bar.space === 'io' ? SPACE.IO : bar.wide ? SPACE.MEMORY64 : SPACE.MEMORY32;
  return bar.prefetchable ? space | SPACE.PREFETCHABLE : space;
}

function registerOf(bar: AssignedBar): number {
  return PCI_CONFIG.BAR0 + 4 * bar.index;
}
