/**
 * NS16550A UART, the 440EP's UARTs and most other consoles. Source: PC16550D datasheet (National, June 1995), section 8.
 * Registers are one byte wide and one byte apart; with LCR[DLAB] set, offsets 0 and 1 are the divisor latch.
 *
 * The transmitter takes no time: the holding register and FIFO are empty again as soon as they are written. The receiver
 * takes characters from the host as fast as the guest reads them; only its time-out uses the programmed line speed.
 */
import type { AccessSize, Clock, Device, InterruptLine, TimerHandle } from '../../bus/device.js';
import { readBytewise, writeBytewise } from '../../bus/byte-order.js';
import { RECEIVE_ERROR, ReceiveFifo } from './receive-fifo.js';
import { SerialInputQueue } from './serial-port.js';
import type { ModemInputs, SerialPort } from './serial-port.js';

/** Bytes of address space. */
export const NS16550_SIZE = 8;

const REGISTER = { RBR_THR: 0, IER: 1, IIR_FCR: 2, LCR: 3, MCR: 4, LSR: 5, MSR: 6, SCR: 7 } as const;
const IER = { ERBFI: 0x01, ETBEI: 0x02, ELSI: 0x04, EDSSI: 0x08 } as const;
const IIR = { NONE: 0x01, MODEM: 0x00, THRE: 0x02, DATA: 0x04, LINE: 0x06, TIMEOUT: 0x0c, FIFOS: 0xc0 } as const;
const FCR = { ENABLE: 0x01, RESET_RECEIVER: 0x02, TRIGGER_SHIFT: 6 } as const;
const LCR = { WLS: 0x03, STB: 0x04, PEN: 0x08, BREAK: 0x40, DLAB: 0x80 } as const;
const MCR = { DTR: 0x01, RTS: 0x02, OUT1: 0x04, OUT2: 0x08, LOOP: 0x10 } as const;
const LSR = { DR: 0x01, OE: 0x02, ERRORS: 0x1e, THRE: 0x20, TEMT: 0x40, FIFO_ERROR: 0x80 } as const;
const MSR = { TERI: 0x04, DELTAS: 0x0f, CTS: 0x10, DSR: 0x20, RI: 0x40, DCD: 0x80 } as const;

const FIFO_DEPTH = 16;
/** Receiver trigger levels by FCR bits 7:6. */
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;
/** The receiver time-out, in character times ("FIFO interrupt mode operation"). */
const TIMEOUT_CHARACTERS = 4;

/**
 * Line format after reset. The datasheet has LCR 0 (5 bits) and leaves the divisor undefined; machines that start a kernel
 * without firmware need what firmware leaves behind: 8N1 at 115200 bit/s.
 */
const INITIAL_LINE = { LCR: 0x03, BIT_RATE: 115_200 } as const;

/** What a UART is wired to. */
export interface Ns16550Wiring {
  readonly interrupt: InterruptLine;
  readonly clock: Clock;
  readonly port: SerialPort;
  /** Frequency of the baud generator's input in Hz; 16 × divisor of them are a bit time. */
  readonly baudClockHz: number;
}

export class Ns16550 implements Device {
  /**
   * Everything a snapshot holds besides `received` and the host's queue. `msr` has the status in its upper half as last
   * seen; `overrun` is LSR[OE]; `thre` and `timeout` are the two interrupts that are not a function of other state.
   */
  readonly state = {
    ier: 0,
    fcr: 0,
    lcr: INITIAL_LINE.LCR as number,
    mcr: 0,
    scr: 0,
    divisor: 0,
    msr: 0,
    overrun: false,
    thre: false,
    timeout: false,
    inputs: { cts: true, dsr: true, ri: false, dcd: true } as ModemInputs,
  };
  readonly received = new ReceiveFifo();
  readonly #queue = new SerialInputQueue();
  #timer: TimerHandle | undefined;

  constructor(
    readonly name: string,
    private readonly wiring: Ns16550Wiring,
  ) {
    this.state.divisor = this.#initialDivisor();
    this.state.msr = this.#modemStatus();
  }

  /**
   * Bytes from the host for the guest, which reads them when it likes.
   * @returns how many were accepted; offer the rest again when the port's `inputReady` is called
   */
  input(bytes: Uint8Array): number {
    const accepted = this.#queue.push(bytes);
    this.#fill();
    return accepted;
  }

  /**
   * One character on the wire right now, past the queue: it is lost (overrun) if the receiver is full.
   * @param errors or of `RECEIVE_ERROR`: parity, framing, break
   */
  receive(byte: number, errors = 0): void {
    if (this.state.mcr & MCR.LOOP) return;
    this.#arrive(byte, errors);
  }

  /** Changes modem status inputs; those not named keep their state. At first CTS, DSR and DCD are asserted. */
  setModemInputs(inputs: Partial<ModemInputs>): void {
    this.state.inputs = { ...this.state.inputs, ...inputs };
    this.#updateModemStatus();
  }

