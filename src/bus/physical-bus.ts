import { ConfigError } from '../config-error.js';
import type { AccessSize, Device, DeviceLog } from './device.js';
import { OnceLog } from './once-log.js';

/** Guest physical addresses have at most 40 bits. */
const ADDRESS_LIMIT = 2 ** 40;

/** One range of guest physical addresses and the device that decodes it. */
export interface Mapping {
  readonly device: Device;
  /** First guest physical address. */
  readonly base: number;
  /** Length in bytes. */
  readonly size: number;
}

/** The devices of a machine by guest physical address. RAM is not here: the CPU reaches it directly. */
export class PhysicalBus {
  /** Whether the last `read` or `write` touched an address that no device decodes; CPUs that report bus errors look here. */
  unassigned = false;
  /** The more significant word of the last 8-byte `read`. */
  highWord = 0;

  /** Sorted by base, never overlapping. */
  #mappings: Mapping[] = [];
  #lastHit: Mapping | undefined;
  readonly #log: OnceLog;

  /** @param log told once of each unassigned address that is touched */
  constructor(log: DeviceLog) {
    this.#log = new OnceLog('physical bus', log);
  }

  /** All mappings by ascending address. */
  get mappings(): readonly Mapping[] {
    return this.#mappings;
  }

  /**
   * Maps `size` bytes at guest physical address `base` to `device`; a device may be mapped several times.
   * @throws ConfigError for an empty or overlapping range, or one beyond 2^40
   */
  attach(device: Device, base: number, size: number): void {
    const where = `device ${device.name}`;
    if (!Number.isSafeInteger(base) || !Number.isSafeInteger(size) || base < 0 || size <= 0 || base + size > ADDRESS_LIMIT) {
      throw new ConfigError(
        `range ${hex(base)} + ${hex(size)} is not inside the physical address space`,
        where,
        'use addresses below 2^40',
      );
    }
    const other = this.#mappings.find((m) => base < m.base + m.size && m.base < base + size);
    if (other) {
      const taken = `${hex(other.base)}..${hex(other.base + other.size - 1)}`;
      const wanted = `${hex(base)}..${hex(base + size - 1)}`;
      throw new ConfigError(`${wanted} overlaps ${other.device.name} at ${taken}`, where, 'give the devices separate ranges');
    }
    this.#mappings = [...this.#mappings, { device, base, size }].sort((a, b) => a.base - b.base);
    this.#lastHit = undefined;
  }

  /** Resets every attached device once. */
  reset(): void {
    for (const device of new Set(this.#mappings.map((m) => m.device))) device.reset();
  }

  /** The mapping that holds guest physical address `pa`. */
  find(pa: number): Mapping | undefined {
    const last = this.#lastHit;
    if (last && pa >= last.base && pa < last.base + last.size) return last;
    let low = 0;
    let high = this.#mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const mapping = this.#mappings[middle];
      if (pa < mapping.base) high = middle;
      else if (pa >= mapping.base + mapping.size) low = middle + 1;
      else return (this.#lastHit = mapping);
    }
    return undefined;
  }

  /**
   * Loads `size` bytes at guest physical address `pa`, as a big-endian load does.
   * @returns an unsigned value, 0 where nothing is mapped; of 8 bytes the less significant word, the other one in `highWord`
   */
  read(pa: number, size: AccessSize): number {
    this.unassigned = false;
    if (size !== 8) return this.#read(pa, size);
    this.highWord = this.#read(pa, 4);
    return this.#read(pa + 4, 4);
  }

  /**
   * Stores `size` bytes at guest physical address `pa`, as a big-endian store does.
   * @param value unsigned; of 8 bytes the less significant word
   * @param highWord of 8 bytes the more significant word
   */
  write(pa: number, size: AccessSize, value: number, highWord = 0): void {
    this.unassigned = false;
    if (size !== 8) return this.#write(pa, size, value);
    this.#write(pa, 4, highWord);
    this.#write(pa + 4, 4, value);
  }

  #read(pa: number, size: 1 | 2 | 4): number {
    const mapping = this.find(pa);
    if (fits(mapping, pa, size)) return mapping.device.read(pa - mapping.base, size) >>> 0;
    if (size === 1) return this.#nobody('read', pa);
    let value = 0;
    for (let i = 0; i < size; i++) value = ((value << 8) | this.#read(pa + i, 1)) >>> 0;
    return value;
  }

  #write(pa: number, size: 1 | 2 | 4, value: number): void {
    const mapping = this.find(pa);
    if (fits(mapping, pa, size)) mapping.device.write(pa - mapping.base, size, value >>> 0);
    else if (size === 1) this.#nobody('write', pa);
    else for (let i = 0; i < size; i++) this.#write(pa + i, 1, (value >>> (8 * (size - 1 - i))) & 0xff);
  }

  #nobody(access: 'read' | 'write', pa: number): number {
    this.unassigned = true;
    const below = this.#mappings.findLast((m) => m.base <= pa);
    const near = below ? ` (${hex(pa - below.base)} past the base of ${below.device.name})` : '';
    this.#log.unimplemented(`${access} of unassigned physical address ${hex(pa)}${near}`);
    return 0;
  }
}

/** Devices see aligned accesses that lie wholly inside them; anything else goes byte by byte. */
function fits(mapping: Mapping | undefined, pa: number, size: number): mapping is Mapping {
  return mapping !== undefined && pa % size === 0 && pa + size <= mapping.base + mapping.size;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
