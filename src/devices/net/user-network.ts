/**
 * A network in user mode: the guest sees a small Ethernet with a router, and the host's own sockets do what it asks for. Nothing of the host needs
 * special rights, and nothing can reach the guest from outside. Addresses are those that QEMU users know:
 *
 *   10.0.2.2   the router, and DHCP; TCP and UDP to it reach the host's own 127.0.0.1
 *   10.0.2.3   name server: what is sent to its port 53 goes to the host's name server
 *   10.0.2.15  what DHCP gives the guest
 *
 * Sources: RFC 826 (ARP), RFC 792 (ICMP), and those of the other files here.
 */
import type { Clock } from '../../bus/device.js';
import type { FrameLink, FrameReceiver, NetworkConnection } from '../../bus/frame-link.js';
import { answerDhcp, DHCP_PORT } from './dhcp.js';
import type { DhcpLease } from './dhcp.js';
import type { HostSockets } from './host-sockets.js';
import type { Ipv4Address, Ipv4Packet } from './ipv4.js';
import { buildIpv4, dotted, LARGEST_PACKET, parseIpv4, PROTOCOL, sumWords } from './ipv4.js';
import { Ipv4Fragments } from './ipv4-fragments.js';
import { TcpConnections } from './tcp-connections.js';
import { buildUdp, parseUdp, UdpFlows } from './udp-flows.js';
import type { Datagram } from './udp-flows.js';

const ETHERNET = { SOURCE: 6, TYPE: 12, HEADER: 14, SHORTEST: 60 } as const;
const ETHERTYPE = { IPV4: 0x0800, ARP: 0x0806 } as const;
const ARP = { LENGTH: 28, REQUEST: 1, REPLY: 2 } as const;
const ICMP = { ECHO_REPLY: 0, UNREACHABLE: 3, ECHO: 8, HEADER: 8, HOST: 1, PROHIBITED: 13 } as const;
const DNS_PORT = 53;

const NETWORK = 0x0a000200;
const MASK = 0xffffff00;
const ROUTER = 0x0a000202;
const NAME_SERVER = 0x0a000203;
const GUEST = 0x0a00020f;
const BROADCAST = 0xffffffff;
const LEASE: DhcpLease = { client: GUEST, server: ROUTER, router: ROUTER, nameServer: NAME_SERVER, mask: MASK };
/** Locally administered. */
const ROUTER_MAC = Uint8Array.of(0x52, 0x55, 10, 0, 2, 2);
const BROADCAST_MAC = new Uint8Array(6).fill(0xff);

/** The network as something to plug a machine into. */
export class UserNetwork implements NetworkConnection {
  /** @param sockets the host's network */
  constructor(private readonly sockets: HostSockets) {}

  connect(clock: Clock): FrameLink {
    return new UserNetworkLink(this.sockets, clock);
  }
}

class UserNetworkLink implements FrameLink {
  readonly offload = true;
  readonly #fragments: Ipv4Fragments;
  readonly #udp: UdpFlows;
  readonly #tcp: TcpConnections;
  #receiver: FrameReceiver = () => undefined;
  #large = false;
  #guestMac = BROADCAST_MAC;
  #identification = 0;

