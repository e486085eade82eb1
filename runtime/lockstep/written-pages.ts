import { PAGE_SIZE, type GuestMemory } from '../memory.js';

const PAGE_WORDS = PAGE_SIZE / 4;
const PAGE_SHIFT = 12;

/** The pages that an engine writes in a while, and, if asked for, what was in them before. */
export class WrittenPages {
  /** Host page numbers, each once, in the order of the first write. */
  readonly pages: number[] = [];
  readonly #written: Uint8Array;
  #old = new Uint32Array(64 * PAGE_WORDS);

  /** @param keepsOld whether `restore` is to be possible */
  constructor(
    readonly memory: GuestMemory,
    readonly keepsOld: boolean,
  ) {
    this.#written = new Uint8Array(memory.u8.length >>> PAGE_SHIFT);
  }

  /** A byte is about to be written. */
  note(host: number): void {
    const page = host >>> PAGE_SHIFT;
    if (this.#written[page] !== 0) return;
    this.#written[page] = 1;
    if (this.keepsOld) this.#keep(page);
    this.pages.push(page);
  }

  #keep(page: number): void {
    const at = this.pages.length * PAGE_WORDS;
    if (at === this.#old.length) {
      const more = new Uint32Array(2 * at);
      more.set(this.#old);
      this.#old = more;
    }
    this.#old.set(wordsOfPage(this.memory, page), at);
  }

  /** Begins anew. */
  clear(): void {
    for (const page of this.pages) this.#written[page] = 0;
    this.pages.length = 0;
  }

  /** Puts back what was in the pages. */
  restore(): void {
    this.pages.forEach((page, k) => replacePage(this.memory, page, this.#old.subarray(k * PAGE_WORDS, (k + 1) * PAGE_WORDS)));
  }
}

/** A host page as words. */
export function wordsOfPage(memory: GuestMemory, page: number): Uint32Array {
  return memory.u32.subarray(page * PAGE_WORDS, (page + 1) * PAGE_WORDS);
}

/** Gives a page other contents; code is invalidated only where words change. */
export function replacePage(memory: GuestMemory, page: number, words: Uint32Array): void {
  const now = wordsOfPage(memory, page);
  for (let k = 0; k < PAGE_WORDS; k++) {
    if (now[k] === words[k]) continue;
    memory.onCodeWritten((page << PAGE_SHIFT) + 4 * k, 4);
    now[k] = words[k]!;
  }
}

/** Index of the first word in which two runs of words differ, -1 when there is none. */
export function firstDifference(a: Uint32Array, b: Uint32Array): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return k;
  return -1;
}
