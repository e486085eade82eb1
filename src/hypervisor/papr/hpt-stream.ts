import type { HashPageTable } from '../../../runtime/mmu/hash64/hash-page-table.js';
import { HPTE_BOLTED, HPTE_BYTES, HPTE_VALID, HPTE_WORDS, R_HIGH, R_LOW, V_HIGH, V_LOW } from '../../../runtime/mmu/hash64/hpte.js';
import { vrmaPageShift } from '../../../runtime/mmu/hash64/vrma.js';
import type { HptCalls } from './hpt-calls.js';

/** Flags of `open`: only bolted entries are read; the stream is for writing. */
export const HPT_STREAM_BOLTED_ONLY = 0x1;
export const HPT_STREAM_WRITE = 0x2;
/** Bytes of a record's header: u32 index, u16 valid entries, u16 invalid ones. */
export const HPT_HEADER_BYTES = 8;
const COUNT_MAX = 0xffff;

/** How to open a stream. */
export interface HptStreamOptions {
  /** HPT_STREAM_* */
  readonly flags?: number;
  /** Entry at which reading starts; it matters not to writers. */
  readonly startIndex?: number;
  /** Byte order of headers and entries: that of the host whose interface is mimicked. Big by default. */
  readonly byteOrder?: 'big' | 'little';
}

/** What is refused: EINVAL, EBUSY (CPUs run), EBADF (reading from a writer, writing to a reader, either after closing), EIO (an entry that H_ENTER refuses). */
export class HptStreamError extends Error {
  override readonly name = 'HptStreamError';

  /**
   * @param code of the errors that KVM_PPC_GET_HTAB_FD has
   * @param consumed bytes of what was being written that had their effect
   */
  constructor(
    readonly code: 'EINVAL' | 'EBUSY' | 'EBADF' | 'EIO',
    message: string,
    readonly consumed = 0,
  ) {
    super(`${code}: ${message}`);
  }
}

/** What streams need of the machine. */
export interface HptStreamHost {
  /** Whether CPUs run. */
  running(): boolean;
  /** The table written holds a virtual real mode area: CPUs are to use it. @param pageShift log2 of its base page size */
  restoreVirtualRealMode(pageShift: number): void;
}

/**
 * The hash page table as a stream of bytes, in the format of Linux's KVM_PPC_GET_HTAB_FD: for saving, restoring and live migration.
 *
 * It is a series of records: a header, then the valid entries from its index on, 16 bytes each; the invalid ones that follow are only
 * counted. A reader first gets every entry, later those that changed since they were reported last. There is one mark for each entry, so
 * readers that are open at the same time share what they get.
 */
export class HptStreams {
  constructor(
    private readonly calls: HptCalls,
    private readonly host: HptStreamHost,
  ) {}

  /** @throws HptStreamError EINVAL for unknown flags or a start that is no index */
  open(options: HptStreamOptions = {}): HptStream {
    const { flags = 0, startIndex = 0, byteOrder = 'big' } = options;
    const unknown = flags & ~(HPT_STREAM_BOLTED_ONLY | HPT_STREAM_WRITE);
    if (!Number.isInteger(flags) || unknown !== 0) throw new HptStreamError('EINVAL', `flags 0x${flags.toString(16)} are not known`);
    if (!Number.isInteger(startIndex) || startIndex < 0) throw new HptStreamError('EINVAL', `${startIndex} is no index of an entry`);
    const littleEndian = byteOrder === 'little';
    if (flags & HPT_STREAM_WRITE) return new HptStream(undefined, new HptWriter(this.calls, this.host, littleEndian));
    return new HptStream(new HptReader(this.calls.table, (flags & HPT_STREAM_BOLTED_ONLY) !== 0, startIndex, littleEndian), undefined);
  }
}

/** An open stream: for reading or for writing. */
export class HptStream {
  #open = true;

  constructor(
    private readonly reader: HptReader | undefined,
    private readonly writer: HptWriter | undefined,
  ) {}

