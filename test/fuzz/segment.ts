/** A run of bytes in the guest's memory. */
export interface Segment {
  /** Guest physical. */
  readonly address: number;
  readonly bytes: Uint8Array;
}
