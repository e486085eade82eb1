import {
  ATTENTION_OFFSET,
  CONTEXT_OFFSET,
  COUNTER_OFFSET,
  CPU_STATE_SIZE,
  CR_OFFSET,
  CTR_OFFSET,
  DEVICE_ADDRESS_OFFSET,
  EXCEPTION_ADDRESS_OFFSET,
  EXCEPTION_OFFSET,
  EXCEPTION_SYNDROME_OFFSET,
  EXIT_REASON_OFFSET,
  FPR_OFFSET,
  FPR_STRIDE,
  FPSCR_OFFSET,
  GPR_OFFSET,
  IDLE_OFFSET,
  INT_PENDING_OFFSET,
  KEY_OFFSET,
  LR_OFFSET,
  MSR_OFFSET,
  PC_OFFSET,
  HANDLER_BASE_OFFSET,
  RESERVE_OFFSET,
  SERVICE_HIGH_OFFSET,
  SPR_OFFSET,
  XER_CA_OFFSET,
  XER_OV_OFFSET,
  XER_REST_OFFSET,
  XER_SO_OFFSET,
} from '../jit/abi/layout.js';

const XER_SO = 0x80000000;
const XER_OV = 0x40000000;
const XER_CA = 0x20000000;

/**
 * One CPU's architected state, seen where generated code keeps it (jit/abi/layout.ts). Nothing is cached here: what
 * generated code writes shows at once, and the other way round, but only while no region is running, since regions hold
 * registers in locals.
 *
 * Values are unsigned 32-bit numbers. Registers that are 64 bits wide on 64-bit models have a second accessor for the
 * upper half; the plain setter clears that half.
 */
export class CpuState {
  /** The block as unsigned words, host order; index = offset of layout.ts / 4. For hot paths of the runtime. */
  words!: Uint32Array;
  #signed!: Int32Array;
  #floats!: DataView;
  #base!: number;

  /**
   * @param buffer linear memory
   * @param base byte offset of the block, a multiple of 8; normally 0
   */
  constructor(
    private readonly buffer: ArrayBufferLike,
    base = 0,
  ) {
    this.lookAt(base);
  }

  /** Byte offset of the block in linear memory. */
  get base(): number {
    return this.#base;
  }

  /** Looks at another place from now on; nothing is copied. */
  lookAt(base: number): void {
    this.#base = base;
    this.words = new Uint32Array(this.buffer, base, CPU_STATE_SIZE / 4);
    this.#signed = new Int32Array(this.buffer, base, CPU_STATE_SIZE / 4);
    this.#floats = new DataView(this.buffer, base, CPU_STATE_SIZE);
  }

  /** Goes to another place in linear memory with all its content. */
  moveTo(base: number): void {
    const { words } = this;
    this.lookAt(base);
    this.words.set(words);
  }

  // --- Registers ---

  gpr(n: number): number {
    return this.words[(GPR_OFFSET >> 2) + 2 * n];
  }
  gprHigh(n: number): number {
    return this.words[(GPR_OFFSET >> 2) + 2 * n + 1];
  }
  setGpr(n: number, low: number, high = 0): void {
    this.#setPair(GPR_OFFSET + 8 * n, low, high);
  }

  /** The low and the high word of an FPR's 64-bit pattern. */
  fprLow(n: number): number {
    return this.words[(FPR_OFFSET + FPR_STRIDE * n) >> 2];
  }
  fprHigh(n: number): number {
    return this.words[((FPR_OFFSET + FPR_STRIDE * n) >> 2) + 1];
  }
  setFpr(n: number, low: number, high: number): void {
    this.#setPair(FPR_OFFSET + FPR_STRIDE * n, low, high);
  }
  /** An FPR as a number, for people and tests: signalling NaNs lose their kind. */
  fprValue(n: number): number {
    return this.#floats.getFloat64(FPR_OFFSET + FPR_STRIDE * n, true);
  }
  setFprValue(n: number, value: number): void {
    this.#floats.setFloat64(FPR_OFFSET + FPR_STRIDE * n, value, true);
  }