  reset(): void {
    Object.assign(this.state, { ier: 0, fcr: 0, mcr: 0, scr: 0, overrun: false, thre: false, timeout: false });
    this.state.lcr = INITIAL_LINE.LCR;
    this.state.divisor = this.#initialDivisor();
    this.state.msr = this.#modemStatus();
    this.received.clear();
    this.#queue.clear();
    this.#stopTimer();
    this.#updateInterrupt();
  }

  read(offset: number, size: AccessSize): number {
    return readBytewise(offset, size, (register) => this.#readRegister(register));
  }

  write(offset: number, size: AccessSize, value: number): void {
    writeBytewise(offset, size, value, (register, byte) => this.#writeRegister(register, byte));
  }

  #readRegister(register: number): number {
    const { state } = this;
    const dlab = (state.lcr & LCR.DLAB) !== 0;
    switch (register) {
      case REGISTER.RBR_THR:
        return dlab ? state.divisor & 0xff : this.#readReceiver();
      case REGISTER.IER:
        return dlab ? state.divisor >>> 8 : state.ier;
      case REGISTER.IIR_FCR:
        return this.#readIir();
      case REGISTER.LCR:
        return state.lcr;
      case REGISTER.MCR:
        return state.mcr;
      case REGISTER.LSR:
        return this.#readLsr();
      case REGISTER.MSR:
        return this.#readMsr();
      case REGISTER.SCR:
        return state.scr;
      default:
        return 0;
    }
  }

  #writeRegister(register: number, byte: number): void {
    const { state } = this;
    const dlab = (state.lcr & LCR.DLAB) !== 0;
    switch (register) {
      case REGISTER.RBR_THR:
        if (dlab) state.divisor = (state.divisor & 0xff00) | byte;
        else this.#transmit(byte);
        break;
      case REGISTER.IER:
        if (dlab) state.divisor = (state.divisor & 0xff) | (byte << 8);
        else this.#writeIer(byte);
        break;
      case REGISTER.IIR_FCR:
        this.#writeFcr(byte);
        break;
      case REGISTER.LCR:
        this.#writeLcr(byte);
        break;
      case REGISTER.MCR:
        this.#writeMcr(byte);
        break;
      case REGISTER.SCR:
        state.scr = byte;
        break;
      default:
        // LSR and MSR are written in factory tests only.
        break;
    }
  }

