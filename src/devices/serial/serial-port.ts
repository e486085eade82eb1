/** Modem control outputs of a UART; true means asserted (the pin is low). */
export interface ModemOutputs {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly out1: boolean;
  readonly out2: boolean;
}

/** Modem status inputs of a UART; true means asserted (the pin is low). */
export interface ModemInputs {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

/** The host's end of a serial line: what the UART calls. Bytes towards the guest go the other way, by the UART's `input`. */
export interface SerialPort {
  /** The guest has sent a byte (already cut to the word length). */
  output(byte: number): void;
  /** `input` refused bytes earlier and now has room for at least `room` of them. */
  inputReady?(room: number): void;
  /** The guest changed its modem control outputs. */
  modemControl?(outputs: ModemOutputs): void;
  /** The guest began (true) or ended (false) to send a break. */
  break?(sending: boolean): void;
}

/** How many bytes wait for the guest before `SerialInputQueue.push` refuses more. */
const CAPACITY = 4096;

/**
 * Bytes from the host that the receiver has not taken yet. It stands for the sender's patience: a host that types faster
 * than the guest reads is held back and no byte is lost, where a real line would overrun.
 */
export class SerialInputQueue {
  #bytes = new Uint8Array(CAPACITY);
  #first = 0;
  #length = 0;
  #refused = false;

  get length(): number {
    return this.#length;
  }

  /** Appends as many of `bytes` as there is room for, and returns their number. */
  push(bytes: Uint8Array): number {
    const accepted = Math.min(bytes.length, CAPACITY - this.#length);
    for (let i = 0; i < accepted; i++) this.#bytes[(this.#first + this.#length + i) % CAPACITY] = bytes[i];
    this.#length += accepted;
    this.#refused ||= accepted < bytes.length;
    return accepted;
  }

  /** Takes the oldest byte; the queue must not be empty. */
  shift(): number {
    const byte = this.#bytes[this.#first];
    this.#first = (this.#first + 1) % CAPACITY;
    this.#length--;
    return byte;
  }

  /** Room in bytes if a sender was refused and the queue has since drained to a half, else 0; says so once. */
  takeRoom(): number {
    if (!this.#refused || this.#length > CAPACITY / 2) return 0;
    this.#refused = false;
    return CAPACITY - this.#length;
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
    this.#refused = false;
  }
}
