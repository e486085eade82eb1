import type { Clock, DeviceLog } from '../bus/device.js';
import type { EntropySource } from '../bus/entropy.js';
import type { FrameReceiver } from '../bus/frame-link.js';
import type { MemoryPort } from '../bus/memory-port.js';
import { ConfigError } from '../config-error.js';
import type { MessageSink } from '../devices/pci/msi-x.js';
import { Virtio9p } from '../devices/virtio/virtio-9p.js';
import { VirtioBlock } from '../devices/virtio/virtio-block.js';
import { VirtioConsole } from '../devices/virtio/virtio-console.js';
import type { VirtioDevice } from '../devices/virtio/virtio-device.js';
import { VirtioNet } from '../devices/virtio/virtio-net.js';
import { VirtioPciFunction } from '../devices/virtio/virtio-pci.js';
import { VirtioRng } from '../devices/virtio/virtio-rng.js';
import type { MachineConfig } from '../machine-api.js';

/** What the devices of a machine are wired to. */
export interface VirtioWiring {
  /** Guest memory as masters on the PCI bus see it. */
  readonly memory: MemoryPort;
  /** Where interrupt messages go; without it devices have only their pins. */
  readonly messages?: MessageSink;
  readonly clock: Clock;
  readonly log: DeviceLog;
  /** Something came from outside while the guest may be waiting. */
  readonly wake: () => void;
  /** Random numbers for a device that gives them to the guest; without it there is none. */
  readonly entropy?: EntropySource;
}

/** The devices of a configuration, in the order of their slots. */
export interface VirtioFunctions {
  readonly functions: readonly VirtioPciFunction[];
  /** Unplugs what outlives the machine otherwise. */
  dispose(): void;
}

/** Locally administered, with the digits that QEMU gives its first card. */
const MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

/** How many PCI slots the configuration needs for devices that the user asked for. */
function slotsNeeded(config: MachineConfig): number {
  return (config.drives?.length ?? 0) + (config.network ? 1 : 0) + (config.shares?.length ?? 0) + (config.secondConsole ? 1 : 0);
}

/**
 * Checks that a machine has room for what the user asked for.
 * @param slots free ones
 * @throws ConfigError when it has not, or two shared folders have the same tag
 */
export function requireSlots(config: MachineConfig, machine: string, slots: number): void {
  const needed = slotsNeeded(config);
  if (needed > slots) {
    const has = slots === 0 ? `${machine} has no PCI slots` : `${machine} has ${slots} PCI slots, not ${needed}`;
    throw new ConfigError(`${has} for drives, network, shares and consoles`, '--drive, --net, --share', 'leave some out');
  }
  const tags = (config.shares ?? []).map(({ tag }) => tag);
  const twice = tags.find((tag, k) => tags.indexOf(tag) !== k);
  if (twice !== undefined) throw new ConfigError(`two shared folders have the tag ${twice}`, '--share', 'give each its own tag=');
}

/** Makes the virtio devices that a configuration asks for. They are still to be put into slots, and their pins connected. */
export function virtioFunctions(config: MachineConfig, wiring: VirtioWiring): VirtioFunctions {
  const { wake } = wiring;
  const devices: VirtioDevice[] = (config.drives ?? []).map((store, k) => new VirtioBlock(`disk${k}`, store));
  const link = config.network?.connect(wiring.clock);
  if (link) {
    const onReceive = (receiver: FrameReceiver): void =>
      link.onReceive((frame, segmentBytes) => {
        receiver(frame, segmentBytes);
        wake();
      });
    const takesLargeFrames = (takes: boolean): void => link.takesLargeFrames?.(takes);
    const { offload } = link;
    devices.push(new VirtioNet('net0', MAC, { offload, transmit: (frame) => link.transmit(frame), onReceive, takesLargeFrames }));
  }
  for (const [k, { tag, folder }] of (config.shares ?? []).entries()) devices.push(new Virtio9p(`share${k}`, tag, folder));
  const { secondConsole } = config;
  if (secondConsole) {
    const onInput = (receiver: (bytes: Uint8Array) => void): void =>
      secondConsole.onInput((bytes) => {
        receiver(bytes);
        wake();
      });
    devices.push(new VirtioConsole('console1', { output: (bytes) => secondConsole.output(bytes), onInput }));
  }
  if (wiring.entropy) devices.push(new VirtioRng('rng0', wiring.entropy));
  return { functions: devices.map((device) => new VirtioPciFunction(device, wiring)), dispose: () => link?.close?.() };
}
