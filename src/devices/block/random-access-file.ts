/**
 * A file of the host, open for reading or for both. Offsets and lengths are bytes. Operations throw whatever the host throws when it fails;
 * the stores of this folder turn that into values.
 */
export interface RandomAccessFile {
  readonly size: number;
  /** @returns fewer bytes only at the end of the file */
  read(offset: number, length: number): Uint8Array;
  /** Writes all of the bytes; behind its end the file grows, with zeros in a gap. */
  write(offset: number, bytes: Uint8Array): void;
  /** Returns when everything written would outlive a crash of the host. */
  flush(): void;
}
