import { beforeEach, describe, expect, it } from 'vitest';
import type { FrameLink } from '../../src/bus/frame-link.js';
import { buildIpv4, dotted, parseIpv4, PROTOCOL, segmentChecksum, sumWords, undotted } from '../../src/devices/net/ipv4.js';
import type { ReceivedIpv4 } from '../../src/devices/net/ipv4.js';
import { buildUdp, parseUdp } from '../../src/devices/net/udp-flows.js';
import type { Datagram } from '../../src/devices/net/udp-flows.js';
import { UserNetwork } from '../../src/devices/net/user-network.js';
import { FakeSockets } from '../support/fake-sockets.js';
import { ManualClock } from '../support/manual-clock.js';

const GUEST_MAC = [0x52, 0x54, 0, 0x12, 0x34, 0x56];
const ROUTER_MAC = [0x52, 0x55, 10, 0, 2, 2];
const ip = (text: string): number => undotted(text)!;
const GUEST = ip('10.0.2.15');
const ROUTER = ip('10.0.2.2');
const NAME_SERVER = ip('10.0.2.3');

let sockets: FakeSockets;
let clock: ManualClock;
let link: FrameLink;
let frames: Uint8Array[];
beforeEach(() => {
  sockets = new FakeSockets();
  clock = new ManualClock();
  frames = [];
  link = new UserNetwork(sockets).connect(clock);
  link.onReceive((frame) => frames.push(frame));
});

const send = (type: number, payload: Uint8Array | readonly number[], to: readonly number[] = ROUTER_MAC): void =>
  link.transmit(Uint8Array.from([...to, ...GUEST_MAC, type >>> 8, type & 0xff, ...payload]));
const sendIp = (protocol: number, destination: number, payload: Uint8Array, source = GUEST): void => {
  for (const bytes of buildIpv4({ source, destination, protocol, payload }, 7)) send(0x0800, bytes);
};
const sendUdp = (from: number, destination: number, port: number, bytes: Uint8Array, source = GUEST): void => {
  const datagram = { source: { address: source, port: from }, destination: { address: destination, port }, bytes };
  sendIp(PROTOCOL.UDP, destination, buildUdp(datagram), source);
};
/** The IPv4 packets that came to the guest since the last call; their frames and checksums are in order. */
function packets(): ReceivedIpv4[] {
  return frames.splice(0).map((frame) => {
    expect(frame.length).toBeGreaterThanOrEqual(60);
    expect([...frame.subarray(6, 14)]).toEqual([...ROUTER_MAC, 8, 0]);
    const packet = parseIpv4(frame.subarray(14))!;
    expect(packet).toBeDefined();
    return packet;
  });
}
function datagrams(): Datagram[] {
  return packets().map((packet) => {
    expect(packet.protocol).toBe(PROTOCOL.UDP);
    expect(segmentChecksum(packet.source, packet.destination, PROTOCOL.UDP, packet.payload)).toBe(0);
    return parseUdp(packet.source, packet.destination, packet.payload)!;
  });
}

describe('addresses and checksums', () => {
  it('are those of the RFCs', () => {
    expect([dotted(0x0a00020f), undotted('255.1.2.3'), undotted('256.1.1.1'), undotted('::1')]).toEqual([
      '10.0.2.15',
      0xff010203,
      undefined,
      undefined,
    ]);
    // The example of RFC 1071, section 3.
    expect(sumWords(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0xddf2);
    expect(sumWords(Uint8Array.of(0x12))).toBe(0x1200);
  });
});

describe('ARP', () => {
  const request = (wanted: number): number[] => [0, 1, 8, 0, 6, 4, 0, 1, ...GUEST_MAC, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (wanted >>> shift) & 0xff)]; // prettier-ignore

  it.each([
    ['router', ROUTER],
    ['name server', NAME_SERVER],
  ])('answers for the %s', (_name, address) => {
    send(0x0806, request(address), [255, 255, 255, 255, 255, 255]);
    expect(frames).toHaveLength(1);
    const [frame] = frames;
    expect([...frame.subarray(0, 14)]).toEqual([...GUEST_MAC, ...ROUTER_MAC, 8, 6]);
    expect([...frame.subarray(14, 42)]).toEqual([
      0,
      1,
      8,
      0,
      6,
      4,
      0,
      2,
      ...ROUTER_MAC,
      10,
      0,
      2,
      address & 0xff,
      ...GUEST_MAC,
      10,
      0,
      2,
      15,
    ]);
  });

  it('does not for the guest itself, others, replies and rubbish', () => {
    send(0x0806, request(GUEST));
    send(0x0806, request(ip('10.0.2.77')));
    const reply = request(ROUTER);
    reply[7] = 2;
    send(0x0806, reply);
    send(0x0806, request(ROUTER).slice(0, 20));
    link.transmit(new Uint8Array(5));
    send(0x86dd, new Uint8Array(40));
    expect(frames).toEqual([]);
  });
});

