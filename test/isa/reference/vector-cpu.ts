/** What vector instructions work on, in the manual's terms: 128-bit numbers whose element 0 is the most significant. */

/** The elements of `bits` bits, element 0 first, unsigned. */
export const elements = (v: bigint, bits: number): bigint[] =>
  Array.from({ length: 128 / bits }, (_e, n) => (v >> BigInt(128 - bits * (n + 1))) & ((1n << BigInt(bits)) - 1n));
/** The inverse: elements are cut to their width. */
export const vectorOf = (list: readonly bigint[], bits: number): bigint =>
  list.reduce((v, e) => (v << BigInt(bits)) | BigInt.asUintN(bits, e), 0n);
export const signed = (v: bigint, bits: number): bigint => BigInt.asIntN(bits, v);

/** State before and after a vector instruction, with its fields. */
export class VectorCpu {
  vr: bigint[] = [];
  gpr: bigint[] = [];
  vscr = 0n;
  cr = 0n;
  /** Bytes stored, by address. */
  readonly stored = new Map<bigint, number>();

  /** @param byteAt storage before the instruction */
  constructor(
    readonly word: number,
    readonly little: boolean,
    readonly byteAt: (address: bigint) => number,
  ) {}

  /** Instruction bits `from` to `to`. */
  field(from: number, to: number): number {
    return (this.word >>> (31 - to)) & (2 ** (to - from + 1) - 1);
  }
  get a(): bigint {
    return this.vr[this.field(11, 15)]!;
  }
  get b(): bigint {
    return this.vr[this.field(16, 20)]!;
  }
  get c(): bigint {
    return this.vr[this.field(21, 25)]!;
  }
  get target(): bigint {
    return this.vr[this.field(6, 10)]!;
  }
  set target(v: bigint) {
    this.vr[this.field(6, 10)] = BigInt.asUintN(128, v);
  }
  /** Address of an indexed access. */
  get ea(): bigint {
    const base = this.field(11, 15) === 0 ? 0n : this.gpr[this.field(11, 15)]!;
    return BigInt.asUintN(64, base + this.gpr[this.field(16, 20)]!);
  }
  set saturated(yes: boolean) {
    if (yes) this.vscr |= 1n;
  }
  get nonJava(): boolean {
    return (this.vscr & 0x10000n) !== 0n;
  }
  setCr6(bits: bigint): void {
    this.cr = (this.cr & ~0xf0n) | (bits << 4n);
  }
  /** A number of `size` bytes in storage. */
  load(address: bigint, size: number): bigint {
    const bytes = Array.from({ length: size }, (_b, k) => BigInt(this.byteAt(BigInt.asUintN(64, address + BigInt(k)))));
    return (this.little ? bytes.reverse() : bytes).reduce((v, b) => (v << 8n) | b, 0n);
  }
  store(address: bigint, size: number, v: bigint): void {
    for (let k = 0; k < size; k++) {
      const shift = 8 * (this.little ? k : size - 1 - k);
      this.stored.set(address + BigInt(k), Number((v >> BigInt(shift)) & 0xffn));
    }
  }
}

/** What instructions do, by mnemonic. */
export type VectorSemantics = Readonly<Record<string, (c: VectorCpu) => void>>;
