import { ConfigError } from '../config-error.js';
import { patchDeviceTree } from './patch.js';
import { cells, doubleCells, empty, joined, strings } from './properties.js';
import { cpusNode } from './pseries-cpus.js';
import type { PseriesCpu } from './pseries-cpus.js';
import { node } from './tree.js';
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/** The interrupt controller's phandle, for interrupt maps and parents: two cells, number and 1 for a level or 0 for a message. */
export const PSERIES_INTERRUPT_CONTROLLER = 1;
const CONSOLE_PHANDLE = 2;

/** What a run decides about a pSeries machine's tree. */
export interface PseriesDescription {
  /** RAM from physical 0, in bytes: whole pages */
  readonly memoryBytes: number;
  readonly bootargs?: string;
  /** physical addresses of the initrd's first byte and of the byte behind its last */
  readonly initrd?: { readonly start: number; readonly end: number };
  readonly cpus: number;
  readonly cpu: PseriesCpu;
  /** where RTAS lies, and its functions' tokens by name */
  readonly rtas: { readonly address: number; readonly size: number; readonly tokens: ReadonlyMap<string, number> };
  /** the tree is for firmware, which finds there what it is to start */
  readonly firmware?: { readonly kernel?: { readonly address: number; readonly size: number; readonly littleEndian: boolean } };
  /** 16 bytes */
  readonly uuid: Uint8Array;
  /** random bytes to seed the guest's random numbers with; none gives the guest no seed */
  readonly randomSeed?: Uint8Array;
  /** further devices of /vdevice: their unit addresses are their `reg` */
  readonly virtualDevices?: readonly DeviceTreeNode[];
  /** PCI host bridges and what else hangs below the root */
  readonly buses?: readonly DeviceTreeNode[];
}

/** The console and the nonvolatile memory, which every machine has. */
export const CONSOLE_UNIT = 0x71000000;
export const NVRAM_UNIT = 0x71000001;
export const NVRAM_BYTES = 0x10000;
/** Interrupt numbers: of virtual devices from here on, and of PCI buses. */
export const FIRST_VIRTUAL_INTERRUPT = 0x1100;
export const FIRST_PCI_INTERRUPT = 0x1200;

/** Longest error log of RTAS, in bytes: rtas-error-log-max. */
const ERROR_LOG_BYTES = 2048;
const PAGE_BYTES = 4096;
/** Groups of hypercalls (PAPR, ibm,hypertas-functions). */
const HYPERCALL_GROUPS = [
  'hcall-pft',
  'hcall-term',
  'hcall-dabr',
  'hcall-interrupt',
  'hcall-tce',
  'hcall-vio',
  'hcall-splpar',
  'hcall-bulk',
  'hcall-set-mode',
  'hcall-sprg0',
  'hcall-copy',
  'hcall-debug',
  'hcall-multi-tce',
  'hcall-hpt-resize',
] as const;

/**
 * Option vector 5 as if the guest had asked for it (PAPR, B.6.2.3): its length, then the bytes. Nothing of it needs to be set for guests
 * with a hash page table; that it is there tells kernels that radix translation is not.
 */
const ARCHITECTURE_VECTOR_5: readonly number[] = [24, ...new Array<number>(24).fill(0)];

/**
 * A logical partition of IBM's pSeries (PAPR, appendix B) with virtual devices only: what a kernel finds that was started directly.
 *
 * @throws ConfigError when a value cannot be
 */
