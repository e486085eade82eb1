import { ConfigError } from '../config-error.js';

/** POSIX.1-1988 (ustar): everything comes in records of this many bytes. */
const RECORD = 512;
/** GNU tar: names too long for the header come as files of these types before the header they belong to. */
const TYPE_LONG_NAME = 'L';
const TYPE_LONG_TARGET = 'K';
/** POSIX.1-2001: key-value pairs for the next header; `g` for all. */
const TYPE_EXTENDED = 'x';
const TYPE_GLOBAL = 'g';

/** What a file in an archive is. */
export type TarType = 'file' | 'hard link' | 'symbolic link' | 'character device' | 'block device' | 'directory' | 'fifo';

const TYPES: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};

/** One file of an archive. */
export interface TarEntry {
  /** As the archive has it, without `./` at its beginning and without slashes at its end; empty for the root. */
  readonly path: string;
  readonly type: TarType;
  /** Permission bits, with set-ID and sticky bits. */
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  /** Seconds since 1970. */
  readonly modified: number;
  /** What a link points to: for hard links a path of this archive, as `path` is written. */
  readonly target: string;
  /** Bytes of contents. */
  readonly size: number;
  /** The contents, when they were asked for. */
  readonly contents?: Uint8Array;
}

/**
 * Reads a tar archive from a stream: ustar with the extensions of GNU tar and POSIX.1-2001 for long names, which is what Debian's
 * packages hold (deb(5)).
 *
 * @param wanted whose contents are kept; the others are skipped and cost no memory
 * @param where file name for messages
 * @throws ConfigError when the archive is truncated or damaged
 */
export async function* readTar(
  stream: AsyncIterable<Uint8Array>,
  wanted: (entry: TarEntry) => boolean,
  where: string,
): AsyncGenerator<TarEntry> {
  const input = new RecordReader(stream, where);
  let longName: string | undefined;
  let longTarget: string | undefined;
  for (;;) {
    const record = await input.read(RECORD);
    // Two records of zeros end an archive; whatever follows is padding.
    if (record === undefined || record.every((byte) => byte === 0)) break;
    const { entry, type } = parseHeader(record, where);
    if (type === TYPE_LONG_NAME || type === TYPE_LONG_TARGET || type === TYPE_EXTENDED || type === TYPE_GLOBAL) {
      const bytes = await input.contents(entry.size);
      if (type === TYPE_LONG_NAME) longName = text(bytes);
      if (type === TYPE_LONG_TARGET) longTarget = text(bytes);
      if (type === TYPE_EXTENDED) ({ path: longName = longName, linkpath: longTarget = longTarget } = parsePairs(bytes));
      continue;
    }
    const named = {
      ...entry,
      path: plainPath(longName ?? entry.path),
      target: entry.type === 'hard link' ? plainPath(longTarget ?? entry.target) : (longTarget ?? entry.target),
    };
    longName = longTarget = undefined;
    if (wanted(named)) {
      yield { ...named, contents: await input.contents(entry.size) };
    } else {
      await input.skip(align(entry.size));
      yield named;
    }
  }
  await input.drain();
}

const align = (size: number): number => Math.ceil(size / RECORD) * RECORD;

const decoder = new TextDecoder();

/** Text up to the first zero byte. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function plainPath(path: string): string {
  return path.replace(/^(\.?\/)+/, '').replace(/^\.$/, '').replace(/\/+$/, ''); // prettier-ignore
}

/** Fields of the ustar header by offset and length (POSIX.1-1988, 10.1.1). */
function parseHeader(record: Uint8Array, where: string): { entry: TarEntry; type: string } {
  const field = (offset: number, length: number): string => text(record.subarray(offset, offset + length));
  const number = (offset: number, length: number): number => {
    // GNU tar: the top bit says that the field is a binary number, for what does not fit into octal digits.
    if (record[offset] & 0x80) {
      const bytes = record.subarray(offset + 1, offset + length);
      return bytes.reduce((value, byte) => value * 256 + byte, record[offset] & 0x7f);
    }
    return parseInt(field(offset, length).trim() || '0', 8);
  };
  const sum = record.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== number(148, 8)) throw damaged('a header of the archive does not match its check sum', where);
  const type = String.fromCharCode(record[156]);
  const kind = TYPES[type];
  const extension = [TYPE_LONG_NAME, TYPE_LONG_TARGET, TYPE_EXTENDED, TYPE_GLOBAL].includes(type);
  if (kind === undefined && !extension) throw damaged(`the archive holds a file of the unknown type '${type}'`, where);
  // Only POSIX's own magic says that a prefix is there: GNU's header has times in its place.
  const prefix = field(257, 6) === 'ustar' && record[263] === 0x30 ? field(345, 155) : '';
  const size = number(124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw damaged('a length in the archive is impossible', where);
  const entry: TarEntry = {
    path: prefix ? `${prefix}/${field(0, 100)}` : field(0, 100),
    type: kind ?? 'file',
    mode: number(100, 8) & 0o7777,
    owner: number(108, 8),
    group: number(116, 8),
    // Links of old archives carry a size without having contents.
    size: extension || kind === 'file' ? size : 0,
    modified: number(136, 12),
    target: field(157, 100),
  };
  return { entry, type };
}

/** `length key=value\n`, again and again (POSIX.1-2001, pax). */
function parsePairs(bytes: Uint8Array): { path?: string; linkpath?: string } {
  const pairs: Record<string, string> = {};
  for (let offset = 0; offset < bytes.length;) {
    const length = parseInt(decoder.decode(bytes.subarray(offset, offset + 20)), 10);
    if (!(length > 0)) break;
    const pair = decoder.decode(bytes.subarray(offset, offset + length - 1));
    const [, key, value] = /^\d+ ([^=]+)=([\s\S]*)$/.exec(pair) ?? [];
    if (key !== undefined) pairs[key] = value;
    offset += length;
  }
  return { path: pairs.path, linkpath: pairs.linkpath };
}

function damaged(what: string, where: string): ConfigError {
  return new ConfigError(what, where, 'fetch the file again');
}

/** Cuts a stream of pieces of any length into the lengths that are asked for. */
class RecordReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(
    stream: AsyncIterable<Uint8Array>,
    readonly where: string,
  ) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes; undefined at the end of the stream. */
  async read(length: number): Promise<Uint8Array | undefined> {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#rest.length === 0 && !(await this.#next())) {
        if (filled === 0) return undefined;
        throw damaged('the archive is truncated', this.where);
      }
      const part = this.#rest.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return out;
  }

  /** Contents of `size` bytes with the padding behind them. */
  async contents(size: number): Promise<Uint8Array> {
    if (size === 0) return new Uint8Array();
    const bytes = await this.read(size);
    if (bytes === undefined) throw damaged('the archive is truncated', this.where);
    await this.skip(align(size) - size);
    return bytes;
  }

  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) throw damaged('the archive is truncated', this.where);
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      left -= part;
    }
  }

  /** Reads the stream to its end, so that who writes it can end. */
  async drain(): Promise<void> {
    while (await this.#next());
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    this.#rest = done ? new Uint8Array() : value;
    return !done;
  }
}
