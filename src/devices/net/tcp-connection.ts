/**
 * One TCP connection of the guest: this end plays the server to the guest, and passes the bytes on by a connection of the host.
 * Sources: RFC 9293 (TCP), RFC 5681 (fast retransmit), RFC 6298 (retransmission timer), RFC 7323 (window scaling).
 * There is no congestion control: the only way is through the guest's own memory. What is lost there is lost because the guest gave its network
 * card too few buffers, and is sent again.
 */
import type { Clock, TimerHandle } from '../../bus/device.js';
import { ByteQueue } from './byte-queue.js';
import type { HostSockets, HostStream } from './host-sockets.js';
import { LARGEST_PACKET, MTU } from './ipv4.js';
import type { TcpSegment } from './tcp-segment.js';
import { sequenceDistance, sequencePlus, TCP_FLAG } from './tcp-segment.js';

const { FIN, SYN, RST, PSH, ACK } = TCP_FLAG;
/** Largest segment that fits into a packet. */
const LARGEST_SEGMENT = MTU - 40;
/** Most bytes of a segment that stands for several. */
const LARGEST_PAYLOAD = LARGEST_PACKET - 40;
/** What a guest that says nothing takes (RFC 9293, section 3.7.1). */
const DEFAULT_SEGMENT = 536;
/** Bytes of the guest that may wait in the host for sending: the window the guest sees. */
const RECEIVE_LIMIT = 2 ** 20;
const RECEIVE_SCALE = 5;
/** Bytes on their way to the guest: above the first the host's side stops reading, below the second it goes on. */
const SEND_LIMIT = 2 ** 19;
const SEND_RESUME = 2 ** 18;
/** Bytes sent and not acknowledged, at most. */
const FLIGHT_LIMIT = 2 ** 18;
/** Retransmission timer in guest ns: first, longest, and how often before the guest is given up. */
const RETRANSMIT = { FIRST_NS: 5e8, LONGEST_NS: 60e9, MOST: 12 } as const;
const DUPLICATES_FOR_RETRANSMIT = 3;
/** How long a finished connection still answers repeated segments, in guest ns. */
const LINGER_NS = 2e9;

/** What a connection uses. */
export interface TcpConnectionWiring {
  readonly sockets: HostSockets;
  readonly clock: Clock;
  /** Whether the guest takes segments that stand for several. */
  readonly largeSegments: () => boolean;
  /** Sends a segment to the guest. */
  readonly send: (segment: TcpSegment) => void;
  /** The connection is over and can be forgotten. */
  readonly finished: () => void;
}

/** Where a connection stands; `established` has all states from there on, told apart by who has sent a FIN. */
type Phase = 'connecting' | 'syn-received' | 'established' | 'closed';

export class TcpConnection {
  #phase: Phase = 'connecting';
  readonly #stream: HostStream;
  readonly #maximumSegment: number;
  /** Shifts of the two windows; none unless the guest's SYN offered scaling. */
  readonly #sendScale: number;
  readonly #receiveScale: number;
  /** Bytes for the guest from #unacknowledged on. */
  readonly #queue = new ByteQueue();
  #unacknowledged: number;
  #next: number;
  /** The furthest that was ever sent. */
  #highest: number;
  #expected: number;
  #guestWindow: number;
  #advertised = 0;
  #duplicates = 0;
  /** The host's side has ended, so that a FIN follows the queue. */
  #ending = false;
  #finAcknowledged = false;
  #guestEnded = false;
  #paused = false;
  #timer: TimerHandle | undefined;
  #attempts = 0;