export function pseriesDeviceTree(description: PseriesDescription): DeviceTree {
  const { memoryBytes, bootargs, initrd, cpus, cpu, rtas, uuid } = description;
  const kernel = description.firmware?.kernel;
  if (!Number.isInteger(memoryBytes) || memoryBytes <= 0 || memoryBytes % PAGE_BYTES !== 0) {
    throw new ConfigError(`${memoryBytes} bytes of memory cannot be`, '--memory', 'give whole pages');
  }
  const consolePath = `/vdevice/vty@${CONSOLE_UNIT.toString(16)}`;
  const root = node(
    '',
    {
      '#address-cells': cells(2),
      '#size-cells': cells(2),
      model: strings('IBM pSeries (emulated by powerjit)'),
      compatible: strings('IBM,pSeries', 'qemu,pseries'),
      device_type: strings('chrp'),
      'vm,uuid': strings(uuidText(uuid)),
      'system-id': strings(uuidText(uuid)),
    },
    [
      node('chosen', {
        'linux,stdout-path': strings(consolePath),
        'stdout-path': strings(consolePath),
        stdout: cells(CONSOLE_PHANDLE),
        'linux,pci-probe-only': cells(0),
        'ibm,architecture-vec-5': Uint8Array.from(ARCHITECTURE_VECTOR_5),
        ...(description.randomSeed ? { 'rng-seed': description.randomSeed } : {}),
        ...(kernel ? { 'qemu,boot-kernel': doubleCells(kernel.address, kernel.size) } : {}),
        ...(kernel?.littleEndian ? { 'qemu,boot-kernel-le': empty() } : {}),
      }),
      cpusNode(cpus, cpu),
      node('memory@0', { device_type: strings('memory'), reg: doubleCells(0, memoryBytes) }),
      rtasNode(description),
      interruptController(cpus),
      virtualDevices(description.virtualDevices ?? []),
      node('ibm,platform-facilities', { name: strings('ibm,platform-facilities'), device_type: strings('ibm,platform-facilities'), '#address-cells': cells(1), '#size-cells': cells(0) }, [
        node('ibm,random-v1', { compatible: strings('ibm,random') }),
      ]), // prettier-ignore
      ...(description.buses ?? []),
    ],
  );
  const tree: DeviceTree = {
    root,
    reservations: [{ address: BigInt(rtas.address), size: BigInt(rtas.size) }],
    bootCpu: 0,
  };
  if (initrd) tree.reservations.push({ address: BigInt(initrd.start), size: BigInt(initrd.end - initrd.start) });
  patchDeviceTree(tree, { bootargs, initrd }, 'pseries');
  return tree;
}

function rtasNode({ rtas, memoryBytes, cpus }: PseriesDescription): DeviceTreeNode {
  const functions = Object.fromEntries([...rtas.tokens].map(([name, token]) => [name, cells(token)]));
  return node('rtas', {
    ...functions,
    'ibm,hypertas-functions': strings(...HYPERCALL_GROUPS),
    'rtas-size': cells(rtas.size),
    'rtas-error-log-max': cells(ERROR_LOG_BYTES),
    'rtas-event-scan-rate': cells(1),
    'ibm,extended-os-term': empty(),
    // Highest real address, granularity of memory, most CPUs: nothing can be added.
    'ibm,lrdr-capacity': joined(doubleCells(memoryBytes), doubleCells(MEMORY_BLOCK_BYTES), cells(cpus)),
    'linux,rtas-base': cells(rtas.address),
    'linux,rtas-entry': cells(rtas.address),
  });
}

const MEMORY_BLOCK_BYTES = 2 ** 28;

function interruptController(cpus: number): DeviceTreeNode {
  return node('interrupt-controller', {
    device_type: strings('PowerPC-External-Interrupt-Presentation'),
    compatible: strings('IBM,ppc-xicp'),
    'interrupt-controller': empty(),
    'ibm,interrupt-server-ranges': cells(0, cpus),
    '#interrupt-cells': cells(2),
    '#address-cells': cells(0),
    phandle: cells(PSERIES_INTERRUPT_CONTROLLER),
  });
}

function virtualDevices(further: readonly DeviceTreeNode[]): DeviceTreeNode {
  return node(
    'vdevice',
    {
      device_type: strings('vdevice'),
      compatible: strings('IBM,vdevice'),
      '#address-cells': cells(1),
      '#size-cells': cells(0),
      '#interrupt-cells': cells(2),
      'interrupt-controller': empty(),
    },
    [
      node(`vty@${CONSOLE_UNIT.toString(16)}`, {
        device_type: strings('serial'),
        compatible: strings('hvterm1'),
        reg: cells(CONSOLE_UNIT),
        interrupts: cells(FIRST_VIRTUAL_INTERRUPT, 0),
        phandle: cells(CONSOLE_PHANDLE),
      }),
      node(`nvram@${NVRAM_UNIT.toString(16)}`, {
        device_type: strings('nvram'),
        compatible: strings('qemu,spapr-nvram'),
        reg: cells(NVRAM_UNIT),
        '#bytes': cells(NVRAM_BYTES),
      }),
      ...further,
    ],
  );
}

/** A UUID as people write it. */
function uuidText(uuid: Uint8Array): string {
  const digits = Array.from(uuid, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
