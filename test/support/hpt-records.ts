/** A record of the hash page table stream, as its format is described: written and read without the product's code. */
export interface HptRecord {
  readonly index: number;
  readonly invalid: number;
  /** First and second doublewords. */
  readonly entries: readonly (readonly [v: bigint, r: bigint])[];
}

/** Bytes of records. */
export function recordBytes(records: readonly HptRecord[], littleEndian = false): Uint8Array {
  const size = records.reduce((sum, r) => sum + 8 + 16 * r.entries.length, 0);
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  for (const { index, invalid, entries } of records) {
    view.setUint32(at, index, littleEndian);
    view.setUint16(at + 4, entries.length, littleEndian);
    view.setUint16(at + 6, invalid, littleEndian);
    at += 8;
    for (const [v, r] of entries) {
      view.setBigUint64(at, v, littleEndian);
      view.setBigUint64(at + 8, r, littleEndian);
      at += 16;
    }
  }
  return new Uint8Array(view.buffer);
}

/** Records of bytes, which are to be whole. */
export function recordsOf(bytes: Uint8Array, littleEndian = false): HptRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: HptRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const index = view.getUint32(at, littleEndian);
    const valid = view.getUint16(at + 4, littleEndian);
    const invalid = view.getUint16(at + 6, littleEndian);
    at += 8;
    const entries = Array.from({ length: valid }, (_, n) => {
      const from = at + 16 * n;
      return [view.getBigUint64(from, littleEndian), view.getBigUint64(from + 8, littleEndian)] as const;
    });
    at += 16 * valid;
    records.push({ index, invalid, entries });
  }
  return records;
}

/** What records say of each entry: its doublewords, or undefined for an invalid one. */
export function saidBy(records: readonly HptRecord[]): Map<number, readonly [bigint, bigint] | undefined> {
  const said = new Map<number, readonly [bigint, bigint] | undefined>();
  for (const r of records) {
    r.entries.forEach((e, n) => said.set(r.index + n, e));
    for (let n = 0; n < r.invalid; n++) said.set(r.index + r.entries.length + n, undefined);
  }
  return said;
}