  /**
   * Fills a buffer with whole records. It never waits.
   * @returns bytes filled; 0 when nothing has changed
   * @throws HptStreamError EBADF; EINVAL when the buffer has no room for a header and an entry
   */
  read(buffer: Uint8Array): number {
    if (!this.#open || !this.reader) throw new HptStreamError('EBADF', 'the hash page table stream is not open for reading');
    return this.reader.read(buffer);
  }

  /**
   * Puts what records say into the table.
   * @returns bytes consumed: less than given when the last record is not complete
   * @throws HptStreamError EBADF; EBUSY, with nothing changed; EINVAL and EIO, with the records before the bad one in effect
   */
  write(bytes: Uint8Array): number {
    if (!this.#open || !this.writer) throw new HptStreamError('EBADF', 'the hash page table stream is not open for writing');
    return this.writer.write(bytes);
  }

  /** Ends the stream; with the last reader, changes are no longer marked. */
  close(): void {
    if (this.#open) this.reader?.close();
    this.#open = false;
  }
}

/** The reading side of a stream. */
class HptReader {
  #index: number;
  #firstPass = true;

  constructor(
    private readonly table: HashPageTable,
    private readonly boltedOnly: boolean,
    startIndex: number,
    private readonly littleEndian: boolean,
  ) {
    this.#index = startIndex;
    table.startTracking();
  }

  close(): void {
    this.table.stopTracking();
  }

  read(buffer: Uint8Array): number {
    if (buffer.length < HPT_HEADER_BYTES + HPTE_BYTES)
      throw new HptStreamError('EINVAL', `a buffer of ${buffer.length} bytes has no room for a record; give 24 at least`);
    const filled = this.#pass(buffer);
    // The pass was over: what changed since lies in the next one.
    return filled === 0 ? this.#pass(buffer) : filled;
  }

  /** Goes on to the end of the buffer or of the table. */
  #pass(buffer: Uint8Array): number {
    const { table } = this;
    const { words } = table;
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    let filled = 0;
    while (filled + HPT_HEADER_BYTES + HPTE_BYTES <= buffer.length) {
      if (!this.#firstPass) this.#index = table.nextMarked(this.#index);
      const header = filled;
      const first = this.#index;
      let at = header + HPT_HEADER_BYTES;
      for (; at + HPTE_BYTES <= buffer.length && this.#index - first < COUNT_MAX && this.#take(words, true); at += HPTE_BYTES)
        this.#putEntry(view, at, this.#index++);
      const valid = this.#index - first;
      while (this.#index - first - valid < COUNT_MAX && this.#take(words, false)) this.#index++;
      if (this.#index > first) {
        view.setUint32(header, first, this.littleEndian);
        view.setUint16(header + 4, valid, this.littleEndian);
        view.setUint16(header + 6, this.#index - first - valid, this.littleEndian);
        filled = at;
      }
      if (this.#index >= table.entries) {
        this.#index = 0;
        this.#firstPass = false;
        break;
      }
    }
    return filled;
  }

  /** Whether the entry that is next is to be reported, as a valid one or as an invalid one; if so, its mark is taken. */
  #take(words: Int32Array, valid: boolean): boolean {
    const entry = this.#index;
    const at = entry * HPTE_WORDS;
    if (at >= words.length) return false;
    const wanted = this.boltedOnly ? HPTE_VALID | HPTE_BOLTED : HPTE_VALID;
    if (((words[at + V_LOW] & wanted) === wanted) !== valid) return false;
    if (!this.#firstPass && !this.table.isMarked(entry)) return false;
    this.table.clearMark(entry);
    return true;
  }

  #putEntry(view: DataView, at: number, entry: number): void {
    const { table, littleEndian } = this;
    const [high, low] = littleEndian ? [4, 0] : [0, 4];
    view.setUint32(at + high, table.word(entry, V_HIGH), littleEndian);
    view.setUint32(at + low, table.word(entry, V_LOW), littleEndian);
    view.setUint32(at + 8 + high, table.word(entry, R_HIGH), littleEndian);
    view.setUint32(at + 8 + low, table.word(entry, R_LOW), littleEndian);
  }
}

/** The writing side of a stream. */
class HptWriter {
  readonly #words = { vHigh: 0, vLow: 0, rHigh: 0, rLow: 0 };

  constructor(
    private readonly calls: HptCalls,
    private readonly host: HptStreamHost,
    private readonly littleEndian: boolean,
  ) {}

  write(bytes: Uint8Array): number {
    if (this.host.running()) throw new HptStreamError('EBUSY', 'CPUs are running; stop the machine first');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let vrma = 0;
    let at = 0;
    try {
      while (at + HPT_HEADER_BYTES <= bytes.length) {
        const index = view.getUint32(at, this.littleEndian);
        const valid = view.getUint16(at + 4, this.littleEndian);
        const invalid = view.getUint16(at + 6, this.littleEndian);
        const end = at + HPT_HEADER_BYTES + valid * HPTE_BYTES;
        if (end > bytes.length) break;
        this.#check(view, at, index, valid, invalid);
        vrma = this.#apply(view, at, index, valid, invalid) || vrma;
        at = end;
      }
    } finally {
      if (vrma !== 0) this.host.restoreVirtualRealMode(vrma);
    }
    return at;
  }

  /** Refuses a record as a whole, before any of it has its effect. */
  #check(view: DataView, at: number, index: number, valid: number, invalid: number): void {
    if (index + valid + invalid > this.calls.table.entries)
      throw new HptStreamError('EINVAL', `entries ${index} to ${index + valid + invalid - 1} are not all in the table`, at);
    const words = this.#words;
    for (let n = 0; n < valid; n++) {
      this.#takeEntry(view, at + HPT_HEADER_BYTES + n * HPTE_BYTES);
      if (!(words.vLow & HPTE_VALID)) throw new HptStreamError('EINVAL', `entry ${index + n} is given without its valid bit`, at);
      if (!this.calls.accepts(words.vLow, words.rHigh, words.rLow))
        throw new HptStreamError('EIO', `entry ${index + n} is one that H_ENTER refuses`, at);
    }
  }

  /** Returns log2 of the page size of a virtual real mode area that it has put into the table, otherwise 0. */
  #apply(view: DataView, at: number, index: number, valid: number, invalid: number): number {
    const { table } = this.calls;
    const words = this.#words;
    let vrma = 0;
    for (let n = 0; n < valid; n++) {
      this.#takeEntry(view, at + HPT_HEADER_BYTES + n * HPTE_BYTES);
      if (table.isValid(index + n)) table.store(index + n, 0, 0, 0, 0);
      this.calls.enterExactly(index + n, words.vHigh, words.vLow, words.rHigh, words.rLow);
      vrma ||= vrmaPageShift(words.vHigh, words.vLow, words.rLow);
    }
    for (let n = index + valid; n < index + valid + invalid; n++) if (table.isValid(n)) table.store(n, 0, 0, 0, 0);
    return vrma;
  }

  #takeEntry(view: DataView, at: number): void {
    const { littleEndian } = this;
    const words = this.#words;
    const [high, low] = littleEndian ? [4, 0] : [0, 4];
    words.vHigh = view.getUint32(at + high, littleEndian);
    words.vLow = view.getUint32(at + low, littleEndian);
    words.rHigh = view.getUint32(at + 8 + high, littleEndian);
    words.rLow = view.getUint32(at + 8 + low, littleEndian);
  }
}
