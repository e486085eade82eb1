/**
 * A PCI bus: functions in slots, and who decodes an address of its memory and I/O spaces.
 * Values are little-endian numbers as PCI defines them; the host bridge swaps them for a big-endian CPU.
 */
import { ConfigError } from '../../config-error.js';
import type { AccessSize, InterruptLine } from '../../bus/device.js';
import { allOnes } from '../../bus/byte-order.js';
import { SharedInterruptLine } from '../../bus/shared-interrupt-line.js';
import { PCI_COMMAND, PCI_CONFIG, PCI_STATUS } from './pci-config-space.js';
import type { PciConfigSpace } from './pci-config-space.js';

/** One function of a PCI device, for instance a virtio device. */
export interface PciFunction {
  readonly name: string;
  readonly config: PciConfigSpace;
  /** Set by a host bridge: it starts the cycles on this bus and never answers them, whatever its base address registers say. */
  readonly hostBridge?: boolean;
  /** @param bar index of the base address register; @param offset bytes into its window */
  readBar(bar: number, offset: number, size: AccessSize): number;
  /** @param bar index of the base address register; @param offset bytes into its window */
  writeBar(bar: number, offset: number, size: AccessSize, value: number): void;
  /** Resets the function; its configuration space is reset by the bus. */
  reset(): void;
}

/** The two spaces that base address registers map. */
export type PciSpace = 'io' | 'memory';

/** Which host interrupt pin 1 (INTA#) to 4 of a device is wired to. */
export type PciInterruptRoute = (device: number, pin: number) => InterruptLine;

interface Window {
  readonly space: PciSpace;
  readonly base: number;
  readonly size: number;
  readonly fn: PciFunction;
  readonly bar: number;
}

const DEVICES = 32;
const FUNCTIONS = 8;

export class PciBus {
  /** Whether a function answered the last configuration, memory or I/O access; if not the access ended in a master abort. */
  claimed = false;

  readonly #functions: (PciFunction | undefined)[] = new Array<PciFunction | undefined>(DEVICES * FUNCTIONS).fill(undefined);
  readonly #sharedLines = new Map<InterruptLine, SharedInterruptLine>();
  #windows: Window[] | undefined;
  #lastHit: Window | undefined;

  /** @param route wiring of the slots' interrupt pins on this board */
  constructor(private readonly route: PciInterruptRoute) {}

  /**
   * Puts a function into slot `device` (0..31), function number 0..7.
   * @returns the function's interrupt pin; asserting it also shows in its status register and obeys its interrupt disable bit
   * @throws ConfigError if the place is taken or does not exist
   */
  attach(fn: PciFunction, device: number, functionNumber = 0): InterruptLine {
    const at = device * FUNCTIONS + functionNumber;
    if (!(device >= 0 && device < DEVICES && functionNumber >= 0 && functionNumber < FUNCTIONS)) {
      throw new ConfigError(
        `there is no PCI slot ${device}.${functionNumber}`,
        `device ${fn.name}`,
        'use device 0 to 31 and function 0 to 7',
      );
    }
    const other = this.#functions[at];
    if (other) {
      throw new ConfigError(`PCI slot ${device}.${functionNumber} holds ${other.name}`, `device ${fn.name}`, 'choose a free slot');
    }
    this.#functions[at] = fn;
    this.#windows = undefined;
    return this.#interruptPin(fn, device);
  }

  /** Resets all functions and their configuration. */
  reset(): void {
    for (const fn of this.#functions) {
      fn?.reset();
      fn?.config.reset();
    }
  }

  /** Configuration read; all ones from an empty slot. */
  readConfig(device: number, functionNumber: number, register: number, size: AccessSize): number {
    const fn = this.#functions[device * FUNCTIONS + functionNumber];
    this.claimed = fn !== undefined;
    return fn ? fn.config.read(register, size) : allOnes(size);
  }

  /** Configuration write; dropped by an empty slot. */
  writeConfig(device: number, functionNumber: number, register: number, size: AccessSize, value: number): void {
    const fn = this.#functions[device * FUNCTIONS + functionNumber];
    this.claimed = fn !== undefined;
    fn?.config.write(register, size, value);
  }

  /** Reads PCI address `address`; all ones if nobody claims it. */
  read(space: PciSpace, address: number, size: AccessSize): number {
    const window = this.#find(space, address);
    this.claimed = window !== undefined;
    return window ? window.fn.readBar(window.bar, address - window.base, size) >>> 0 : allOnes(size);
  }

  /** Writes PCI address `address`; dropped if nobody claims it. */
  write(space: PciSpace, address: number, size: AccessSize, value: number): void {
    const window = this.#find(space, address);
    this.claimed = window !== undefined;
    window?.fn.writeBar(window.bar, address - window.base, size, value);
  }

  #find(space: PciSpace, address: number): Window | undefined {
    this.#windows ??= this.#collectWindows();
    const holds = (w: Window): boolean => w.space === space && address >= w.base && address < w.base + w.size;
    if (this.#lastHit && holds(this.#lastHit)) return this.#lastHit;
    return (this.#lastHit = this.#windows.find(holds));
  }

  #collectWindows(): Window[] {
    this.#lastHit = undefined;
    const windows: Window[] = [];
    for (const fn of this.#functions) {
      if (!fn || fn.hostBridge) continue;
      fn.config.bars.forEach((declared, bar) => {
        const base = fn.config.barAddress(bar);
        if (declared && base !== undefined) windows.push({ space: declared.kind, base, size: declared.size, fn, bar });
      });
    }
    return windows;
  }

  #interruptPin(fn: PciFunction, device: number): InterruptLine {
    const { config } = fn;
    const pin = config.read(PCI_CONFIG.INTERRUPT_PIN, 1);
    const line = pin === 0 ? undefined : this.#source(this.route(device, pin));
    let asserted = false;
    const update = (): void => line?.set(asserted && !(config.command & PCI_COMMAND.INTERRUPT_DISABLE));
    config.onChange = () => {
      this.#windows = undefined;
      config.setStatus(PCI_STATUS.INTERRUPT, asserted);
      update();
    };
    return {
      set: (on) => {
        asserted = on;
        config.setStatus(PCI_STATUS.INTERRUPT, on);
        update();
      },
    };
  }

  #source(line: InterruptLine): InterruptLine {
    let shared = this.#sharedLines.get(line);
    if (!shared) this.#sharedLines.set(line, (shared = new SharedInterruptLine(line)));
    return shared.source();
  }
}
