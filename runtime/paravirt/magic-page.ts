import { MAGIC_CRITICAL, MAGIC_PAGE_SIZE, magicWord, type MagicPageContext, type MagicWord } from '../../jit/ir/magic-page.js';
import { OVERLAY_HEEDED, OVERLAY_HOST, OVERLAY_MSR, OVERLAY_PLAIN, ZERO_WORD_OFFSET } from '../../jit/abi/layout.js';
import { MSR } from '../../jit/isa/registers.js';
import type { CpuModel } from '../../jit/isa/cpus/index.js';
import type { PhysicalAccess } from '../core.js';
import type { CpuState } from '../cpu-state.js';

const WORDS = MAGIC_PAGE_SIZE / 4;

/** MSR bits that a guest may change in the magic page without a hypervisor's help, of those that the model has. */
export const magicMsrMask = (model: CpuModel): number => ((MSR.EE.mask | MSR.RI.mask) & model.msrMask) >>> 0;

/**
 * The magic page of one CPU: each field is the register that it shows, in the CPU's state, so neither way ever lags behind. Compiled code
 * whose addresses are known does the same by itself (jit/ir/magic-access.ts); all other accesses come here. Addresses are offsets in
 * the page; bytes are in the order of a big-endian guest.
 */
export class MagicPage implements PhysicalAccess {
  highWord = 0;
  readonly #fields: readonly MagicWord[];

  /** @param u32 all of linear memory, in which CPU state and the page's own storage lie */
  constructor(
    private readonly state: CpuState,
    private readonly u32: Uint32Array,
    private readonly context: Pick<MagicPageContext, 'registers' | 'msrMask'>,
    width: 32 | 64,
  ) {
    this.#fields = Array.from({ length: WORDS }, (_, n) => magicWord(context.registers, width, 4 * n));
  }

  /** The page's words as the native part knows them (see OVERLAY_WORDS_OFFSET in layout.ts). */
  get nativeWords(): Uint32Array {
    return Uint32Array.from(this.#fields, ({ kind, offset }) => {
      switch (kind) {
        case 'state': return offset | OVERLAY_PLAIN;
        case 'critical': return offset | OVERLAY_HEEDED;
        case 'msr': return offset | OVERLAY_MSR;
        case 'readOnly': return offset | OVERLAY_HOST;
        case 'zero': return ZERO_WORD_OFFSET | OVERLAY_HOST;
      }
    }); // prettier-ignore
  }

  /** The guest is in a critical section: no interrupt may be delivered. */
  get critical(): boolean {
    const { state } = this;
    return this.#readWord((MAGIC_CRITICAL + 4) >> 2) === state.gpr(1) && (state.msr & MSR.PR.mask) === 0;
  }

  #readWord(n: number): number {
    const { kind, offset } = this.#fields[n]!;
    return kind === 'zero' ? 0 : this.u32[offset >> 2]!;
  }
  #writeWord(n: number, value: number): void {
    const { kind, offset } = this.#fields[n]!;
    if (kind === 'zero' || kind === 'readOnly') return;
    const { msrMask } = this.context;
    this.u32[offset >> 2] = kind === 'msr' ? (this.state.msr & ~msrMask) | (value & msrMask) : value;
  }

  /** Reads 1, 2, 4 or 8 bytes; of 8, the upper word is then in `highWord`. */
  read(at: number, size: number): number {
    if (size === 8) {
      this.highWord = this.read(at, 4);
      return this.read(at + 4, 4);
    }
    let value = 0;
    for (let k = at; k < at + size; k++) value = (value << 8) | ((this.#readWord(k >> 2) >>> (24 - 8 * (k & 3))) & 0xff);
    return value >>> 0;
  }

  /** Writes the low 1, 2 or 4 bytes of a value, or 8 bytes with `highWord` the upper ones. */
  write(at: number, size: number, value: number, highWord: number): void {
    if (size === 8) {
      this.write(at, 4, highWord, 0);
      return this.write(at + 4, 4, value, 0);
    }
    for (let k = 0; k < size;) {
      // The bytes that fall into one word change at once.
      const n = (at + k) >> 2;
      let word = this.#readWord(n);
      for (; k < size && (at + k) >> 2 === n; k++) {
        const shift = 24 - 8 * ((at + k) & 3);
        const byte = (value >>> (8 * (size - 1 - k))) & 0xff;
        word = (word & ~(0xff << shift)) | (byte << shift);
      }
      this.#writeWord(n, word);
    }
  }
}