  /** All of CR, field 0 in the most significant four bits. */
  get cr(): number {
    let all = 0;
    for (let field = 0; field < 8; field++) all = (all << 4) | this.words[(CR_OFFSET >> 2) + field];
    return all >>> 0;
  }
  set cr(value: number) {
    for (let field = 0; field < 8; field++) this.words[(CR_OFFSET >> 2) + field] = (value >>> (28 - 4 * field)) & 15;
  }

  /** All of XER (the low word; the upper one is 0). */
  get xer(): number {
    const w = this.words;
    const flags = (w[XER_SO_OFFSET >> 2] ? XER_SO : 0) | (w[XER_OV_OFFSET >> 2] ? XER_OV : 0) | (w[XER_CA_OFFSET >> 2] ? XER_CA : 0);
    return (flags | w[XER_REST_OFFSET >> 2]) >>> 0;
  }
  set xer(value: number) {
    this.words[XER_SO_OFFSET >> 2] = value & XER_SO ? 1 : 0;
    this.words[XER_OV_OFFSET >> 2] = value & XER_OV ? 1 : 0;
    this.words[XER_CA_OFFSET >> 2] = value & XER_CA ? 1 : 0;
    this.words[XER_REST_OFFSET >> 2] = value & ~(XER_SO | XER_OV | XER_CA);
  }

  get lr(): number {
    return this.words[LR_OFFSET >> 2];
  }
  set lr(value: number) {
    this.#setPair(LR_OFFSET, value, 0);
  }
  get lrHigh(): number {
    return this.words[(LR_OFFSET >> 2) + 1];
  }
  set lrHigh(value: number) {
    this.words[(LR_OFFSET >> 2) + 1] = value;
  }
  get ctr(): number {
    return this.words[CTR_OFFSET >> 2];
  }
  set ctr(value: number) {
    this.#setPair(CTR_OFFSET, value, 0);
  }
  get ctrHigh(): number {
    return this.words[(CTR_OFFSET >> 2) + 1];
  }
  set ctrHigh(value: number) {
    this.words[(CTR_OFFSET >> 2) + 1] = value;
  }
  /** Address of the next instruction. */
  get pc(): number {
    return this.words[PC_OFFSET >> 2];
  }
  set pc(value: number) {
    this.#setPair(PC_OFFSET, value, 0);
  }
  get pcHigh(): number {
    return this.words[(PC_OFFSET >> 2) + 1];
  }
  set pcHigh(value: number) {
    this.words[(PC_OFFSET >> 2) + 1] = value;
  }
  /** MSR, low word. Setting it only stores: context, key and attention are for the caller to compute anew. */
  get msr(): number {
    return this.words[MSR_OFFSET >> 2];
  }
  set msr(value: number) {
    this.#setPair(MSR_OFFSET, value, 0);
  }
  get msrHigh(): number {
    return this.words[(MSR_OFFSET >> 2) + 1];
  }
  set msrHigh(value: number) {
    this.words[(MSR_OFFSET >> 2) + 1] = value;
  }

  /** Storage of SPR n by its number; SPRs with side effects are for the model's SPR services. */
  spr(n: number): number {
    return this.words[(SPR_OFFSET >> 2) + 2 * n];
  }
  sprHigh(n: number): number {
    return this.words[(SPR_OFFSET >> 2) + 2 * n + 1];
  }
  setSpr(n: number, low: number, high = 0): void {
    this.#setPair(SPR_OFFSET + 8 * n, low, high);
  }

  /** FPSCR as stored: FR, FI and FPRF may wait in the last-operation record until the AOT module materialises them. */
  get fpscr(): number {
    return this.words[FPSCR_OFFSET >> 2];
  }
  set fpscr(value: number) {
    this.words[FPSCR_OFFSET >> 2] = value;
  }

