/** Characters kept for matching: a pattern longer than this on the console is not found. */
const WINDOW = 4096;

/** Collects console output, passes it on in pieces and watches it for a pattern. */
export class ConsoleWatch {
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #pending: number[] = [];
  #window = '';

  /** One byte that the guest wrote. */
  push(byte: number): void {
    this.#pending.push(byte);
  }

  onOutput(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Passes on what has come since the last call.
   * @returns whether the pattern has been seen
   */
  flush(pattern: RegExp | undefined): boolean {
    if (this.#pending.length === 0) return false;
    const bytes = Uint8Array.from(this.#pending);
    this.#pending = [];
    for (const listener of this.#listeners) listener(bytes);
    if (!pattern) return false;
    let text = '';
    for (const b of bytes) text += String.fromCharCode(b);
    this.#window += text;
    const seen = pattern.test(this.#window);
    this.#window = seen ? '' : this.#window.slice(-WINDOW);
    return seen;
  }
}
