/** CPU state and storage for the IR evaluator: everything a bigint, everything in maps and arrays, nothing fast. */
import { EXCEPTION_ALIGNMENT, EXCEPTION_DATA_STORAGE } from '../../jit/abi/exits.js';
import { XER_REST_OFFSET } from '../../jit/abi/layout.js';

/** Guest storage by byte address. What was never written holds a pattern made of its address. */
export class PatternMemory {
  readonly written = new Map<bigint, number>();
  /** Addresses from here on do not exist: accesses fault. */
  limit = 1n << 65n;

  byte(address: bigint): number {
    return this.written.get(address) ?? Number((address * 37n + (address >> 8n) * 5n + 0x8bn) & 0xffn);
  }
  read(address: bigint, size: number, little: boolean): bigint {
    let value = 0n;
    for (let k = 0; k < size; k++) value = (value << 8n) | BigInt(this.byte(address + BigInt(little ? size - 1 - k : k)));
    return value;
  }
  write(address: bigint, size: number, value: bigint, little: boolean): void {
    for (let k = 0; k < size; k++) {
      const byte = Number((value >> BigInt(8 * (size - 1 - k))) & 0xffn);
      this.written.set(address + BigInt(little ? size - 1 - k : k), byte);
    }
  }
}

/** An exception that an instruction raised. */
export interface RaisedException {
  readonly number: number;
  readonly address?: bigint;
}

/** Thrown inside the evaluator to end an instruction with an exception. */
export class InstructionEnds extends Error {
  constructor(readonly exception: RaisedException) {
    super(`exception ${exception.number}`);
  }
}

/** The registers of one virtual CPU. Words are kept unsigned, cut to the model's width. */
export class EvaluatedCpu {
  readonly gpr: bigint[] = Array.from({ length: 32 }, () => 0n);
  readonly fpr: bigint[] = Array.from({ length: 32 }, () => 0n);
  /** VR n, and doubleword 1 of VSR n (0..31), whose doubleword 0 is FPR n. */
  readonly vr: bigint[] = Array.from({ length: 32 }, () => 0n);
  readonly vsrLow: bigint[] = Array.from({ length: 32 }, () => 0n);
  readonly cr: bigint[] = Array.from({ length: 8 }, () => 0n);
  lr = 0n;
  ctr = 0n;
  so = 0n;
  ov = 0n;
  ca = 0n;
  /** Other state by its offset of jit/abi/layout.ts: SPRs, MSR, the rest of XER. */
  readonly state = new Map<number, bigint>();
  /** Address of the reserved granule. */
  reservation: bigint | undefined;
  /** How many bits of an address count: 32 in 32-bit mode. */
  addressBits: 32 | 64;

  constructor(
    readonly width: 32 | 64,
    readonly memory = new PatternMemory(),
    readonly little = false,
  ) {
    this.addressBits = width;
  }

  /** VSR n (0..63). */
  vsr(n: number): bigint {
    return n >= 32 ? this.vr[n - 32]! : (this.fpr[n]! << 64n) | this.vsrLow[n]!;
  }
  setVsr(n: number, v: bigint): void {
    if (n >= 32) this.vr[n - 32] = v;
    else [this.fpr[n], this.vsrLow[n]] = [v >> 64n, BigInt.asUintN(64, v)];
  }
  /** XER's low word. */
  get xer(): bigint {
    return (this.so << 31n) | (this.ov << 30n) | (this.ca << 29n) | (this.state.get(XER_REST_OFFSET) ?? 0n);
  }
  set xer(v: bigint) {
    [this.so, this.ov, this.ca] = [(v >> 31n) & 1n, (v >> 30n) & 1n, (v >> 29n) & 1n];
    this.state.set(XER_REST_OFFSET, v & 0x7fn);
  }
  get wholeCr(): bigint {
    return this.cr.reduce((all, field) => (all << 4n) | field, 0n);
  }
  set wholeCr(v: bigint) {
    for (let n = 0; n < 8; n++) this.cr[n] = (v >> BigInt(28 - 4 * n)) & 15n;
  }

  #check(address: bigint, size: number): void {
    if (address + BigInt(size) > this.memory.limit) throw new InstructionEnds({ number: EXCEPTION_DATA_STORAGE, address });
  }
  load(address: bigint, size: number): bigint {
    this.#check(address, size);
    return this.memory.read(address, size, this.little);
  }
  store(address: bigint, size: number, value: bigint): void {
    this.#check(address, size);
    this.memory.write(address, size, value, this.little);
  }
  #aligned(address: bigint, size: number): void {
    if (address % BigInt(size) !== 0n) throw new InstructionEnds({ number: EXCEPTION_ALIGNMENT, address });
  }
  loadReserve(address: bigint, size: number): bigint {
    this.#aligned(address, size);
    const value = this.load(address, size);
    this.reservation = address & ~31n;
    return value;
  }
  storeConditional(address: bigint, size: number, value: bigint): bigint {
    this.#aligned(address, size);
    this.#check(address, size);
    const held = this.reservation === (address & ~31n);
    this.reservation = undefined;
    if (held) this.store(address, size, value);
    return held ? 1n : 0n;
  }
  /** Address `by` bytes on, as wide as addresses are. */
  #after(address: bigint, by: number): bigint {
    return BigInt.asUintN(this.addressBits, address + BigInt(by));
  }
  loadMultiple(first: number, address: bigint): void {
    const values: bigint[] = [];
    for (let r = first; r < 32; r++) values.push(this.load(this.#after(address, 4 * (r - first)), 4));
    values.forEach((v, k) => (this.gpr[first + k] = v));
  }
  storeMultiple(first: number, address: bigint): void {
    for (let r = first; r < 32; r++) this.store(this.#after(address, 4 * (r - first)), 4, this.gpr[r]!);
  }
  loadString(first: number, address: bigint, count: number): void {
    const bytes = Array.from({ length: count }, (_b, k) => this.load(this.#after(address, k), 1));
    for (let k = 0; k < count; k += 4) {
      this.gpr[(first + k / 4) % 32] = [0, 1, 2, 3].reduce((v, j) => (v << 8n) | (bytes[k + j] ?? 0n), 0n);
    }
  }
  storeString(first: number, address: bigint, count: number): void {
    for (let k = 0; k < count; k++) {
      const register = this.gpr[(first + (k >> 2)) % 32]!;
      this.store(this.#after(address, k), 1, register >> BigInt(24 - 8 * (k & 3)));
    }
  }
  zeroBlock(address: bigint): void {
    const block = address & ~31n;
    for (let k = 0n; k < 32n; k++) this.store(block + k, 1, 0n);
  }
  touch(address: bigint): void {
    this.#check(address, 1);
  }
}
