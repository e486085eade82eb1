/**
 * The PCI host bridge of the IBM/AMCC 4xx chips with plain PCI: 405GP, 440EP. Source: PPC405GP Embedded Processor User's
 * Manual, "PCI Interface"; addresses on the 440EP from its device tree.
 *
 * The bridge is seen through several ranges of the processor local bus (PLB), one `Device` each:
 *
 *   configuration  8 bytes: address at 0, data at 4          440EP: 0xEEC00000
 *   registers      0x40 bytes: address maps (PMM, PTM)       440EP: 0xEF400000
 *   interrupt acknowledge  4 bytes                           440EP: 0xEED00000
 *   I/O            64 KiB of PCI I/O space from 0            440EP: 0xE8000000
 *   memory         PCI memory, through the PMMs              440EP: 0xA0000000 to 0xDFFFFFFF
 *
 * All registers are little-endian.
 */
import type { AccessSize, Device } from '../../bus/device.js';
import { allOnes, swapBytes } from '../../bus/byte-order.js';
import type { MemoryPort } from '../../bus/memory-port.js';
import type { PciBus, PciFunction, PciSpace } from './pci-bus.js';
import { PCI_STATUS, PciConfigSpace } from './pci-config-space.js';

/** Lengths in bytes of the fixed ranges of the bridge. */
export const PPC4XX_PCI_SIZE = { CONFIGURATION: 8, REGISTERS: 0x40, INTERRUPT_ACKNOWLEDGE: 4, IO: 0x10000 } as const;

/** The bridge sits in slot 0 of its own bus. */
const BRIDGE_SLOT = 0;
const CONFIG_ADDRESS_ENABLE = 0x80000000;
/** Words from the start of the registers: three master maps of four, then two target maps of two. */
const PMM = { COUNT: 3, WORDS: 4, LA: 0, MA: 1, PCILA: 2 } as const;
const PTM = { COUNT: 2, WORDS: 2, FIRST: 12, MS: 0, LA: 1 } as const;
/** Bit 0 of PMMxMA and PTMxMS; the rest of them is the address mask. */
const MAP_ENABLE = 0x1;
const ADDRESS_MASK = 0xfffff000;
/** PTM1 is BAR 1 and PTM2 is BAR 2 of the bridge's own configuration space. */
const FIRST_PTM_BAR = 1;

/** What the bridge is wired to. */
export interface Ppc4xxPciWiring {
  /** The bus behind the bridge; the bridge takes its slot 0. */
  readonly bus: PciBus;
  /** Guest memory by PLB address, for masters on the PCI bus. */
  readonly memory: MemoryPort;
}

export class Ppc4xxPciBridge {
  /** Everything a snapshot holds besides `config`: CONFIG_ADDRESS and the registers from 0x00 to 0x3C, as numbers. */
  readonly state = { configAddress: 0, registers: new Uint32Array(PPC4XX_PCI_SIZE.REGISTERS / 4) };
  /** The bridge as a PCI function, 00:00.0. */
  readonly config = new PciConfigSpace({ vendorId: 0x1014, deviceId: 0x027f, classCode: 0x068000 });

  readonly configuration: Device;
  readonly registers: Device;
  readonly interruptAcknowledge: Device;
  readonly io: Device;
  /** Guest memory as PCI masters see it: addresses are PCI addresses, translated by the target maps (PTM). */
  readonly dma: MemoryPort;

  constructor(
    readonly name: string,
    private readonly wiring: Ppc4xxPciWiring,
  ) {
    const asFunction: PciFunction = {
      name,
      config: this.config,
      hostBridge: true,
      readBar: (_bar, _offset, size) => allOnes(size),
      writeBar: () => undefined,
      reset: () => undefined,
    };
    wiring.bus.attach(asFunction, BRIDGE_SLOT);
    // Bridge options 1 and 2 hold what firmware writes to them.
    this.config.makeWritable(0x4a, 2, 0xffff);
    this.config.makeWritable(0x60, 2, 0xffff);

    const ignore = (): void => undefined;
    this.configuration = {
      name: `${name}-config`,
      read: (offset, size) => swapBytes(offset < 4 ? this.#readAddress(offset, size) : this.#readData(offset & 3, size), size),
      write: (offset, size, value) => {
        if (offset < 4) this.#writeAddress(offset, size, swapBytes(value, size));
        else this.#writeData(offset & 3, size, swapBytes(value, size));
      },
      reset: () => this.reset(),
    };
    this.registers = {
      name: `${name}-registers`,
      read: (offset, size) => swapBytes(extract(this.state.registers[offset >>> 2], offset & 3, size), size),
      write: (offset, size, value) => this.#writeRegister(offset, size, swapBytes(value, size)),
      reset: ignore,
    };
    // No interrupt controller answers on the PCI bus.
    this.interruptAcknowledge = { name: `${name}-iack`, read: (_offset, size) => allOnes(size), write: ignore, reset: ignore };
    this.io = this.#window('io', `${name}-io`, (offset) => offset);
    this.dma = { read: (address, length) => this.#dmaRead(address, length), write: (address, bytes) => this.#dmaWrite(address, bytes) };
  }

  /** The PCI memory range of the PLB that starts at `plbBase`; accesses go where the master maps (PMM) send them. */
  memoryWindow(plbBase: number): Device {
    return this.#window('memory', `${this.name}-memory`, (offset) => this.#plbToPci(plbBase + offset));
  }

  /** Resets the bridge and all functions behind it; called through `configuration`. */
  reset(): void {
    this.state.configAddress = 0;
    this.state.registers.fill(0);
    for (let map = 0; map < PTM.COUNT; map++) this.config.redefineBar(FIRST_PTM_BAR + map, undefined);
    this.wiring.bus.reset();
  }

  #window(space: PciSpace, name: string, translate: (offset: number) => number | undefined): Device {
    const { bus } = this.wiring;
    return {
      name,
      read: (offset, size) => {
        const address = translate(offset);
        if (address === undefined) return this.#abort(size);
        const value = bus.read(space, address, size);
        return bus.claimed ? swapBytes(value, size) : this.#abort(size);
      },
      write: (offset, size, value) => {
        const address = translate(offset);
        if (address !== undefined) bus.write(space, address, size, swapBytes(value, size));
        if (address === undefined || !bus.claimed) this.#abort(size);
      },
      reset: () => undefined,
    };
  }

  /** A cycle that nobody claims ends in a master abort: noted in the bridge's status, reads give ones. */
  #abort(size: AccessSize): number {
    this.config.setStatus(PCI_STATUS.RECEIVED_MASTER_ABORT, true);
    return allOnes(size);
  }

