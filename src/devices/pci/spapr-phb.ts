/**
 * The PCI host bridge of a logical partition: what the hypervisor offers a guest in place of a chip. Configuration space is reached by RTAS calls,
 * interrupts are given out by RTAS calls, memory and I/O space are windows of guest physical addresses.
 * Source: Linux on Power Architecture Reference (LoPAR), chapters 7 (RTAS) and 8 (PCI host bridges); PAPR calls the bridge a PHB.
 */
import type { AccessSize, Device } from '../../bus/device.js';
import { swapBytes } from '../../bus/byte-order.js';
import type { MsiX } from './msi-x.js';
import type { PciBus, PciFunction, PciSpace } from './pci-bus.js';
import { PCI_CONFIG } from './pci-config-space.js';

/** An RTAS call: arguments in, status and results out, each an unsigned or small negative 32-bit number. */
export type RtasFunction = (args: readonly number[]) => readonly number[];

/** Status words of RTAS calls (LoPAR 7.2.8). */
const RTAS = { SUCCESS: 0, HARDWARE_ERROR: -1, PARAMETER_ERROR: -3 } as const;
/** Functions of ibm,change-msi (LoPAR 7.3.10.5.1). */
const CHANGE_MSI = { DEFAULT: 0, RESET: 1, MSI: 3, MSIX: 4 } as const;
/** Kinds of interrupts that ibm,query-interrupt-source-number tells. */
const EDGE = 1;
const CONFIG_SPACE_BYTES = 256;
/** BARs are aligned to the guest's largest page at least, so that no two functions share a page. */
const BAR_ALIGNMENT = 0x10000;
/** PCI memory address that functions write their messages to: no memory of the guest lies there. */
const MESSAGE_ADDRESS = 0x40000000000;

/** Where the windows of a bridge lie. All in bytes; 64-bit memory space is not translated. */
export const SPAPR_PHB_LAYOUT = {
  BUID: 0x800000020000000n,
  IO: { physical: 0x8000000000, size: 0x10000 },
  MEMORY32: { physical: 0x8080000000, pci: 0x80000000, size: 0x80000000 },
  MEMORY64: { physical: 0x9000000000, size: 0x1000000000 },
  /** Logical bus of the DMA window and its length. */
  DMA: { liobn: 0x80000000, size: 0x40000000 },
} as const;

/** Interrupt sources of the machine that the bridge may give out for messages. */
export interface MessageSources {
  /**
   * Reserves sources.
   * @returns the number of the first of `count` in a row; undefined when there are not so many left
   */
  allocate(count: number): number | undefined;
  /** Gives them back. */
  release(first: number, count: number): void;
  /** Makes an interrupt of a source that was allocated. */
  raise(source: number): void;
}

/** A function with what the bridge must know about it. */
interface Attached {
  readonly fn: PciFunction;
  readonly device: number;
  readonly msiX: MsiX | undefined;
  /** What ibm,change-msi gave it. */
  granted: { readonly first: number; readonly count: number } | undefined;
}

/** A base address register with the address the bridge gave it. */
export interface AssignedBar {
  readonly index: number;
  readonly space: PciSpace;
  /** PCI address. */
  readonly address: number;
  readonly size: number;
  readonly wide: boolean;
  readonly prefetchable: boolean;
}

/** A function as the device tree describes it. */
export interface PhbSlot {
  readonly fn: PciFunction;
  readonly device: number;
  readonly bars: readonly AssignedBar[];
  /** Interrupt messages that it can be given, 0 for none. */
  readonly messages: number;
}

export class SpaprPhb {
  /** The I/O window, offset 0 being I/O address 0. Its reset is the reset of the bridge and everything behind it. */
  readonly io: Device;
  /** The window to 32-bit memory space. */
  readonly memory32: Device;
  /** The window to 64-bit memory space. */
  readonly memory64: Device;
  readonly #attached: Attached[] = [];

