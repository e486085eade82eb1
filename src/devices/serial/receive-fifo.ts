/** Errors of one received character, in the bit positions of the LSR. */
export const RECEIVE_ERROR = { PE: 0x04, FE: 0x08, BI: 0x10 } as const;

/** What a full receiver does with one more character. */
export type OnFull = 'drop-new' | 'replace';

/**
 * The receiver's characters with the errors that belong to each (PC16550D, section 8, line status and FIFO control registers).
 * In character mode the depth is one: the receiver buffer register.
 */
export class ReceiveFifo {
  /** Oldest first; each entry is the character in bits 0..7 and its errors in bits 8..15. Plain data for snapshots. */
  readonly entries: number[] = [];

  get length(): number {
    return this.entries.length;
  }

  /** Whether any character still in the FIFO has an error the guest has not read: LSR bit 7. */
  get holdsError(): boolean {
    return this.entries.some((entry) => entry > 0xff);
  }

  /**
   * A character arrives.
   * @param depth how many characters fit
   * @param onFull in FIFO mode the newcomer is lost, in character mode it replaces the one that was not read
   * @returns whether one was lost: an overrun
   */
  push(byte: number, errors: number, depth: number, onFull: OnFull): boolean {
    const full = this.entries.length >= depth;
    if (full && onFull === 'drop-new') return true;
    if (full) this.entries.shift();
    this.entries.push(byte | (errors << 8));
    return full;
  }

  /** Takes the oldest character; 0 from an empty FIFO. */
  shift(): number {
    return (this.entries.shift() ?? 0) & 0xff;
  }

  /** Errors of the oldest character, which are the ones the LSR shows; taken by reading the LSR. */
  get topErrors(): number {
    return (this.entries[0] ?? 0) >>> 8;
  }

  clearTopErrors(): void {
    if (this.entries.length > 0) this.entries[0] &= 0xff;
  }

  clear(): void {
    this.entries.length = 0;
  }
}