describe('ICMP', () => {
  const echo = Uint8Array.of(8, 0, 0, 0, 0x12, 0x34, 0, 1, 1, 2, 3);

  it('answers echo requests to the network itself', () => {
    sendIp(PROTOCOL.ICMP, ROUTER, echo);
    const [reply] = packets();
    expect([reply.source, reply.destination, reply.protocol]).toEqual([ROUTER, GUEST, PROTOCOL.ICMP]);
    expect([reply.payload[0], ...reply.payload.subarray(4)]).toEqual([0, 0x12, 0x34, 0, 1, 1, 2, 3]);
    expect(sumWords(reply.payload)).toBe(0xffff);
  });

  it('says that others cannot be asked', () => {
    sendIp(PROTOCOL.ICMP, ip('192.0.2.1'), echo);
    const [reply] = packets();
    expect([reply.source, reply.payload[0], reply.payload[1]]).toEqual([ROUTER, 3, 13]);
    expect(sumWords(reply.payload)).toBe(0xffff);
    expect(parseIpv4(Uint8Array.from([...reply.payload.subarray(8), 0, 0, 0]))?.destination).toBe(ip('192.0.2.1'));
  });

  it('drops damaged packets', () => {
    const [bytes] = buildIpv4({ source: GUEST, destination: ROUTER, protocol: PROTOCOL.ICMP, payload: echo }, 1);
    bytes[8] ^= 1;
    send(0x0800, bytes);
    send(0x0800, bytes.subarray(0, 19));
    sendIp(PROTOCOL.ICMP, ROUTER, echo.subarray(0, 4));
    expect(frames).toEqual([]);
  });
});