  /** @param bus behind the bridge, which has no function of its own there */
  constructor(
    readonly name: string,
    private readonly bus: PciBus,
    private readonly messages: MessageSources,
  ) {
    const { MEMORY32, MEMORY64 } = SPAPR_PHB_LAYOUT;
    this.io = this.#window('io', `${name}-io`, 0, () => this.reset());
    this.memory32 = this.#window('memory', `${name}-memory32`, MEMORY32.pci);
    this.memory64 = this.#window('memory', `${name}-memory64`, MEMORY64.physical);
  }

  /**
   * Puts a function into a slot, function number 0.
   * @param msiX its messages, if it can make any
   * @returns its interrupt pin
   * @throws ConfigError if the slot is taken or does not exist
   */
  attach(fn: PciFunction, device: number, msiX?: MsiX): ReturnType<PciBus['attach']> {
    const pin = this.bus.attach(fn, device);
    this.#attached.push({ fn, device, msiX, granted: undefined });
    return pin;
  }

  /** Takes the messages of functions: give it to them as their sink. */
  readonly takeMessage = (address: number, data: number): void => {
    const holds = this.#attached.some(({ granted }) => granted && data >= granted.first && data < granted.first + granted.count);
    if (address === MESSAGE_ADDRESS && holds) this.messages.raise(data);
  };

  /** The calls of the bridge, by the names of their tokens in the /rtas node. */
  get rtasFunctions(): Readonly<Record<string, RtasFunction>> {
    return {
      'read-pci-config': ([address, size]) => this.#readConfig(address!, size!),
      'write-pci-config': ([address, size, value]) => this.#writeConfig(address!, size!, value!),
      'ibm,read-pci-config': ([address, high, low, size]) =>
        this.#isMine(high!, low!) ? this.#readConfig(address!, size!) : [RTAS.PARAMETER_ERROR, 0],
      'ibm,write-pci-config': ([address, high, low, size, value]) =>
        this.#isMine(high!, low!) ? this.#writeConfig(address!, size!, value!) : [RTAS.PARAMETER_ERROR],
      'ibm,change-msi': (args) => this.#changeMessages(args),
      'ibm,query-interrupt-source-number': (args) => this.#queryMessage(args),
    };
  }

