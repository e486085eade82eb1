import type { InterruptLine } from '../bus/device.js';
import type { PhysicalBus } from '../bus/physical-bus.js';
import { spaprPhbNode } from '../device-tree/spapr-phb.js';
import type { DeviceTreeNode } from '../device-tree/tree.js';
import { SourceRow } from '../devices/pci/message-sources.js';
import { PciBus } from '../devices/pci/pci-bus.js';
import { SPAPR_PHB_LAYOUT, SpaprPhb, swizzledLine } from '../devices/pci/spapr-phb.js';
import type { MessageSink } from '../devices/pci/msi-x.js';
import type { RtasFunction } from '../devices/pci/spapr-phb.js';
import type { MachineConfig } from '../machine-api.js';
import { virtioFunctions } from './virtio-functions.js';
import type { VirtioWiring } from './virtio-functions.js';

/** Interrupt lines of the bus. */
const LINES = 4;
/** Interrupt messages that can be given out: several for each of 32 slots. */
const MESSAGES = 256;
/** How many interrupt sources the bridge takes, from its first one: lines, then messages. */
export const SPAPR_PCI_SOURCES = LINES + MESSAGES;
/** Devices that the user can ask for: slots without the one of the random numbers. */
export const SPAPR_PCI_SLOTS = 31;

/** What the bridge and its devices are wired to. */
export interface SpaprPciWiring extends Omit<VirtioWiring, 'messages'> {
  readonly bus: PhysicalBus;
  /** Number of the first of SPAPR_PCI_SOURCES interrupt sources. */
  readonly firstSource: number;
  /** Makes a level-sensitive source of a number. */
  readonly source: (number: number) => InterruptLine;
  /** Makes a source for messages of a number. */
  readonly message: (number: number) => { raise(): void };
}

/** PCI as a pSeries machine has it. */
export interface SpaprPci {
  /** RTAS functions by name. */
  readonly rtasFunctions: Readonly<Record<string, RtasFunction>>;
  /** The bridge's node. @param interruptController its phandle */
  deviceTreeNode(interruptController: number): DeviceTreeNode;
  dispose(): void;
}

/** Puts a host bridge with the devices of a configuration onto the bus. */
export function attachSpaprPci(config: MachineConfig, wiring: SpaprPciWiring): SpaprPci {
  const { bus, firstSource } = wiring;
  const lines = Array.from({ length: LINES }, (_, k) => wiring.source(firstSource + k));
  const firstMessage = firstSource + LINES;
  const messages = Array.from({ length: MESSAGES }, (_, k) => wiring.message(firstMessage + k));
  const pci = new PciBus((device, pin) => lines[swizzledLine(device, pin)]!);
  const phb = new SpaprPhb('PCI bridge', pci, new SourceRow(firstMessage, messages));
  const sink: MessageSink = (address, data) => phb.takeMessage(address, data);
  const { functions, dispose } = virtioFunctions(config, { ...wiring, messages: sink });
  functions.forEach((fn, device) => fn.connect(phb.attach(fn, device, fn.msiX)));
  const { IO, MEMORY32, MEMORY64 } = SPAPR_PHB_LAYOUT;
  bus.attach(phb.io, IO.physical, IO.size);
  bus.attach(phb.memory32, MEMORY32.physical, MEMORY32.size);
  bus.attach(phb.memory64, MEMORY64.physical, MEMORY64.size);
  return {
    rtasFunctions: phb.rtasFunctions,
    deviceTreeNode: (interruptController) =>
      spaprPhbNode({ slots: phb.slots(), interruptController, firstLine: firstSource, messages: MESSAGES }),
    dispose,
  };
}
