/** The answers of a DHCP server that has one address to give. Sources: RFC 2131, RFC 2132. */
import type { Ipv4Address } from './ipv4.js';

export const DHCP_PORT = { SERVER: 67, CLIENT: 68 } as const;
/** Byte offsets of the fixed part. */
const FIELD = {
  OPERATION: 0,
  TRANSACTION: 4,
  FLAGS: 10,
  YOUR_ADDRESS: 16,
  SERVER_ADDRESS: 20,
  HARDWARE: 28,
  COOKIE: 236,
  OPTIONS: 240,
} as const;
const OPERATION = { REQUEST: 1, REPLY: 2 } as const;
const COOKIE = 0x63825363;
const OPTION = {
  PAD: 0, MASK: 1, ROUTER: 3, NAME_SERVER: 6, REQUESTED: 50, LEASE: 51, MESSAGE: 53, SERVER: 54, RENEWAL: 58, REBINDING: 59, END: 255,
} as const; // prettier-ignore
const MESSAGE = { DISCOVER: 1, OFFER: 2, REQUEST: 3, ACK: 5, NAK: 6, INFORM: 8 } as const;
const LEASE_SECONDS = 86400;
/** Shortest reply: BOOTP clients expect this much. */
const SHORTEST = 300;

/** What clients are told. */
export interface DhcpLease {
  readonly client: Ipv4Address;
  readonly server: Ipv4Address;
  readonly router: Ipv4Address;
  readonly nameServer: Ipv4Address;
  readonly mask: Ipv4Address;
}

/** The reply to a client's message, to be broadcast; undefined where none is due. */
export function answerDhcp(request: Uint8Array, lease: DhcpLease): Uint8Array | undefined {
  if (request.length < FIELD.OPTIONS || request[FIELD.OPERATION] !== OPERATION.REQUEST) return undefined;
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  if (view.getUint32(FIELD.COOKIE) !== COOKIE) return undefined;
  const options = parseOptions(request.subarray(FIELD.OPTIONS));
  const wanted = number(options.get(OPTION.REQUESTED)) ?? view.getUint32(12);
  const chosenServer = number(options.get(OPTION.SERVER));
  switch (options.get(OPTION.MESSAGE)?.[0]) {
    case MESSAGE.DISCOVER:
      return reply(request, lease, MESSAGE.OFFER, lease.client);
    case MESSAGE.REQUEST:
      if (chosenServer !== undefined && chosenServer !== lease.server) return undefined;
      return wanted === lease.client ? reply(request, lease, MESSAGE.ACK, lease.client) : reply(request, lease, MESSAGE.NAK, 0);
    case MESSAGE.INFORM:
      return reply(request, lease, MESSAGE.ACK, 0);
    default:
      return undefined;
  }
}

function reply(request: Uint8Array, lease: DhcpLease, message: number, address: Ipv4Address): Uint8Array {
  const bytes = new Uint8Array(SHORTEST);
  const view = new DataView(bytes.buffer);
  bytes.set(request.subarray(0, FIELD.OPTIONS));
  bytes[FIELD.OPERATION] = OPERATION.REPLY;
  bytes.fill(0, 44, FIELD.COOKIE);
  view.setUint32(FIELD.YOUR_ADDRESS, address);
  view.setUint32(FIELD.SERVER_ADDRESS, message === MESSAGE.NAK ? 0 : lease.server);
  let at: number = FIELD.OPTIONS;
  const byte = (code: number, value: number): void => {
    bytes.set([code, 1, value], at);
    at += 3;
  };
  const word = (code: number, value: number): void => {
    bytes.set([code, 4, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff], at);
    at += 6;
  };
  byte(OPTION.MESSAGE, message);
  word(OPTION.SERVER, lease.server);
  if (message !== MESSAGE.NAK) {
    word(OPTION.MASK, lease.mask);
    word(OPTION.ROUTER, lease.router);
    word(OPTION.NAME_SERVER, lease.nameServer);
    if (address !== 0) {
      word(OPTION.LEASE, LEASE_SECONDS);
      word(OPTION.RENEWAL, LEASE_SECONDS / 2);
      word(OPTION.REBINDING, (LEASE_SECONDS * 7) / 8);
    }
  }
  bytes[at] = OPTION.END;
  return bytes;
}

function parseOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at++]!;
    if (code === OPTION.PAD) continue;
    if (code === OPTION.END || at >= bytes.length) break;
    const length = bytes[at++]!;
    options.set(code, bytes.subarray(at, at + length));
    at += length;
  }
  return options;
}

function number(value: Uint8Array | undefined): number | undefined {
  if (value?.length !== 4) return undefined;
  return ((value[0]! << 24) | (value[1]! << 16) | (value[2]! << 8) | value[3]!) >>> 0;
}