  // --- Between generated code and the runtime; meanings in layout.ts and exits.ts ---

  get counter(): number {
    return this.#signed[COUNTER_OFFSET >> 2];
  }
  set counter(value: number) {
    this.#signed[COUNTER_OFFSET >> 2] = value;
  }
  get attention(): number {
    return this.words[ATTENTION_OFFSET >> 2];
  }
  set attention(value: number) {
    this.words[ATTENTION_OFFSET >> 2] = value;
  }
  get exitReason(): number {
    return this.words[EXIT_REASON_OFFSET >> 2];
  }
  set exitReason(value: number) {
    this.words[EXIT_REASON_OFFSET >> 2] = value;
  }
  get exception(): number {
    return this.words[EXCEPTION_OFFSET >> 2];
  }
  get exceptionSyndrome(): number {
    return this.words[EXCEPTION_SYNDROME_OFFSET >> 2];
  }
  get exceptionAddress(): number {
    return this.words[EXCEPTION_ADDRESS_OFFSET >> 2];
  }
  get exceptionAddressHigh(): number {
    return this.words[(EXCEPTION_ADDRESS_OFFSET >> 2) + 1];
  }
  /** High word of a host service's result. */
  get serviceHigh(): number {
    return this.words[SERVICE_HIGH_OFFSET >> 2];
  }
  set serviceHigh(value: number) {
    this.words[SERVICE_HIGH_OFFSET >> 2] = value;
  }
  /** What is added to handler numbers in the mode that the CPU is in. */
  get handlerBase(): number {
    return this.words[HANDLER_BASE_OFFSET >> 2];
  }
  set handlerBase(value: number) {
    this.words[HANDLER_BASE_OFFSET >> 2] = value;
  }
  /** Records an exception as generated code does: EXCEPTION_*, syndrome, address. EXCEPTION_NONE takes it back. */
  setException(exception: number, syndrome = 0, address = 0, addressHigh = 0): void {
    this.words[EXCEPTION_OFFSET >> 2] = exception;
    this.words[EXCEPTION_SYNDROME_OFFSET >> 2] = syndrome;
    this.#setPair(EXCEPTION_ADDRESS_OFFSET, address, addressHigh);
  }
  get context(): number {
    return this.words[CONTEXT_OFFSET >> 2];
  }
  set context(value: number) {
    this.words[CONTEXT_OFFSET >> 2] = value;
  }
  get key(): number {
    return this.words[KEY_OFFSET >> 2];
  }
  set key(value: number) {
    this.words[KEY_OFFSET >> 2] = value;
  }
  /** An interrupt waits that MSR[EE] masks: 0 or 1. */
  get intPending(): number {
    return this.words[INT_PENDING_OFFSET >> 2];
  }
  set intPending(value: number) {
    this.words[INT_PENDING_OFFSET >> 2] = value;
  }
  /** A hypercall asked to wait for an interrupt: 0 or 1. */
  get idle(): number {
    return this.words[IDLE_OFFSET >> 2];
  }
  set idle(value: number) {
    this.words[IDLE_OFFSET >> 2] = value;
  }
  /** Host address of the reserved granule; 0 clears the reservation. */
  get reservation(): number {
    return this.words[RESERVE_OFFSET >> 2];
  }
  set reservation(value: number) {
    this.words[RESERVE_OFFSET >> 2] = value;
  }
  /** Physical address of the device access to perform, up to 2^53. */
  get deviceAddress(): number {
    return this.words[DEVICE_ADDRESS_OFFSET >> 2] + this.words[(DEVICE_ADDRESS_OFFSET >> 2) + 1] * 0x1_0000_0000;
  }

  /** Zeroes the whole block. */
  clear(): void {
    this.words.fill(0);
  }

  #setPair(offset: number, low: number, high: number): void {
    this.words[offset >> 2] = low;
    this.words[(offset >> 2) + 1] = high;
  }
}
