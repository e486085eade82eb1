/**
 * What a disk keeps its bytes in: the host's side of a block device. Offsets and lengths are bytes; the device asks only for ranges inside
 * `size`. A host's failure is a value, never an exception: the guest sees it as a medium error.
 */
export interface BlockStore {
  /** Shown in messages, and the disk's serial number where the guest asks for one. */
  readonly name: string;
  /** Bytes, a multiple of 512. */
  readonly size: number;
  readonly readOnly: boolean;
  /** @returns the bytes, a copy; undefined when the host could not read them */
  read(offset: number, length: number): Uint8Array | undefined;
  /** @returns whether the bytes were stored */
  write(offset: number, bytes: Uint8Array): boolean;
  /** Makes the range read as zeros and gives its space back where the store can. @returns whether that was done */
  zero(offset: number, length: number): boolean;
  /** Returns when everything written so far would outlive a crash of the host. @returns whether it would */
  flush(): boolean;
}
