import { RAM_OFFSET } from '../../jit/abi/layout.js';
import { ConfigError } from '../config-error.js';
import { entryPhysical, imageEnd } from '../loaders/image.js';
import { loadImage } from '../loaders/load-image.js';
import type { InputFile, MachineConfig } from '../machine-api.js';

const MIB = 2 ** 20;
/**
 * Where kernels are loaded, which move themselves to where they belong: high enough for their vectors, and not a multiple of 4 MiB away from
 * there, for then soft-TLB entries of the pages copied from and to have the same places.
 */
export const KERNEL_BASE = 4 * MIB + 0x10000;
/** Alignment of what follows the kernel: the largest page that kernels use for their own memory. */
const ALIGNMENT = 0x10000;
/** Room for the device tree, in bytes. */
const DEVICE_TREE_ROOM = 0x20000;
/** Linear memory has 4 GiB, of which a part is the emulator's. */
const LARGEST_MEMORY = 2 ** 32 - RAM_OFFSET;
const SMALLEST_MEMORY = 64 * MIB;
const PAGE = 0x1000;
/** RTAS runs in real mode, so that kernels want it in the first 256 MiB. Small programs take what lies behind them without a look: it is far away. */
const HIGHEST_RTAS = 256 * MIB;
/** Firmware is entered at the system reset vector, and reads device trees that lie below 2 GiB. */
const FIRMWARE_ENTRY = 0x100;
const HIGHEST_TREE = 2 ** 31;

const align = (value: number): number => Math.ceil(value / ALIGNMENT) * ALIGNMENT;

/** Part of memory that is filled before the guest runs. */
export interface PlannedSegment {
  readonly physical: number;
  readonly bytes: Uint8Array;
  /** Bytes occupied; the rest behind `bytes` is zero. */
  readonly size: number;
}

/** Where everything lies at the start. Addresses are guest physical, sizes in bytes. */
export interface PseriesPlan {
  readonly memoryBytes: number;
  /** The kernel's byte order, which decides how RAM lies. */
  readonly littleEndian: boolean;
  readonly segments: readonly PlannedSegment[];
  readonly entry: number;
  /** The first instruction is big-endian whatever the kernel is: firmware is. */
  readonly entersFirmware: boolean;
  /** `moved`: how far from its own physical addresses. */
  readonly kernel: { readonly address: number; readonly size: number; readonly moved: number } | undefined;
  readonly initrd: { readonly start: number; readonly end: number } | undefined;
  readonly deviceTree: { readonly address: number; readonly room: number };
  /** A page for the RTAS stub. */
  readonly rtas: { readonly address: number; readonly size: number };
}

/** Files that are started, as far as there are any. */
export type PseriesFiles = Pick<MachineConfig, 'kernel' | 'initrd' | 'firmware'>;

/**
 * Decides where everything lies: kernel, initrd and device tree one behind the other from KERNEL_BASE on, RTAS at the end of what it can reach; with
 * firmware, which lies at 0, device tree and RTAS at the end of memory.
 * @throws ConfigError for files that cannot be used, or memory that they do not fit into
 */
export function planPseries(files: PseriesFiles, memoryBytes: number): PseriesPlan {
  if (memoryBytes % PAGE !== 0 || memoryBytes < SMALLEST_MEMORY || memoryBytes > LARGEST_MEMORY) {
    const [least, most] = [SMALLEST_MEMORY / MIB, LARGEST_MEMORY / MIB];
    throw new ConfigError(`pseries cannot have ${memoryBytes} bytes of memory`, '--memory', `give whole pages, from ${least}M to ${most}M`);
  }
  const { firmware, initrd } = files;
  const kernel = files.kernel && planKernel(files.kernel, memoryBytes);
  if (!kernel && !firmware) throw new ConfigError('there is nothing to start', '--kernel', 'give a kernel or --firmware');
  const segments: PlannedSegment[] = kernel ? [...kernel.segments] : [];
  if (firmware) {
    if (firmware.bytes.length > KERNEL_BASE)
      throw new ConfigError('it is too big to be firmware', firmware.name, 'give a raw image such as SLOF');
    segments.push({ physical: 0, bytes: firmware.bytes, size: firmware.bytes.length });
  }
  let end = kernel ? kernel.end : KERNEL_BASE;
  let initrdRange: PseriesPlan['initrd'];
  if (initrd) {
    initrdRange = { start: end, end: end + initrd.bytes.length };
    segments.push({ physical: end, bytes: initrd.bytes, size: initrd.bytes.length });
    end = align(initrdRange.end);
  }
  if (firmware) end = Math.max(end, Math.min(memoryBytes, HIGHEST_TREE) - DEVICE_TREE_ROOM - ALIGNMENT);
  const deviceTree = { address: end, room: DEVICE_TREE_ROOM };
  const behind = end + DEVICE_TREE_ROOM;
  const far = Math.min(memoryBytes, HIGHEST_RTAS) - PAGE;
  const rtas = { address: firmware || far < behind ? behind : far, size: PAGE };
  if (behind + PAGE > memoryBytes) {
    throw new ConfigError('kernel and initrd do not fit into memory', '--memory', 'give the machine more');
  }
  return {
    memoryBytes,
    littleEndian: kernel?.littleEndian ?? false,
    segments,
    entry: firmware ? FIRMWARE_ENTRY : kernel!.entry,
    entersFirmware: firmware !== undefined,
    kernel: kernel && { address: kernel.base, size: kernel.end - kernel.base, moved: kernel.moved },
    initrd: initrdRange,
    deviceTree,
    rtas,
  };
}

function planKernel(kernel: InputFile, memoryBytes: number) {
  const image = loadImage(kernel.bytes, { where: kernel.name, maximumBytes: memoryBytes });
  if (image.bits !== 64) throw new ConfigError('it is not a 64-bit image', kernel.name, 'pseries runs kernels for 64-bit PowerPC');
  const entry = entryPhysical(image);
  if (entry === undefined) throw new ConfigError('its entry point lies outside it', kernel.name, 'give a bootable kernel');
  const first = image.segments[0]!.physical;
  // A kernel that was linked for where it is loaded stays there.
  const base = first < KERNEL_BASE ? KERNEL_BASE : 0;
  return {
    segments: image.segments.map((s): PlannedSegment => ({ physical: base + s.physical, bytes: s.bytes, size: s.size })),
    littleEndian: image.endianness === 'little',
    entry: base + entry,
    base: base + first,
    moved: base,
    end: align(base + imageEnd(image)),
  };
}
