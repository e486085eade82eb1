/** A pair of byte streams: the host's end of a serial line or a console. */
export interface ByteChannel {
  /** The guest wrote these bytes. */
  output(bytes: Uint8Array): void;
  /** Who takes the bytes for the guest; called once, before the guest runs. It keeps what the guest has not yet read. */
  onInput(receiver: (bytes: Uint8Array) => void): void;
}