  /** Resets the bridge and all functions behind it, and gives addresses to their base address registers as firmware does. */
  reset(): void {
    for (const attached of this.#attached) this.#release(attached);
    this.bus.reset();
    for (const { fn, bars } of this.slots()) {
      for (const { index, address, wide } of bars) {
        const register = PCI_CONFIG.BAR0 + 4 * index;
        fn.config.write(register, 4, address % 2 ** 32);
        if (wide) fn.config.write(register + 4, 4, Math.floor(address / 2 ** 32));
      }
    }
  }

  /** All functions, with the addresses that `reset` gives them. */
  slots(): readonly PhbSlot[] {
    const { MEMORY32, MEMORY64 } = SPAPR_PHB_LAYOUT;
    // I/O address 0 means "not assigned" to many drivers.
    const next = { io: BAR_ALIGNMENT / 0x10, narrow: MEMORY32.pci as number, wide: MEMORY64.physical as number };
    const take = (which: keyof typeof next, size: number, alignment: number): number => {
      const step = Math.max(size, alignment);
      const address = Math.ceil(next[which] / step) * step;
      next[which] = address + step;
      return address;
    };
    return this.#attached.map(({ fn, device, msiX }) => ({
      fn,
      device,
      messages: msiX?.vectors ?? 0,
      bars: fn.config.bars.flatMap((bar, index): AssignedBar[] => {
        if (!bar) return [];
        if (bar.kind === 'io') {
          return [{ index, space: 'io', address: take('io', bar.size, 4), size: bar.size, wide: false, prefetchable: false }];
        }
        const { wide = false, prefetchable = false } = bar;
        const address = take(wide ? 'wide' : 'narrow', bar.size, BAR_ALIGNMENT);
        return [{ index, space: 'memory', address, size: bar.size, wide, prefetchable }];
      }),
    }));
  }

  #isMine(high: number, low: number): boolean {
    return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)) === SPAPR_PHB_LAYOUT.BUID;
  }

  /** The function and register of a configuration address: bus, device and function, low 8 bits of the register; bits 31 to 28 its high bits. */
  #target(address: number, size: number): { device: number; fn: number; register: number } | undefined {
    const register = ((address >>> 20) & 0xf00) | (address & 0xff);
    const wellFormed = (size === 1 || size === 2 || size === 4) && register % size === 0;
    if (!wellFormed || register + size > CONFIG_SPACE_BYTES || (address >>> 16) & 0xff) return undefined;
    return { device: (address >>> 11) & 0x1f, fn: (address >>> 8) & 7, register };
  }

  #readConfig(address: number, size: number): readonly number[] {
    const target = this.#target(address, size);
    const value = target ? this.bus.readConfig(target.device, target.fn, target.register, size as AccessSize) : 0xffffffff;
    return target && this.bus.claimed ? [RTAS.SUCCESS, value] : [RTAS.PARAMETER_ERROR, 0xffffffff];
  }

  #writeConfig(address: number, size: number, value: number): readonly number[] {
    const target = this.#target(address, size);
    if (target) this.bus.writeConfig(target.device, target.fn, target.register, size as AccessSize, value >>> 0);
    return [target && this.bus.claimed ? RTAS.SUCCESS : RTAS.PARAMETER_ERROR];
  }

  #byConfigAddress(address: number, high: number, low: number): Attached | undefined {
    const target = this.#target(address & 0x00ffff00, 4);
    if (!target || target.fn !== 0 || !this.#isMine(high, low)) return undefined;
    return this.#attached.find(({ device }) => device === target.device);
  }

  /** ibm,change-msi: how many messages a function gets; the table of the function is filled in here, where the guest has no say in it. */
  #changeMessages(args: readonly number[]): readonly number[] {
    const [address, high, low, kind, wanted, sequence] = args as [number, number, number, number, number, number];
    const failed = [RTAS.PARAMETER_ERROR, 0, 0, 0];
    const attached = this.#byConfigAddress(address, high, low);
    if (!attached?.msiX) return failed;
    const type = kind === CHANGE_MSI.DEFAULT || kind === CHANGE_MSI.RESET ? CHANGE_MSI.MSIX : kind;
    if (type !== CHANGE_MSI.MSIX) return failed;
    this.#release(attached);
    const count = kind === CHANGE_MSI.RESET ? 0 : Math.min(wanted >>> 0, attached.msiX.vectors);
    if (count > 0) {
      const first = this.messages.allocate(count);
      if (first === undefined) return [RTAS.HARDWARE_ERROR, 0, 0, 0];
      attached.granted = { first, count };
      for (let k = 0; k < count; k++) attached.msiX.program(k, { address: MESSAGE_ADDRESS, data: first + k });
    }
    return [RTAS.SUCCESS, count, sequence + 1, type];
  }

  #release(attached: Attached): void {
    const { granted, msiX } = attached;
    if (!granted) return;
    for (let k = 0; k < granted.count; k++) msiX?.program(k, undefined);
    this.messages.release(granted.first, granted.count);
    attached.granted = undefined;
  }

  #queryMessage(args: readonly number[]): readonly number[] {
    const [address, high, low, which] = args as [number, number, number, number];
    const granted = this.#byConfigAddress(address, high, low)?.granted;
    if (!granted || which >>> 0 >= granted.count) return [RTAS.PARAMETER_ERROR, 0, 0];
    return [RTAS.SUCCESS, granted.first + which, EDGE];
  }

  #window(space: PciSpace, name: string, base: number, reset: () => void = () => undefined): Device {
    const { bus } = this;
    return {
      name,
      read: (offset, size) => swapBytes(bus.read(space, base + offset, size), size),
      write: (offset, size, value) => bus.write(space, base + offset, size, swapBytes(value, size)),
      reset,
    };
  }
}

/** Which of four interrupt lines pin 1 to 4 of a device is wired to: neighbouring slots use different ones. */
export function swizzledLine(device: number, pin: number): number {
  return (device + pin - 1) % 4;
}