  #readAddress(offset: number, size: AccessSize): number {
    return extract(this.state.configAddress, offset, size);
  }

  #writeAddress(offset: number, size: AccessSize, value: number): void {
    // Reserved bits 30:24 and 1:0 read as zero.
    this.state.configAddress = (insert(this.state.configAddress, offset, size, value) & 0x80fffffc) >>> 0;
  }

  #readData(offset: number, size: AccessSize): number {
    const target = this.#configTarget();
    if (!target) return this.#abort(size);
    const value = this.wiring.bus.readConfig(target.device, target.fn, target.register | offset, size);
    return this.wiring.bus.claimed ? value : this.#abort(size);
  }

  #writeData(offset: number, size: AccessSize, value: number): void {
    const target = this.#configTarget();
    if (target) this.wiring.bus.writeConfig(target.device, target.fn, target.register | offset, size, value);
    if (!target || !this.wiring.bus.claimed) this.#abort(size);
  }

  /** Decodes CONFIG_ADDRESS; undefined for a disabled cycle and for buses behind bridges, of which there are none. */
  #configTarget(): { device: number; fn: number; register: number } | undefined {
    const address = this.state.configAddress;
    if (!(address & CONFIG_ADDRESS_ENABLE) || (address >>> 16) & 0xff) return undefined;
    return { device: (address >>> 11) & 0x1f, fn: (address >>> 8) & 7, register: address & 0xfc };
  }

  #writeRegister(offset: number, size: AccessSize, value: number): void {
    const { registers } = this.state;
    const word = offset >>> 2;
    registers[word] = insert(registers[word], offset & 3, size, value);
    if (word < PTM.FIRST || (word - PTM.FIRST) % PTM.WORDS !== PTM.MS) return;
    const map = (word - PTM.FIRST) / PTM.WORDS;
    const windowSize = maskSize(registers[word]);
    this.config.redefineBar(FIRST_PTM_BAR + map, registers[word] & MAP_ENABLE ? { kind: 'memory', size: windowSize } : undefined);
  }

  /** PCI address of a PLB address by the first enabled PMM that holds it. PMMxPCIHA is not used: functions here have 32-bit windows. */
  #plbToPci(plb: number): number | undefined {
    const { registers } = this.state;
    for (let first = 0; first < PMM.COUNT * PMM.WORDS; first += PMM.WORDS) {
      const mask = registers[first + PMM.MA];
      if (!(mask & MAP_ENABLE)) continue;
      const offset = plb - ((registers[first + PMM.LA] & mask & ADDRESS_MASK) >>> 0);
      if (offset >= 0 && offset < maskSize(mask)) return ((registers[first + PMM.PCILA] & mask & ADDRESS_MASK) >>> 0) + offset;
    }
    return undefined;
  }

  /** PLB address of a PCI address by the target map that holds all of `length` bytes. */
  #pciToPlb(address: number, length: number): number | undefined {
    for (let map = 0; map < PTM.COUNT; map++) {
      const base = this.config.barAddress(FIRST_PTM_BAR + map);
      const mask = this.state.registers[PTM.FIRST + PTM.WORDS * map + PTM.MS];
      if (base === undefined || address < base || address + length > base + maskSize(mask)) continue;
      const local = (this.state.registers[PTM.FIRST + PTM.WORDS * map + PTM.LA] & mask & ADDRESS_MASK) >>> 0;
      return local + (address - base);
    }
    return undefined;
  }

  #dmaRead(address: number, length: number): Uint8Array {
    const plb = this.#pciToPlb(address, length);
    return plb === undefined ? new Uint8Array(length).fill(0xff) : this.wiring.memory.read(plb, length);
  }

  #dmaWrite(address: number, bytes: Uint8Array): void {
    const plb = this.#pciToPlb(address, bytes.length);
    if (plb !== undefined) this.wiring.memory.write(plb, bytes);
  }
}

/** Bytes that an address mask covers, up to 2^32. */
function maskSize(mask: number): number {
  return 2 ** 32 - ((mask & ADDRESS_MASK) >>> 0);
}

/** `size` bytes from byte `offset` of a little-endian register. */
function extract(word: number, offset: number, size: AccessSize): number {
  return size === 4 ? word >>> 0 : (word >>> (8 * offset)) & allOnes(size);
}

/** A little-endian register with `size` bytes at byte `offset` replaced. */
function insert(word: number, offset: number, size: AccessSize, value: number): number {
  if (size === 4) return value >>> 0;
  const mask = allOnes(size) << (8 * offset);
  return ((word & ~mask) | ((value << (8 * offset)) & mask)) >>> 0;
}
