/**
 * MSI-X: interrupts that a PCI function makes by writing messages. Source: PCI Local Bus Specification 3.0, section 6.8.2.
 * Registers are little-endian numbers, as everywhere on the PCI bus.
 */
import type { AccessSize } from '../../bus/device.js';
import type { PciConfigSpace } from './pci-config-space.js';

/** The capability's identifier, and the offset of its message control register within it. */
export const MSIX_CAPABILITY = { ID: 0x11, CONTROL: 2, LENGTH: 12 } as const;
const CONTROL = { FUNCTION_MASK: 0x4000, ENABLE: 0x8000 } as const;
/** Words of a table entry. */
const ENTRY = { BYTES: 16, WORDS: 4, ADDRESS: 0, ADDRESS_HIGH: 1, DATA: 2, VECTOR_CONTROL: 3 } as const;
const MASKED = 1;

/** Where a message goes: `data` is written to the PCI memory address `address`. */
export type MessageSink = (address: number, data: number) => void;

/** A message: PCI address and the word that is written there. */
export interface InterruptMessage {
  readonly address: number;
  readonly data: number;
}

/** Table, pending bits and capability of one function. */
export class MsiX {
  /** Everything a snapshot holds besides the configuration space: four words for each vector, and which are pending. */
  readonly state: { readonly table: Uint32Array; readonly pending: Uint8Array };
  readonly #capability: number;

  /**
   * @param vectors table entries, at most 128
   * @param where the base address register whose window holds the table and behind it, at `pendingOffset`, the pending bits
   */
  constructor(
    private readonly config: PciConfigSpace,
    readonly vectors: number,
    private readonly where: { readonly bar: number; readonly tableOffset: number; readonly pendingOffset: number },
    private readonly send: MessageSink,
  ) {
    this.state = { table: new Uint32Array(vectors * ENTRY.WORDS), pending: new Uint8Array(vectors) };
    const body = new Uint8Array(MSIX_CAPABILITY.LENGTH - 2);
    const view = new DataView(body.buffer);
    view.setUint16(0, vectors - 1, true);
    view.setUint32(2, where.tableOffset | where.bar, true);
    view.setUint32(6, where.pendingOffset | where.bar, true);
    const writable = new Uint8Array(body.length);
    writable[1] = (CONTROL.ENABLE | CONTROL.FUNCTION_MASK) >>> 8;
    this.#capability = config.addCapability(MSIX_CAPABILITY.ID, body, writable);
    this.reset();
  }

  /** All vectors masked, nothing pending. */
  reset(): void {
    this.state.table.fill(0);
    for (let vector = 0; vector < this.vectors; vector++) this.state.table[vector * ENTRY.WORDS + ENTRY.VECTOR_CONTROL] = MASKED;
    this.state.pending.fill(0);
  }

  /** Whether the function interrupts by messages instead of its pin. */
  get enabled(): boolean {
    return (this.#control & CONTROL.ENABLE) !== 0;
  }

  /** Sends the vector's message now, or when it is unmasked. Vectors that do not exist are ignored. */
  raise(vector: number): void {
    if (vector >= this.vectors || !this.enabled) return;
    if (this.#masked(vector)) this.state.pending[vector] = 1;
    else this.#send(vector);
  }

  /** What was masked may have become free: call when the capability was written. */
  controlWritten(): void {
    for (let vector = 0; vector < this.vectors; vector++) this.#release(vector);
  }

  /** Gives a vector its message as an operating system would do itself: a hypervisor's part where it gives out interrupts. `undefined` takes it away. */
  program(vector: number, message: InterruptMessage | undefined): void {
    const { table } = this.state;
    const first = vector * ENTRY.WORDS;
    table[first + ENTRY.ADDRESS] = message ? message.address % 2 ** 32 : 0;
    table[first + ENTRY.ADDRESS_HIGH] = message ? Math.floor(message.address / 2 ** 32) : 0;
    table[first + ENTRY.DATA] = message?.data ?? 0;
  }

  /** @param offset bytes into the window; undefined where neither table nor pending bits lie */
  read(offset: number, size: AccessSize): number | undefined {
    const { tableOffset, pendingOffset } = this.where;
    if (offset >= tableOffset && offset < tableOffset + this.vectors * ENTRY.BYTES) {
      return part(this.state.table[(offset - tableOffset) >>> 2]!, offset & 3, size);
    }
    const word = (offset - pendingOffset) >>> 2;
    if (offset < pendingOffset || word >= 2 * Math.ceil(this.vectors / 64)) return undefined;
    let bits = 0;
    for (let k = 0; k < 32; k++) if (this.state.pending[32 * word + k]) bits |= 1 << k;
    return part(bits >>> 0, offset & 3, size);
  }

  /** Stores into the table; only whole aligned words may be written (section 6.8.2). */
  write(offset: number, size: AccessSize, value: number): void {
    const at = offset - this.where.tableOffset;
    if (at < 0 || at >= this.vectors * ENTRY.BYTES || size !== 4) return;
    const word = at >>> 2;
    const control = word % ENTRY.WORDS === ENTRY.VECTOR_CONTROL;
    this.state.table[word] = control ? value & MASKED : value;
    if (control) this.#release(word >>> 2);
  }

  get #control(): number {
    return this.config.read(this.#capability + MSIX_CAPABILITY.CONTROL, 2);
  }

  #masked(vector: number): boolean {
    if (this.#control & CONTROL.FUNCTION_MASK) return true;
    return (this.state.table[vector * ENTRY.WORDS + ENTRY.VECTOR_CONTROL]! & MASKED) !== 0;
  }

  #release(vector: number): void {
    if (!this.state.pending[vector] || !this.enabled || this.#masked(vector)) return;
    this.state.pending[vector] = 0;
    this.#send(vector);
  }

  #send(vector: number): void {
    const { table } = this.state;
    const first = vector * ENTRY.WORDS;
    this.send(table[first + ENTRY.ADDRESS_HIGH]! * 2 ** 32 + table[first + ENTRY.ADDRESS]!, table[first + ENTRY.DATA]!);
  }
}

function part(word: number, offset: number, size: AccessSize): number {
  const shifted = word >>> (8 * offset);
  return size === 4 ? shifted : size === 2 ? shifted & 0xffff : shifted & 0xff;
}
