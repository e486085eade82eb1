import type { MemoryPort } from '../../bus/memory-port.js';

/** A piece of guest memory; address guest physical, length in bytes. */
export interface Segment {
  readonly address: number;
  readonly length: number;
}

/** One buffer of a virtqueue: what the device may read, then what it may write, each as one stream of bytes. */
export class DescriptorChain {
  /** Bytes in all segments together. */
  readonly readableLength: number;
  readonly writableLength: number;
  /** Bytes read and written so far. */
  consumed = 0;
  written = 0;

  /** @param head number of the first descriptor, by which the driver knows the buffer */
  constructor(
    private readonly memory: MemoryPort,
    readonly head: number,
    private readonly readable: readonly Segment[],
    private readonly writable: readonly Segment[],
  ) {
    this.readableLength = total(readable);
    this.writableLength = total(writable);
  }

  /** Bytes that can still be read. */
  get left(): number {
    return this.readableLength - this.consumed;
  }
  /** Bytes that can still be written. */
  get room(): number {
    return this.writableLength - this.written;
  }

  /** The next `length` bytes, fewer where the buffer ends. */
  read(length: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(length, this.left));
    let done = 0;
    for (const piece of pieces(this.readable, this.consumed, bytes.length)) {
      bytes.set(this.memory.read(piece.address, piece.length), done);
      done += piece.length;
    }
    this.consumed += bytes.length;
    return bytes;
  }

  /** Appends to what was written; returns how many of the bytes had room. */
  write(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.room);
    let done = 0;
    for (const piece of pieces(this.writable, this.written, length)) {
      this.memory.write(piece.address, bytes.subarray(done, done + piece.length));
      done += piece.length;
    }
    this.written += length;
    return length;
  }

  /** Goes to another place of what can be written, counted from its beginning. */
  seekWrite(position: number): void {
    this.written = position;
  }
}

function total(segments: readonly Segment[]): number {
  return segments.reduce((sum, s) => sum + s.length, 0);
}

/** The parts of the segments that hold bytes `from` to `from + length` of their stream. */
function* pieces(segments: readonly Segment[], from: number, length: number): Generator<Segment> {
  let start = 0;
  for (const segment of segments) {
    const first = Math.max(from, start);
    const end = Math.min(from + length, start + segment.length);
    if (first < end) yield { address: segment.address + (first - start), length: end - first };
    start += segment.length;
    if (start >= from + length) return;
  }
}
