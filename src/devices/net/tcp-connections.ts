import type { Clock } from '../../bus/device.js';
import type { HostSockets } from './host-sockets.js';
import type { Ipv4Address, Ipv4Packet } from './ipv4.js';
import { TcpConnection } from './tcp-connection.js';
import type { TcpEnds, TcpSegment } from './tcp-segment.js';
import { buildTcp, parseTcp, resetFor, TCP_FLAG } from './tcp-segment.js';

/** Most connections at a time; further ones are refused. */
const MOST_CONNECTIONS = 1024;
/** Initial sequence numbers move on with guest time: one for each 4 microseconds (RFC 9293, section 3.4.1). */
const SEQUENCE_STEP_NS = 4000;

/** What the connections use. */
export interface TcpConnectionsWiring {
  readonly sockets: HostSockets;
  readonly clock: Clock;
  /** What an end that the guest connects to is on the host's network; undefined where it is nothing there. */
  readonly target: (address: Ipv4Address, port: number) => { readonly address: string; readonly port: number } | undefined;
  /** Whether the guest takes segments that stand for several. */
  readonly largeSegments: () => boolean;
  /** Sends a segment to the guest. @param segmentBytes as `TcpSegment` has it */
  readonly send: (source: Ipv4Address, destination: Ipv4Address, segment: Uint8Array, segmentBytes?: number) => void;
}

/** The guest's TCP connections, all opened by the guest. */
export class TcpConnections {
  readonly #connections = new Map<string, TcpConnection>();

  constructor(private readonly wiring: TcpConnectionsWiring) {}

  /** A packet of the guest. */
  receive(packet: Ipv4Packet): void {
    const segment = parseTcp(packet.payload);
    if (!segment) return;
    const ends = { guest: packet.source, guestPort: segment.sourcePort, host: packet.destination, hostPort: segment.destinationPort };
    const key = `${ends.guest}:${ends.guestPort}>${ends.host}:${ends.hostPort}`;
    const known = this.#connections.get(key);
    const opens = (segment.flags & (TCP_FLAG.SYN | TCP_FLAG.ACK | TCP_FLAG.RST)) === TCP_FLAG.SYN;
    if (known && !(opens && known.over)) known.receive(segment);
    else if (!opens || !this.#open(key, ends, segment)) this.#refuse(ends, segment);
  }

  /** Ends all connections. */
  close(): void {
    for (const connection of [...this.#connections.values()]) connection.abort();
  }

  #open(key: string, ends: TcpEnds, syn: TcpSegment): boolean {
    const { sockets, clock, target, largeSegments } = this.wiring;
    const end = target(ends.host, ends.hostPort);
    if (!end || this.#connections.size >= MOST_CONNECTIONS) return false;
    const finished = (): void => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    };
    const sequence = Math.floor(clock.now() / SEQUENCE_STEP_NS) % 2 ** 32;
    const wiring = { sockets, clock, finished, largeSegments, send: (segment: TcpSegment) => this.#send(ends, segment) };
    const connection = new TcpConnection(wiring, syn, sequence, end);
    this.#connections.set(key, connection);
    return true;
  }

  #refuse(ends: TcpEnds, segment: TcpSegment): void {
    const reset = resetFor(segment);
    if (reset) this.#send(ends, reset);
  }

  #send(ends: TcpEnds, segment: TcpSegment): void {
    const { segmentBytes } = segment;
    this.wiring.send(ends.host, ends.guest, buildTcp(ends, segment, segmentBytes === undefined), segmentBytes);
  }
}
