/** Names of places in guest code as plain data, which a worker can be sent. Places ascend by their 64-bit addresses. */
export interface CodeNameTable {
  /** Low and high words of the effective addresses, unsigned. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  /** Bytes; 0 when unknown: the place then ends where the next one begins. */
  readonly size: Uint32Array;
  readonly names: readonly string[];
}

/** The address as people write it. */
export const hexAddress = (low: number, high: number): string =>
  high === 0 ? (low >>> 0).toString(16) : (high >>> 0).toString(16) + (low >>> 0).toString(16).padStart(8, '0');

/** Finds the names of guest code by address. */
export class CodeNames {
  constructor(readonly table: CodeNameTable) {}

  /**
   * Index of the place that covers an address, -1 when none does.
   * @param low low word, signed or unsigned; `high` likewise
   */
  find(low: number, high: number): number {
    const { table } = this;
    const [l, h] = [low >>> 0, high >>> 0];
    let from = 0;
    let to = table.low.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const mh = table.high[middle]!;
      if (mh < h || (mh === h && table.low[middle]! <= l)) from = middle + 1;
      else to = middle;
    }
    const found = from - 1;
    if (found < 0 || table.high[found] !== h) return -1;
    const size = table.size[found]!;
    return size !== 0 && l - table.low[found]! >= size ? -1 : found;
  }

  /** Name of the place that covers an address, undefined when none does. */
  nameAt(low: number, high: number): string | undefined {
    const found = this.find(low, high);
    return found < 0 ? undefined : this.table.names[found];
  }

  /**
   * What the WebAssembly function made from the code at an address is to be called, so that the host's own tools show guest symbols:
   * `guest:memset+0x20@c0000000000a1234`. Plain ASCII.
   */
  functionName(low: number, high: number): string {
    const found = this.find(low, high);
    const place = `@${hexAddress(low, high)}`;
    if (found < 0) return `guest:${place}`;
    const offset = (low >>> 0) - this.table.low[found]!;
    const name = this.table.names[found]!.replace(/[^\x21-\x7e]/g, '?');
    return `guest:${name}${offset === 0 ? '' : `+0x${offset.toString(16)}`}${place}`;
  }
}
