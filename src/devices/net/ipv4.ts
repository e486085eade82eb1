/** IPv4 packets, and the UDP and TCP checksums over them. Sources: RFC 791, RFC 768, RFC 9293. */

/** Protocol numbers. */
export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const;
/** Largest packet that fits into an Ethernet frame. */
export const MTU = 1500;
/** Largest packet there can be. */
export const LARGEST_PACKET = 0xffff;
const HEADER_LENGTH = 20;
const TIME_TO_LIVE = 64;
const FLAG = { DO_NOT_FRAGMENT: 0x4000, MORE_FRAGMENTS: 0x2000, OFFSET: 0x1fff } as const;

/** An IPv4 address as an unsigned 32-bit number, most significant byte first. */
export type Ipv4Address = number;

/** A packet without its header. */
export interface Ipv4Packet {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

/** A received packet, or a piece of one. */
export interface ReceivedIpv4 extends Ipv4Packet {
  readonly identification: number;
  /** Where the payload belongs in the whole packet, in bytes. */
  readonly offset: number;
  readonly moreFragments: boolean;
  /** Header and the first eight bytes behind it, as ICMP errors quote them. */
  readonly quotation: Uint8Array;
}

/** Numbers as 10.0.2.2. */
export function dotted(address: Ipv4Address): string {
  return [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff].join('.');
}

/** The number of an address such as 10.0.2.2; undefined when it is none. */
export function undotted(text: string): Ipv4Address | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((address, part) => (address * 256 + part) >>> 0, 0);
}

/** The ones' complement sum of RFC 1071 over big-endian half-words, from a sum so far. */
export function sumWords(bytes: Uint8Array, sum = 0): number {
  const even = bytes.length & ~1;
  for (let k = 0; k < even; k += 2) sum += (bytes[k]! << 8) | bytes[k + 1]!;
  if (even < bytes.length) sum += bytes[even]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The checksum of a UDP or TCP segment whose checksum field is zero. */
export function segmentChecksum(source: Ipv4Address, destination: Ipv4Address, protocol: number, segment: Uint8Array): number {
  return ~sumWords(segment, pseudoHeaderSum(source, destination, protocol, segment.length)) & 0xffff;
}

/** The sum over the pseudo header of a segment, not complemented: what stands for the checksum where somebody else completes it. */
export function pseudoHeaderSum(source: Ipv4Address, destination: Ipv4Address, protocol: number, length: number): number {
  return sumWords(
    new Uint8Array(0),
    protocol + length + (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff),
  );
}

/** Takes a packet apart; undefined when it is damaged. */
export function parseIpv4(bytes: Uint8Array): ReceivedIpv4 | undefined {
  if (bytes.length < HEADER_LENGTH || bytes[0]! >>> 4 !== 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = (bytes[0]! & 0xf) * 4;
  const total = view.getUint16(2);
  if (headerLength < HEADER_LENGTH || total < headerLength || total > bytes.length) return undefined;
  if (sumWords(bytes.subarray(0, headerLength)) !== 0xffff) return undefined;
  const fragment = view.getUint16(6);
  return {
    source: view.getUint32(12),
    destination: view.getUint32(16),
    protocol: bytes[9]!,
    payload: bytes.subarray(headerLength, total),
    identification: view.getUint16(4),
    offset: (fragment & FLAG.OFFSET) * 8,
    moreFragments: (fragment & FLAG.MORE_FRAGMENTS) !== 0,
    quotation: bytes.slice(0, Math.min(total, headerLength + 8)),
  };
}

/**
 * Packets with their headers, in as many pieces as `mtu`, the longest packet in bytes, makes of one.
 * @param identification tells the pieces of different packets apart
 */
export function buildIpv4(packet: Ipv4Packet, identification: number, mtu: number = MTU): Uint8Array[] {
  const { payload } = packet;
  const piece = payload.length + HEADER_LENGTH <= mtu ? payload.length : (mtu - HEADER_LENGTH) & ~7;
  const packets: Uint8Array[] = [];
  for (let offset = 0; offset === 0 || offset < payload.length; offset += piece) {
    const part = payload.subarray(offset, offset + piece);
    const more = offset + part.length < payload.length;
    const whole = offset === 0 && !more;
    const bytes = new Uint8Array(HEADER_LENGTH + part.length);
    const view = new DataView(bytes.buffer);
    bytes[0] = 0x45;
    view.setUint16(2, bytes.length);
    view.setUint16(4, identification);
    view.setUint16(6, whole ? FLAG.DO_NOT_FRAGMENT : (more ? FLAG.MORE_FRAGMENTS : 0) | (offset / 8));
    bytes[8] = TIME_TO_LIVE;
    bytes[9] = packet.protocol;
    view.setUint32(12, packet.source);
    view.setUint32(16, packet.destination);
    view.setUint16(10, ~sumWords(bytes.subarray(0, HEADER_LENGTH)) & 0xffff);
    bytes.set(part, HEADER_LENGTH);
    packets.push(bytes);
    if (piece === 0) break;
  }
  return packets;
}