describe('DHCP', () => {
  const message = (options: readonly number[], fields: Record<number, readonly number[]> = {}): Uint8Array => {
    const bytes = new Uint8Array(240 + options.length + 1);
    bytes.set([1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]);
    for (const [at, values] of Object.entries(fields)) bytes.set(values, Number(at));
    bytes.set(GUEST_MAC, 28);
    bytes.set([0x63, 0x82, 0x53, 0x63, ...options, 255], 236);
    return bytes;
  };
  const ask = (bytes: Uint8Array): { options: Map<number, number[]>; your: number } | undefined => {
    sendUdp(68, 0xffffffff, 67, bytes, 0);
    const [answer] = datagrams();
    if (!answer) return undefined;
    expect([answer.source, answer.destination]).toEqual([
      { address: ROUTER, port: 67 },
      { address: 0xffffffff, port: 68 },
    ]);
    const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset);
    expect([view.getUint8(0), view.getUint32(4), [...answer.bytes.subarray(28, 34)]]).toEqual([2, 0xdeadbeef, GUEST_MAC]);
    const options = new Map<number, number[]>();
    for (let at = 240; answer.bytes[at] !== 255; at += 2 + answer.bytes[at + 1]) {
      options.set(answer.bytes[at], [...answer.bytes.subarray(at + 2, at + 2 + answer.bytes[at + 1])]);
    }
    return { options, your: view.getUint32(16) };
  };
  const SERVER = [54, 4, 10, 0, 2, 2];

  it('offers and gives the address', () => {
    const offer = ask(message([53, 1, 1]))!;
    expect([offer.your, offer.options.get(53)]).toEqual([GUEST, [2]]);
    const ack = ask(message([53, 1, 3, 50, 4, 10, 0, 2, 15, ...SERVER]))!;
    expect([ack.your, ack.options.get(53)]).toEqual([GUEST, [5]]);
    expect([1, 3, 6, 54].map((code) => ack.options.get(code))).toEqual([
      [255, 255, 255, 0],
      [10, 0, 2, 2],
      [10, 0, 2, 3],
      [10, 0, 2, 2],
    ]);
    expect(ack.options.get(51)).toEqual([0, 1, 0x51, 0x80]);
  });

  it('renews by the address in use, refuses others, informs', () => {
    expect(ask(message([53, 1, 3], { 12: [10, 0, 2, 15] }))?.options.get(53)).toEqual([5]);
    expect(ask(message([53, 1, 3, 50, 4, 10, 0, 2, 99, ...SERVER]))).toMatchObject({ your: 0, options: new Map([[53, [6]], [54, [10, 0, 2, 2]]]) }); // prettier-ignore
    const inform = ask(message([53, 1, 8]))!;
    expect([inform.your, inform.options.get(53), inform.options.has(51)]).toEqual([0, [5], false]);
  });

  it('is silent about what is not for it', () => {
    expect(ask(message([53, 1, 3, 54, 4, 10, 0, 2, 9]))).toBeUndefined();
    expect(ask(message([53, 1, 7]))).toBeUndefined();
    expect(ask(message([]))).toBeUndefined();
    expect(ask(message([53, 1, 1]).subarray(0, 100))).toBeUndefined();
    expect(ask(message([53, 1, 1], { 0: [2] }))).toBeUndefined();
    const cookie = message([53, 1, 1]);
    cookie[236] = 0;
    expect(ask(cookie)).toBeUndefined();
    // An option that is longer than the message.
    expect(ask(message([53, 200]))).toBeUndefined();
  });
});