  /**
   * @param syn the guest's first segment
   * @param initialSequence where this end begins to count
   * @param target what to connect to on the host's network
   */
  constructor(
    private readonly wiring: TcpConnectionWiring,
    syn: TcpSegment,
    initialSequence: number,
    target: { readonly address: string; readonly port: number },
  ) {
    this.#unacknowledged = this.#next = this.#highest = initialSequence >>> 0;
    this.#expected = sequencePlus(syn.sequence, 1);
    this.#guestWindow = syn.window;
    this.#maximumSegment = Math.max(64, Math.min(syn.maximumSegment ?? DEFAULT_SEGMENT, LARGEST_SEGMENT));
    this.#sendScale = syn.windowScale ?? 0;
    this.#receiveScale = syn.windowScale === undefined ? 0 : RECEIVE_SCALE;
    this.#stream = wiring.sockets.connect(target.address, target.port, {
      connected: () => this.#connected(),
      data: (bytes) => this.#fromHost(bytes),
      ended: () => {
        this.#ending = true;
        this.#transmit();
      },
      drained: () => this.#windowOpened(),
      closed: (failed) => this.#hostClosed(failed),
    });
  }

  /** Whether a SYN with the same ends begins another connection. */
  get over(): boolean {
    return this.#phase === 'closed' || this.#finished;
  }

  /** A segment from the guest. */
  receive(segment: TcpSegment): void {
    if (this.#phase === 'closed') return;
    if (segment.flags & RST) {
      // Only one that is in the window is believed (RFC 9293, section 3.5.3).
      if (this.#inWindow(segment.sequence)) this.#close();
      return;
    }
    if (this.#phase === 'connecting') return;
    if (segment.flags & SYN) {
      // A repeated SYN: the answer was lost.
      if (this.#phase === 'syn-received') this.#sendSyn();
      else this.#acknowledge();
      return;
    }
    if (!(segment.flags & ACK)) return;
    if (!this.#takeAcknowledgement(segment)) return;
    this.#takeData(segment);
    if (this.#finished) this.#linger();
    else this.#transmit();
  }

  /** Ends it from this side at once, and tells the guest. */
  abort(): void {
    if (this.#phase === 'closed') return;
    this.#reset();
    this.#close();
  }

  get #finished(): boolean {
    return this.#finAcknowledged && this.#guestEnded;
  }

  #connected(): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'syn-received';
    this.#sendSyn();
  }

  #sendSyn(): void {
    this.#next = this.#highest = sequencePlus(this.#unacknowledged, 1);
    this.#emit(this.#unacknowledged, SYN | ACK, new Uint8Array(0), true);
    this.#startTimer();
  }

  #fromHost(bytes: Uint8Array): void {
    if (this.#phase === 'closed') return;
    this.#queue.push(bytes);
    if (this.#queue.length > SEND_LIMIT && !this.#paused) {
      this.#paused = true;
      this.#stream.pause();
    }
    this.#transmit();
  }

  #hostClosed(failed: boolean): void {
    if (this.#phase === 'closed') return;
    if (failed || this.#phase === 'connecting') this.abort();
    else if (!this.#ending) {
      this.#ending = true;
      this.#transmit();
    }
  }

  /** The host has sent what waited: tells the guest if the window was all but shut. */
  #windowOpened(): void {
    if (this.#phase === 'established' && !this.#guestEnded && this.#advertised < RECEIVE_LIMIT / 2) this.#acknowledge();
  }

  get #window(): number {
    const free = Math.max(0, RECEIVE_LIMIT - this.#stream.buffered);
    return Math.min(0xffff, free >>> this.#receiveScale);
  }

  #inWindow(sequence: number): boolean {
    const ahead = sequenceDistance(sequence, this.#expected);
    return ahead === 0 || (ahead > 0 && ahead < Math.max(1, this.#advertised));
  }

  /** @returns whether the segment is to be looked at further */
  #takeAcknowledgement(segment: TcpSegment): boolean {
    const acknowledged = sequenceDistance(segment.acknowledgement, this.#unacknowledged);
    if (sequenceDistance(segment.acknowledgement, this.#highest) > 0) {
      // It acknowledges what was never sent.
      if (this.#phase === 'syn-received') this.abort();
      else this.#acknowledge();
      return false;
    }
    if (this.#phase === 'syn-received') {
      if (acknowledged !== 1) return false;
      this.#phase = 'established';
      this.#unacknowledged = this.#next;
      this.#guestWindow = segment.window << this.#sendScale;
      this.#stopTimer();
      return true;
    }
    const window = segment.window << this.#sendScale;
    if (acknowledged > 0) this.#advance(acknowledged);
    else if (acknowledged === 0 && segment.payload.length === 0 && window === this.#guestWindow && !(segment.flags & FIN)) {
      this.#duplicate();
    }
    if (acknowledged >= 0) this.#guestWindow = window;
    return true;
  }

  /** The guest has everything up to here. */
  #advance(bytes: number): void {
    const data = Math.min(bytes, this.#queue.length);
    this.#queue.drop(data);
    if (bytes > data) this.#finAcknowledged = true;
    this.#unacknowledged = sequencePlus(this.#unacknowledged, bytes);
    if (sequenceDistance(this.#next, this.#unacknowledged) < 0) this.#next = this.#unacknowledged;
    this.#duplicates = 0;
    this.#attempts = 0;
    this.#stopTimer();
    if (this.#paused && this.#queue.length < SEND_RESUME) {
      this.#paused = false;
      this.#stream.resume();
    }
  }

  #duplicate(): void {
    if (this.#next === this.#unacknowledged) return;
    if (++this.#duplicates !== DUPLICATES_FOR_RETRANSMIT) return;
    this.#next = this.#unacknowledged;
    this.#stopTimer();
  }

  #takeData(segment: TcpSegment): void {
    const ends = (segment.flags & FIN) !== 0;
    if (segment.payload.length === 0 && !ends) {
      // A probe of whether this end is still there is behind the window.
      if (sequenceDistance(segment.sequence, this.#expected) < 0) this.#acknowledge();
      return;
    }
    const behind = sequenceDistance(this.#expected, segment.sequence);
    // What comes early is asked for again; what is old is acknowledged again.
    if (behind >= 0 && behind <= segment.payload.length) {
      // Rounding makes windows shrink a little; a guest that pays them no heed at all is not to fill the host's memory.
      const fresh = segment.payload.subarray(behind, behind + Math.max(0, 2 * RECEIVE_LIMIT - this.#stream.buffered));
      if (fresh.length > 0 && !this.#guestEnded) {
        this.#expected = sequencePlus(this.#expected, fresh.length);
        this.#stream.write(fresh.slice());
      }
      if (ends && !this.#guestEnded && behind + fresh.length === segment.payload.length) {
        this.#guestEnded = true;
        this.#expected = sequencePlus(this.#expected, 1);
        this.#stream.end();
      }
    }
    this.#acknowledge();
  }

  /** Sends what the guest's window has room for. */
  #transmit(): void {
    if (this.#phase !== 'established') return;
    const window = Math.min(this.#guestWindow, FLIGHT_LIMIT);
    const most = this.wiring.largeSegments() ? LARGEST_PAYLOAD - (LARGEST_PAYLOAD % this.#maximumSegment) : this.#maximumSegment;
    for (;;) {
      const offset = sequenceDistance(this.#next, this.#unacknowledged);
      const waiting = this.#queue.length - offset;
      const room = window - offset;
      const length = Math.min(waiting, room, most);
      const fin = this.#ending && !this.#finAcknowledged && waiting === length && length >= 0 && offset <= this.#queue.length;
      if (length <= 0 && !(fin && waiting === 0)) break;
      this.#emit(this.#next, ACK | (waiting === length ? PSH : 0) | (fin ? FIN : 0), this.#queue.peek(offset, length));
      this.#next = sequencePlus(this.#next, length + (fin ? 1 : 0));
      if (sequenceDistance(this.#next, this.#highest) > 0) this.#highest = this.#next;
      if (fin) break;
    }
    // The timer also watches a window that is shut: the guest's word that it opened may be lost.
    const outstanding = this.#next !== this.#unacknowledged || this.#queue.length > 0;
    if (outstanding && this.#timer === undefined) this.#startTimer();
  }

  #acknowledge(): void {
    this.#emit(this.#next, ACK, new Uint8Array(0));
  }

  #emit(sequence: number, flags: number, payload: Uint8Array, syn = false): void {
    const window = syn ? Math.min(0xffff, RECEIVE_LIMIT) : this.#window;
    this.#advertised = syn ? window : window * 2 ** this.#receiveScale;
    const options = syn ? { maximumSegment: LARGEST_SEGMENT, ...(this.#receiveScale > 0 ? { windowScale: this.#receiveScale } : {}) } : {};
    const large = payload.length > this.#maximumSegment ? { segmentBytes: this.#maximumSegment } : {};
    this.wiring.send({ sequence, acknowledgement: this.#expected, flags, window, payload, ...options, ...large });
  }

  #reset(): void {
    this.wiring.send({ sequence: this.#next, acknowledgement: this.#expected, flags: RST | ACK, window: 0, payload: new Uint8Array(0) });
  }

  #startTimer(): void {
    this.#stopTimer();
    const delay = Math.min(RETRANSMIT.FIRST_NS * 2 ** this.#attempts, RETRANSMIT.LONGEST_NS);
    this.#timer = this.wiring.clock.schedule(this.wiring.clock.now() + delay, () => this.#timeOut());
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.wiring.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #timeOut(): void {
    this.#timer = undefined;
    const shut = this.#guestWindow === 0 && this.#queue.length > 0;
    if (++this.#attempts > RETRANSMIT.MOST) {
      // A guest may keep its window shut as long as it likes.
      if (!shut) {
        this.abort();
        return;
      }
      this.#attempts = RETRANSMIT.MOST;
    }
    if (this.#phase === 'syn-received') {
      this.#sendSyn();
      return;
    }
    this.#next = this.#unacknowledged;
    this.#duplicates = 0;
    if (shut) {
      // One byte beyond the window makes the guest say how large it is now. The guest may take it.
      this.#emit(this.#next, ACK | PSH, this.#queue.peek(0, 1));
      if (sequenceDistance(sequencePlus(this.#next, 1), this.#highest) > 0) this.#highest = sequencePlus(this.#next, 1);
      this.#startTimer();
      return;
    }
    this.#transmit();
  }

  /** Both sides have ended: stays a while to acknowledge a FIN that comes again. */
  #linger(): void {
    this.#stopTimer();
    this.#timer = this.wiring.clock.schedule(this.wiring.clock.now() + LINGER_NS, () => this.#close());
  }

  #close(): void {
    this.#phase = 'closed';
    this.#stopTimer();
    this.#stream.destroy();
    this.wiring.finished();
  }
}
