import type { Clock } from '../../bus/device.js';
import type { HostDatagrams, HostSockets } from './host-sockets.js';
import type { Ipv4Address } from './ipv4.js';
import { dotted, PROTOCOL, segmentChecksum, undotted } from './ipv4.js';

const HEADER_LENGTH = 8;
/** A flow without traffic is forgotten after this time, in guest ns (RFC 4787: at least two minutes). */
const IDLE_NS = 180e9;
/** Most sockets of the host at a time; the longest idle one is closed for a new one. */
const MOST_FLOWS = 256;

/** One end of a datagram. */
export interface UdpEnd {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** A datagram from `source` to `destination`. */
export interface Datagram {
  readonly source: UdpEnd;
  readonly destination: UdpEnd;
  readonly bytes: Uint8Array;
}

/** Takes a datagram out of an IPv4 payload; undefined when it is damaged. */
export function parseUdp(source: Ipv4Address, destination: Ipv4Address, segment: Uint8Array): Datagram | undefined {
  if (segment.length < HEADER_LENGTH) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset, segment.length);
  const length = view.getUint16(4);
  if (length < HEADER_LENGTH || length > segment.length) return undefined;
  return {
    source: { address: source, port: view.getUint16(0) },
    destination: { address: destination, port: view.getUint16(2) },
    bytes: segment.slice(HEADER_LENGTH, length),
  };
}

/** The IPv4 payload of a datagram. */
export function buildUdp({ source, destination, bytes }: Datagram): Uint8Array {
  const segment = new Uint8Array(HEADER_LENGTH + bytes.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, source.port);
  view.setUint16(2, destination.port);
  view.setUint16(4, segment.length);
  segment.set(bytes, HEADER_LENGTH);
  // Zero would say that there is no checksum.
  view.setUint16(6, segmentChecksum(source.address, destination.address, PROTOCOL.UDP, segment) || 0xffff);
  return segment;
}

interface Flow {
  readonly socket: HostDatagrams;
  /** Host ends that the guest has sent to, as address:port, and what the guest calls them. Others are not let in. */
  readonly peers: Map<string, UdpEnd>;
  usedAt: number;
}

/** The guest's UDP traffic: a host socket for each of the guest's ports. */
export class UdpFlows {
  readonly #flows = new Map<string, Flow>();

  /** @param deliver sends a datagram to the guest */
  constructor(
    private readonly sockets: HostSockets,
    private readonly clock: Clock,
    private readonly deliver: (datagram: Datagram) => void,
  ) {}

  /**
   * Sends a datagram of the guest on.
   * @param target the end on the host's network that the guest's destination stands for
   */
  send(datagram: Datagram, target: { readonly address: string; readonly port: number }): void {
    const { source, destination } = datagram;
    // What stands for something else gets a socket of its own, so that answers find the way back.
    const translated = dotted(destination.address) !== target.address;
    const key = `${source.address}:${source.port}${translated ? `>${destination.address}:${destination.port}` : ''}`;
    const flow = this.#flows.get(key) ?? this.#open(key, source);
    flow.usedAt = this.clock.now();
    flow.peers.set(`${target.address}:${target.port}`, destination);
    flow.socket.send(target.address, target.port, datagram.bytes);
  }

  /** Closes all sockets. */
  close(): void {
    for (const { socket } of this.#flows.values()) socket.close();
    this.#flows.clear();
  }

  #open(key: string, guest: UdpEnd): Flow {
    this.#forget();
    const peers = new Map<string, UdpEnd>();
    const socket = this.sockets.openDatagrams((address, port, bytes) => {
      const peer = peers.get(`${address}:${port}`);
      if (!peer || undotted(address) === undefined) return;
      flow.usedAt = this.clock.now();
      this.deliver({ source: peer, destination: guest, bytes });
    });
    const flow: Flow = { socket, peers, usedAt: this.clock.now() };
    this.#flows.set(key, flow);
    return flow;
  }

  #forget(): void {
    const now = this.clock.now();
    const byAge = [...this.#flows].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    byAge.forEach(([key, flow], k) => {
      const tooMany = this.#flows.size >= MOST_FLOWS && k === 0;
      if (!tooMany && now - flow.usedAt < IDLE_NS) return;
      flow.socket.close();
      this.#flows.delete(key);
    });
  }
}