describe('UDP', () => {
  it('goes out from one socket for each port of the guest, and answers come back', () => {
    sendUdp(5000, ip('192.0.2.1'), 9, Uint8Array.of(1));
    sendUdp(5000, ip('192.0.2.2'), 10, Uint8Array.of(2));
    sendUdp(5001, ip('192.0.2.1'), 9, Uint8Array.of(3));
    expect(sockets.datagrams.map(({ sent }) => sent)).toEqual([
      [
        { address: '192.0.2.1', port: 9, bytes: [1] },
        { address: '192.0.2.2', port: 10, bytes: [2] },
      ],
      [{ address: '192.0.2.1', port: 9, bytes: [3] }],
    ]);
    sockets.datagrams[0].receive('192.0.2.2', 10, Uint8Array.of(4, 5));
    expect(datagrams()).toEqual([{ source: { address: ip('192.0.2.2'), port: 10 }, destination: { address: GUEST, port: 5000 }, bytes: Uint8Array.of(4, 5) }]); // prettier-ignore
  });

  it('lets nobody in whom the guest has not written to', () => {
    sendUdp(5000, ip('192.0.2.1'), 9, Uint8Array.of(1));
    sockets.datagrams[0].receive('192.0.2.1', 10, Uint8Array.of(4));
    sockets.datagrams[0].receive('192.0.2.7', 9, Uint8Array.of(4));
    expect(datagrams()).toEqual([]);
  });

  it('reaches the host itself by the router, and its name server', () => {
    sendUdp(5000, ROUTER, 123, Uint8Array.of(1));
    sendUdp(5000, NAME_SERVER, 53, Uint8Array.of(2));
    expect(sockets.datagrams.map(({ sent }) => sent[0])).toEqual([
      { address: '127.0.0.1', port: 123, bytes: [1] },
      { address: '192.0.2.53', port: 5353, bytes: [2] },
    ]);
    sockets.datagrams[0].receive('127.0.0.1', 123, Uint8Array.of(3));
    sockets.datagrams[1].receive('192.0.2.53', 5353, Uint8Array.of(4));
    expect(datagrams().map(({ source }) => source)).toEqual([
      { address: ROUTER, port: 123 },
      { address: NAME_SERVER, port: 53 },
    ]);
  });

  it('says so where there is nothing', () => {
    sockets.server = undefined;
    sendUdp(5000, NAME_SERVER, 53, Uint8Array.of(2));
    sendUdp(5000, ip('10.0.2.77'), 53, Uint8Array.of(2));
    expect(packets().map(({ payload }) => [payload[0], payload[1]])).toEqual([[3, 1], [3, 1]]); // prettier-ignore
    for (const address of ['127.0.0.1', '224.0.0.251', '255.255.255.255', '0.1.2.3']) sendUdp(5000, ip(address), 5353, Uint8Array.of(2));
    expect([frames, sockets.datagrams]).toEqual([[], []]);
  });

  it('forgets flows that are idle, and the oldest of too many', () => {
    sendUdp(5000, ip('192.0.2.1'), 9, Uint8Array.of(1));
    clock.advance(100e9);
    sendUdp(5001, ip('192.0.2.1'), 9, Uint8Array.of(1));
    clock.advance(100e9);
    sendUdp(5002, ip('192.0.2.1'), 9, Uint8Array.of(1));
    expect(sockets.datagrams.map(({ closed }) => closed)).toEqual([true, false, false]);
    for (let port = 6000; port < 6300; port++) sendUdp(port, ip('192.0.2.1'), 9, Uint8Array.of(1));
    expect(sockets.datagrams.filter(({ closed }) => !closed)).toHaveLength(256);
    link.close!();
    expect(sockets.datagrams.every(({ closed }) => closed)).toBe(true);
  });

  it('takes datagrams in pieces, in any order, and sends large ones in pieces', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, k) => k & 0xff);
    const segment = buildUdp({ source: { address: GUEST, port: 1 }, destination: { address: ip('192.0.2.1'), port: 2 }, bytes });
    const pieces = buildIpv4({ source: GUEST, destination: ip('192.0.2.1'), protocol: PROTOCOL.UDP, payload: segment }, 9);
    expect(pieces.length).toBe(4);
    for (const k of [2, 0, 3, 0]) send(0x0800, pieces[k]);
    expect(sockets.datagrams).toEqual([]);
    send(0x0800, pieces[1]);
    expect(sockets.datagrams[0].sent[0].bytes).toEqual([...bytes]);
    sockets.datagrams[0].receive('192.0.2.1', 2, bytes);
    const received = packets();
    expect(received.map(({ offset, moreFragments }) => [offset, moreFragments])).toEqual([[0, true], [1480, true], [2960, true], [4440, false]]); // prettier-ignore
    const whole = Uint8Array.from(received.flatMap(({ payload }) => [...payload]));
    expect(segmentChecksum(ip('192.0.2.1'), GUEST, PROTOCOL.UDP, whole)).toBe(0);
    expect(parseUdp(0, 0, whole)?.bytes).toEqual(bytes);
  });

  it('gives up pieces whose rest does not come', () => {
    const payload = new Uint8Array(3000);
    const piecesOf = (id: number): Uint8Array[] =>
      buildIpv4({ source: GUEST, destination: ip('192.0.2.1'), protocol: PROTOCOL.UDP, payload }, id);
    const [first, ...rest] = piecesOf(1);
    send(0x0800, first);
    clock.advance(31e9);
    for (const piece of rest) send(0x0800, piece);
    expect(sockets.datagrams).toEqual([]);
    // More unfinished packets than are kept.
    send(0x0800, piecesOf(100)[0]);
    for (let id = 101; id < 140; id++) send(0x0800, piecesOf(id)[0]);
    for (const piece of piecesOf(100).slice(1)) send(0x0800, piece);
    expect(sockets.datagrams).toEqual([]);
  });
});
