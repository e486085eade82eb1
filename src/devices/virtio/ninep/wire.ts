/** Messages of 9P2000.L as bytes: little-endian numbers, strings with a 16-bit length. Source: the protocol's description in Linux's v9fs and diod. */
import { ERRNO, FileFault } from '../../../bus/shared-folder.js';

/** size[4] type[1] tag[2] */
export const HEADER_BYTES = 7;

/** Request types; the answer to each is one more. */
export const MESSAGE = {
  LERROR: 6, STATFS: 8, LOPEN: 12, LCREATE: 14, SYMLINK: 16, MKNOD: 18, RENAME: 20, READLINK: 22, GETATTR: 24, SETATTR: 26, XATTRWALK: 30,
  XATTRCREATE: 32, READDIR: 40, FSYNC: 50, LOCK: 52, GETLOCK: 54, LINK: 70, MKDIR: 72, RENAMEAT: 74, UNLINKAT: 76, VERSION: 100, AUTH: 102,
  ATTACH: 104, FLUSH: 108, WALK: 110, READ: 116, WRITE: 118, CLUNK: 120, REMOVE: 122,
} as const; // prettier-ignore

/** Reads a request from its beginning; a request that is too short is a FileFault with EPROTO. */
export class WireReader {
  #at = 0;
  readonly #view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  data(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }
  string(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.data(this.u16()));
    } catch (error) {
      throw error instanceof FileFault ? error : new FileFault(ERRNO.EINVAL);
    }
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.bytes.length) throw new FileFault(ERRNO.EPROTO);
    this.#at = at + length;
    return at;
  }
}

/** Builds an answer. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = HEADER_BYTES;

  /** Bytes so far, with the header. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
    return this;
  }
  u16(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
    return this;
  }
  u32(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
    return this;
  }
  u64(value: bigint | number): this {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }
  data(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }
  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u16(bytes.length).data(bytes);
  }

  /** The whole message. */
  finish(type: number, tag: number): Uint8Array {
    this.#view.setUint32(0, this.#length, true);
    this.#view.setUint8(4, type);
    this.#view.setUint16(5, tag, true);
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): number {
    const at = this.#length;
    this.#length = at + by;
    if (this.#length > this.#bytes.length) {
      const more = new Uint8Array(2 * this.#length);
      more.set(this.#bytes);
      this.#bytes = more;
      this.#view = new DataView(more.buffer);
    }
    return at;
  }
}