  constructor(
    private readonly sockets: HostSockets,
    clock: Clock,
  ) {
    this.#fragments = new Ipv4Fragments(clock);
    this.#udp = new UdpFlows(sockets, clock, (datagram) => this.#sendDatagram(datagram));
    this.#tcp = new TcpConnections({
      sockets,
      clock,
      target: (address, port) => this.#target(address, port),
      largeSegments: () => this.#large,
      send: (source, destination, payload, segmentBytes) =>
        this.#sendPacket({ source, destination, protocol: PROTOCOL.TCP, payload }, segmentBytes),
    });
  }

  onReceive(receiver: FrameReceiver): void {
    this.#receiver = receiver;
  }

  takesLargeFrames(takes: boolean): void {
    this.#large = takes;
  }

  close(): void {
    this.#udp.close();
    this.#tcp.close();
    this.#receiver = () => undefined;
  }

  transmit(frame: Uint8Array): void {
    if (frame.length < ETHERNET.HEADER) return;
    this.#guestMac = frame.slice(ETHERNET.SOURCE, ETHERNET.SOURCE + 6);
    const payload = frame.subarray(ETHERNET.HEADER);
    const type = (frame[ETHERNET.TYPE]! << 8) | frame[ETHERNET.TYPE + 1]!;
    if (type === ETHERTYPE.ARP) this.#arp(payload);
    else if (type === ETHERTYPE.IPV4) this.#ipv4(payload);
  }

  /** Answers for the two addresses that there are. */
  #arp(packet: Uint8Array): void {
    if (packet.length < ARP.LENGTH) return;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const asking = view.getUint32(14);
    const wanted = view.getUint32(24);
    const isIpv4 = view.getUint32(0) === 0x00010800 && view.getUint16(4) === 0x0604;
    if (!isIpv4 || view.getUint16(6) !== ARP.REQUEST || !(wanted === ROUTER || wanted === NAME_SERVER)) return;
    const reply = packet.slice(0, ARP.LENGTH);
    const out = new DataView(reply.buffer);
    out.setUint16(6, ARP.REPLY);
    reply.set(ROUTER_MAC, 8);
    out.setUint32(14, wanted);
    reply.set(packet.subarray(8, 14), 18);
    out.setUint32(24, asking);
    this.#sendFrame(this.#guestMac, ETHERTYPE.ARP, reply);
  }

  #ipv4(bytes: Uint8Array): void {
    const piece = parseIpv4(bytes);
    const packet = piece && this.#fragments.add(piece);
    if (!packet) return;
    switch (packet.protocol) {
      case PROTOCOL.ICMP:
        return this.#icmp(packet, piece.quotation);
      case PROTOCOL.UDP:
        return this.#datagram(packet, piece.quotation);
      case PROTOCOL.TCP:
        return this.#tcp.receive(packet);
    }
  }

  #icmp(packet: Ipv4Packet, quotation: Uint8Array): void {
    if (packet.payload.length < ICMP.HEADER || packet.payload[0] !== ICMP.ECHO) return;
    if (packet.destination !== ROUTER && packet.destination !== NAME_SERVER) {
      // Hosts let nobody but their administrator send echo requests.
      this.#unreachable(packet, quotation, ICMP.PROHIBITED);
      return;
    }
    const reply = packet.payload.slice();
    reply[0] = ICMP.ECHO_REPLY;
    this.#sendIcmp(packet.destination, packet.source, reply);
  }

  #datagram(packet: Ipv4Packet, quotation: Uint8Array): void {
    const datagram = parseUdp(packet.source, packet.destination, packet.payload);
    if (!datagram) return;
    const { destination } = datagram;
    if (destination.port === DHCP_PORT.SERVER && (destination.address === BROADCAST || destination.address === ROUTER)) {
      const bytes = answerDhcp(datagram.bytes, LEASE);
      const source = { address: ROUTER, port: DHCP_PORT.SERVER };
      if (bytes) this.#sendDatagram({ source, destination: { address: BROADCAST, port: DHCP_PORT.CLIENT }, bytes });
      return;
    }
    const target = this.#target(destination.address, destination.port);
    if (target) this.#udp.send(datagram, target);
    else if (isUnicast(destination.address)) this.#unreachable(packet, quotation, ICMP.HOST);
  }

  /** What an address that the guest uses is on the host's network; undefined where it is nothing there. */
  #target(address: Ipv4Address, port: number): { readonly address: string; readonly port: number } | undefined {
    if (address === ROUTER) return { address: '127.0.0.1', port };
    if (address === NAME_SERVER) return port === DNS_PORT ? this.sockets.nameServer() : undefined;
    const own = (address & MASK) >>> 0 === NETWORK;
    return own || !isUnicast(address) ? undefined : { address: dotted(address), port };
  }

  #unreachable(packet: Ipv4Packet, quotation: Uint8Array, code: number): void {
    const message = new Uint8Array(ICMP.HEADER + quotation.length);
    message[0] = ICMP.UNREACHABLE;
    message[1] = code;
    message.set(quotation, ICMP.HEADER);
    this.#sendIcmp(ROUTER, packet.source, message);
  }

  #sendIcmp(source: Ipv4Address, destination: Ipv4Address, message: Uint8Array): void {
    message.fill(0, 2, 4);
    const checksum = ~sumWords(message) & 0xffff;
    message[2] = checksum >>> 8;
    message[3] = checksum & 0xff;
    this.#sendPacket({ source, destination, protocol: PROTOCOL.ICMP, payload: message });
  }

  #sendDatagram(datagram: Datagram): void {
    const { source, destination } = datagram;
    const payload = buildUdp(datagram);
    this.#sendPacket({ source: source.address, destination: destination.address, protocol: PROTOCOL.UDP, payload });
  }

  #sendPacket(packet: Ipv4Packet, segmentBytes?: number): void {
    this.#identification = (this.#identification + 1) & 0xffff;
    const to = packet.destination === BROADCAST ? BROADCAST_MAC : this.#guestMac;
    const pieces =
      segmentBytes === undefined ? buildIpv4(packet, this.#identification) : buildIpv4(packet, this.#identification, LARGEST_PACKET);
    for (const bytes of pieces) this.#sendFrame(to, ETHERTYPE.IPV4, bytes, segmentBytes);
  }

  #sendFrame(destination: Uint8Array, type: number, payload: Uint8Array, segmentBytes?: number): void {
    const frame = new Uint8Array(Math.max(ETHERNET.SHORTEST, ETHERNET.HEADER + payload.length));
    frame.set(destination);
    frame.set(ROUTER_MAC, ETHERNET.SOURCE);
    frame[ETHERNET.TYPE] = type >>> 8;
    frame[ETHERNET.TYPE + 1] = type & 0xff;
    frame.set(payload, ETHERNET.HEADER);
    this.#receiver(frame, segmentBytes);
  }
}

/** Not this network, loopback, multicast, reserved or broadcast. */
function isUnicast(address: Ipv4Address): boolean {
  const first = address >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}
