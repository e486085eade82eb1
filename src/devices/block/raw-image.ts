import type { BlockStore } from '../../bus/block-store.js';
import { ConfigError } from '../../config-error.js';
import type { RandomAccessFile } from './random-access-file.js';

/** Sectors of disks, in bytes; the last one of an image is filled up with zeros where the file ends within it. */
export const SECTOR_BYTES = 512;
/** Zeros are written in pieces of so many bytes. */
const PIECE = 2 ** 20;

/** A disk whose bytes lie in a file as they are on the disk. */
export class RawImage implements BlockStore {
  readonly size: number;

  /**
   * @param name shown in messages
   * @throws ConfigError when the file is empty, or has half a sector at its end and is to be written
   */
  constructor(
    readonly name: string,
    private readonly file: RandomAccessFile,
    readonly readOnly: boolean,
  ) {
    this.size = Math.ceil(file.size / SECTOR_BYTES) * SECTOR_BYTES;
    if (file.size === 0) throw new ConfigError('the disk image is empty', name, 'give one of at least 512 bytes');
    if (this.size !== file.size && !readOnly) {
      throw new ConfigError(`its ${file.size} bytes are no whole number of sectors`, name, 'give a multiple of 512 bytes, or use snapshot');
    }
  }

  read(offset: number, length: number): Uint8Array | undefined {
    try {
      const bytes = this.file.read(offset, length);
      if (bytes.length === length) return bytes;
      const whole = new Uint8Array(length);
      whole.set(bytes);
      return whole;
    } catch {
      return undefined;
    }
  }

  write(offset: number, bytes: Uint8Array): boolean {
    return succeeds(() => this.file.write(offset, bytes));
  }

  zero(offset: number, length: number): boolean {
    return succeeds(() => {
      const zeros = new Uint8Array(Math.min(PIECE, length));
      for (let done = 0; done < length; done += PIECE) this.file.write(offset + done, zeros.subarray(0, Math.min(PIECE, length - done)));
    });
  }

  flush(): boolean {
    return succeeds(() => this.file.flush());
  }
}

/** Whether the host did what it was told. */
export function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