  get #fifosEnabled(): boolean {
    return (this.state.fcr & FCR.ENABLE) !== 0;
  }

  #transmit(byte: number): void {
    // Writing THR clears its interrupt; the character leaves at once and raises it again.
    this.state.thre = false;
    this.#updateInterrupt();
    const character = byte & this.#wordMask();
    if (this.state.mcr & MCR.LOOP) this.#arrive(character, 0);
    else this.wiring.port.output(character);
    this.state.thre = true;
    this.#updateInterrupt();
  }

  #writeIer(byte: number): void {
    const { state } = this;
    // The holding register is always empty here, so enabling its interrupt raises it.
    if (byte & ~state.ier & IER.ETBEI) state.thre = true;
    state.ier = byte & 0x0f;
    this.#updateInterrupt();
  }

  #writeFcr(byte: number): void {
    const { state } = this;
    const switched = ((byte ^ state.fcr) & FCR.ENABLE) !== 0;
    // Bits other than ENABLE are taken only together with it.
    state.fcr = byte & FCR.ENABLE ? byte & 0xc9 : 0;
    if (switched || (byte & FCR.ENABLE && byte & FCR.RESET_RECEIVER)) {
      this.received.clear();
      state.timeout = false;
      this.#stopTimer();
    }
    this.#fill();
    this.#updateInterrupt();
  }

  #writeLcr(byte: number): void {
    const changed = byte ^ this.state.lcr;
    this.state.lcr = byte;
    if (!(changed & LCR.BREAK)) return;
    const sending = (byte & LCR.BREAK) !== 0;
    if (!(this.state.mcr & MCR.LOOP)) this.wiring.port.break?.(sending);
    else if (sending) this.#arrive(0, RECEIVE_ERROR.BI);
  }

  #writeMcr(byte: number): void {
    this.state.mcr = byte & 0x1f;
    const outputs = this.state.mcr & MCR.LOOP ? 0 : this.state.mcr;
    this.wiring.port.modemControl?.({
      dtr: (outputs & MCR.DTR) !== 0,
      rts: (outputs & MCR.RTS) !== 0,
      out1: (outputs & MCR.OUT1) !== 0,
      out2: (outputs & MCR.OUT2) !== 0,
    });
    this.#updateModemStatus();
    this.#fill();
  }

  #readIir(): number {
    const source = this.#pending();
    if (source === IIR.THRE) {
      this.state.thre = false;
      this.#updateInterrupt();
    }
    return source | (this.#fifosEnabled ? IIR.FIFOS : 0);
  }

  #lsr(): number {
    const { received } = this;
    const ready = received.length > 0 ? LSR.DR : 0;
    const fifoError = this.#fifosEnabled && received.holdsError ? LSR.FIFO_ERROR : 0;
    return ready | (this.state.overrun ? LSR.OE : 0) | received.topErrors | LSR.THRE | LSR.TEMT | fifoError;
  }

  #readLsr(): number {
    const value = this.#lsr();
    this.state.overrun = false;
    this.received.clearTopErrors();
    this.#updateInterrupt();
    return value;
  }

  #readMsr(): number {
    const value = this.state.msr;
    this.state.msr &= ~MSR.DELTAS;
    this.#updateInterrupt();
    return value;
  }

  #readReceiver(): number {
    const byte = this.received.shift();
    this.state.timeout = false;
    this.#fill();
    this.#restartTimer();
    this.#updateInterrupt();
    return byte;
  }

  /** Moves characters from the host's queue to the receiver while it has room; in loopback its input is disconnected. */
  #fill(): void {
    const depth = this.#fifosEnabled ? FIFO_DEPTH : 1;
    while (this.#queue.length > 0 && this.received.length < depth && !(this.state.mcr & MCR.LOOP)) {
      this.#arrive(this.#queue.shift() & this.#wordMask(), 0);
    }
    const room = this.#queue.takeRoom();
    if (room > 0) this.wiring.port.inputReady?.(room);
  }

  #arrive(byte: number, errors: number): void {
    const fifos = this.#fifosEnabled;
    if (this.received.push(byte, errors, fifos ? FIFO_DEPTH : 1, fifos ? 'drop-new' : 'replace')) this.state.overrun = true;
    this.#restartTimer();
    this.#updateInterrupt();
  }

  #wordMask(): number {
    return 0xff >>> (3 - (this.state.lcr & LCR.WLS));
  }

  /** Starts the receiver time-out afresh after a character came or went, or stops it if none is left. */
  #restartTimer(): void {
    this.#stopTimer();
    if (!this.#fifosEnabled || this.received.length === 0) return;
    const { clock } = this.wiring;
    this.#timer = clock.schedule(clock.now() + TIMEOUT_CHARACTERS * this.#characterTime(), () => {
      this.#timer = undefined;
      this.state.timeout = true;
      this.#updateInterrupt();
    });
  }

  #stopTimer(): void {
    if (this.#timer === undefined) return;
    this.wiring.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #initialDivisor(): number {
    return Math.round(this.wiring.baudClockHz / (16 * INITIAL_LINE.BIT_RATE));
  }

  /** Start bit, data, parity and stop bits, in ns. A divisor of 0 stops the chip's baud generator; here it counts as 1. */
  #characterTime(): number {
    const { lcr, divisor } = this.state;
    const bits = 1 + 5 + (lcr & LCR.WLS) + (lcr & LCR.PEN ? 1 : 0) + (lcr & LCR.STB ? 2 : 1);
    return Math.round((bits * 16 * Math.max(divisor, 1) * 1e9) / this.wiring.baudClockHz);
  }

  /** The upper half of the MSR: the inputs, or in loopback the modem control register. */
  #modemStatus(): number {
    const { mcr, inputs } = this.state;
    const loop = (mcr & MCR.LOOP) !== 0;
    const cts = loop ? (mcr & MCR.RTS) !== 0 : inputs.cts;
    const dsr = loop ? (mcr & MCR.DTR) !== 0 : inputs.dsr;
    const ri = loop ? (mcr & MCR.OUT1) !== 0 : inputs.ri;
    const dcd = loop ? (mcr & MCR.OUT2) !== 0 : inputs.dcd;
    return (cts ? MSR.CTS : 0) | (dsr ? MSR.DSR : 0) | (ri ? MSR.RI : 0) | (dcd ? MSR.DCD : 0);
  }

  #updateModemStatus(): void {
    const status = this.#modemStatus();
    let deltas = ((status ^ this.state.msr) & ~MSR.DELTAS) >>> 4;
    // Of the ring indicator only the trailing edge counts.
    if (status & MSR.RI) deltas &= ~MSR.TERI;
    this.state.msr = status | (this.state.msr & MSR.DELTAS) | deltas;
    this.#updateInterrupt();
  }

  /** The enabled interrupt of highest priority, as IIR bits 3:0 (table "Interrupt Control Functions"). */
  #pending(): number {
    const { ier, fcr, timeout, thre, msr } = this.state;
    if (ier & IER.ELSI && this.#lsr() & LSR.ERRORS) return IIR.LINE;
    if (ier & IER.ERBFI) {
      const trigger = this.#fifosEnabled ? TRIGGER_LEVELS[fcr >>> FCR.TRIGGER_SHIFT] : 1;
      if (this.received.length >= trigger) return IIR.DATA;
      if (timeout) return IIR.TIMEOUT;
    }
    if (ier & IER.ETBEI && thre) return IIR.THRE;
    if (ier & IER.EDSSI && msr & MSR.DELTAS) return IIR.MODEM;
    return IIR.NONE;
  }

  #updateInterrupt(): void {
    this.wiring.interrupt.set(this.#pending() !== IIR.NONE);
  }
}
