/** TCP segments. Sources: RFC 9293 (TCP), RFC 7323 (window scaling). */
import type { Ipv4Address } from './ipv4.js';
import { PROTOCOL, pseudoHeaderSum, segmentChecksum } from './ipv4.js';

export const TCP_FLAG = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 } as const;
const HEADER_LENGTH = 20;
const OPTION = { END: 0, NOTHING: 1, MAXIMUM_SEGMENT: 2, WINDOW_SCALE: 3 } as const;
const LARGEST_SCALE = 14;

/** Both ends of a connection as the guest knows them. */
export interface TcpEnds {
  readonly guest: Ipv4Address;
  readonly guestPort: number;
  readonly host: Ipv4Address;
  readonly hostPort: number;
}

/** A segment without its ends. Sequence numbers count modulo 2^32, unsigned. */
export interface TcpSegment {
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** As it is in the header, unscaled. */
  readonly window: number;
  readonly payload: Uint8Array;
  /** Options of SYN segments. */
  readonly maximumSegment?: number;
  readonly windowScale?: number;
  /** Given for a segment that stands for several: bytes of each of them. */
  readonly segmentBytes?: number;
}

/** A segment with the ports of who sent it and to whom. */
export interface AddressedSegment extends TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** How far sequence number `a` is ahead of `b`, negative when it is behind. */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}

/** A sequence number some bytes further on. */
export function sequencePlus(sequence: number, bytes: number): number {
  return (sequence + bytes) >>> 0;
}

/** Takes a segment out of an IPv4 payload; undefined when it is damaged. */
export function parseTcp(bytes: Uint8Array): AddressedSegment | undefined {
  if (bytes.length < HEADER_LENGTH) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = (bytes[12]! >>> 4) * 4;
  if (headerLength < HEADER_LENGTH || headerLength > bytes.length) return undefined;
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    flags: bytes[13]!,
    window: view.getUint16(14),
    payload: bytes.subarray(headerLength),
    ...parseOptions(bytes.subarray(HEADER_LENGTH, headerLength)),
  };
}

function parseOptions(bytes: Uint8Array): { maximumSegment?: number; windowScale?: number } {
  const found: { maximumSegment?: number; windowScale?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at]!;
    if (kind === OPTION.END) break;
    if (kind === OPTION.NOTHING) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length) break;
    if (kind === OPTION.MAXIMUM_SEGMENT && length === 4) found.maximumSegment = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (kind === OPTION.WINDOW_SCALE && length === 3) found.windowScale = Math.min(bytes[at + 2]!, LARGEST_SCALE);
    at += length;
  }
  return found;
}

/**
 * The IPv4 payload of a segment from the host's end to the guest's.
 * @param complete whether to compute the checksum; the sum of the pseudo header stands for it if not
 */
export function buildTcp(ends: TcpEnds, segment: TcpSegment, complete = true): Uint8Array {
  const options: number[] = [];
  if (segment.maximumSegment !== undefined) {
    options.push(OPTION.MAXIMUM_SEGMENT, 4, segment.maximumSegment >>> 8, segment.maximumSegment & 0xff);
  }
  if (segment.windowScale !== undefined) options.push(OPTION.NOTHING, OPTION.WINDOW_SCALE, 3, segment.windowScale);
  const headerLength = HEADER_LENGTH + options.length;
  const bytes = new Uint8Array(headerLength + segment.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ends.hostPort);
  view.setUint16(2, ends.guestPort);
  view.setUint32(4, segment.sequence);
  view.setUint32(8, segment.acknowledgement);
  bytes[12] = (headerLength / 4) << 4;
  bytes[13] = segment.flags;
  view.setUint16(14, segment.window);
  bytes.set(options, HEADER_LENGTH);
  bytes.set(segment.payload, headerLength);
  const { host, guest } = ends;
  const sum = complete ? segmentChecksum(host, guest, PROTOCOL.TCP, bytes) : pseudoHeaderSum(host, guest, PROTOCOL.TCP, bytes.length);
  view.setUint16(16, sum);
  return bytes;
}

/** The reset that answers a segment to a port where nobody listens (RFC 9293, section 3.10.7.1); undefined where none is due. */
export function resetFor(segment: TcpSegment): TcpSegment | undefined {
  const { RST, ACK, SYN, FIN } = TCP_FLAG;
  if (segment.flags & RST) return undefined;
  const nothing = { window: 0, payload: new Uint8Array(0) };
  if (segment.flags & ACK) return { sequence: segment.acknowledgement, acknowledgement: 0, flags: RST, ...nothing };
  const length = segment.payload.length + (segment.flags & SYN ? 1 : 0) + (segment.flags & FIN ? 1 : 0);
  return { sequence: 0, acknowledgement: sequencePlus(segment.sequence, length), flags: RST | ACK, ...nothing };
}
