/** Bytes in the order they came, of which a part from the front can be looked at before it is dropped. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  #dropped = 0;
  /** Bytes in the queue. */
  length = 0;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.length += bytes.length;
  }

  /** A copy of at most `length` bytes from `offset`. */
  peek(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.length - offset)));
    let start = -this.#dropped;
    let done = 0;
    for (const piece of this.#pieces) {
      if (done === out.length) break;
      const from = Math.max(0, offset + done - start);
      if (from < piece.length) {
        const part = piece.subarray(from, from + out.length - done);
        out.set(part, done);
        done += part.length;
      }
      start += piece.length;
    }
    return out;
  }

  /** Takes bytes from the front away. */
  drop(length: number): void {
    this.length -= length;
    this.#dropped += length;
    let gone = 0;
    while (gone < this.#pieces.length && this.#dropped >= this.#pieces[gone]!.length) this.#dropped -= this.#pieces[gone++]!.length;
    if (gone > 0) this.#pieces = this.#pieces.slice(gone);
  }
}
