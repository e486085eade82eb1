import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FrameLink } from '../../src/bus/frame-link.js';
import { buildIpv4, parseIpv4, PROTOCOL, pseudoHeaderSum, segmentChecksum, undotted } from '../../src/devices/net/ipv4.js';
import { parseTcp, sequenceDistance, TCP_FLAG } from '../../src/devices/net/tcp-segment.js';
import type { AddressedSegment } from '../../src/devices/net/tcp-segment.js';
import { UserNetwork } from '../../src/devices/net/user-network.js';
import type { FakeStream } from '../support/fake-sockets.js';
import { FakeSockets } from '../support/fake-sockets.js';
import { ManualClock } from '../support/manual-clock.js';

const { FIN, SYN, RST, PSH, ACK } = TCP_FLAG;
const ip = (text: string): number => undotted(text)!;
const GUEST = ip('10.0.2.15');
const SERVER = ip('192.0.2.1');
/** So that sequence numbers go around early. */
const FIRST = 0xfffffff0;

let sockets: FakeSockets;
let clock: ManualClock;
let link: FrameLink;
let received: AddressedSegment[];
let server: number;
let lose: (segment: AddressedSegment) => boolean;
beforeEach(() => {
  sockets = new FakeSockets();
  clock = new ManualClock();
  received = [];
  server = SERVER;
  lose = () => false;
  link = new UserNetwork(sockets).connect(clock);
  link.onReceive((frame) => {
    const packet = parseIpv4(frame.subarray(14))!;
    expect([packet.source, packet.destination, packet.protocol]).toEqual([server, GUEST, PROTOCOL.TCP]);
    expect(segmentChecksum(packet.source, packet.destination, PROTOCOL.TCP, packet.payload)).toBe(0);
    const segment = parseTcp(packet.payload)!;
    if (!lose(segment)) received.push(segment);
  });
});

const take = (): AddressedSegment[] => received.splice(0);
interface Sent {
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly window?: number;
  readonly payload?: readonly number[] | Uint8Array;
  readonly options?: readonly number[];
  readonly port?: number;
}
function send(
  flags: number,
  { sequence = FIRST, acknowledgement = 0, window = 0xffff, payload = [], options = [], port = 4000 }: Sent = {},
): void {
  const bytes = new Uint8Array(20 + options.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, port);
  view.setUint16(2, 80);
  view.setUint32(4, sequence >>> 0);
  view.setUint32(8, acknowledgement >>> 0);
  bytes[12] = ((20 + options.length) / 4) << 4;
  bytes[13] = flags;
  view.setUint16(14, window);
  bytes.set(options, 20);
  bytes.set(payload, 20 + options.length);
  const type = [8, 0];
  // As with segmentation offload: one packet, however long.
  const [head] = buildIpv4({ source: GUEST, destination: server, protocol: PROTOCOL.TCP, payload: new Uint8Array(0) }, 1);
  const packet = new Uint8Array(20 + bytes.length);
  packet.set(head);
  packet.set(bytes, 20);
  new DataView(packet.buffer).setUint16(2, packet.length);
  packet.fill(0, 10, 12);
  let sum = 0;
  for (let k = 0; k < 20; k += 2) sum += (packet[k] << 8) | packet[k + 1];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  new DataView(packet.buffer).setUint16(10, ~sum & 0xffff);
  link.transmit(Uint8Array.from([0x52, 0x55, 10, 0, 2, 2, 0x52, 0x54, 0, 0x12, 0x34, 0x56, ...type, ...packet]));
}

/** A connection that is open, as the guest sees it. */
class Open {
  readonly stream: FakeStream;
  sequence = FIRST + 1;
  /** Sequence number of the first byte of the server. */
  readonly start: number;
  constructor({ options = [2, 4, 0x05, 0xb4] as readonly number[], window = 0xffff } = {}) {
    send(SYN, { options, window });
    this.stream = sockets.streams.at(-1)!;
    this.stream.events.connected();
    const [answer] = take();
    this.start = (answer.sequence + 1) >>> 0;
    send(ACK, { sequence: this.sequence, acknowledgement: this.start, window });
  }
  acknowledge(bytes: number, window = 0xffff): void {
    send(ACK, { sequence: this.sequence, acknowledgement: this.start + bytes, window });
  }
  say(payload: readonly number[] | Uint8Array, flags = 0, acknowledged = 0): void {
    send(ACK | flags, { sequence: this.sequence, acknowledgement: this.start + acknowledged, payload });
    this.sequence += payload.length + (flags & FIN ? 1 : 0);
  }
}
const offsetOf = (open: Open, segment: AddressedSegment): number => sequenceDistance(segment.sequence, open.start);
const numbers = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * 31 + (k >>> 8)) & 0xff);

describe('opening', () => {
  it('waits for the host, then answers', () => {
    send(SYN, { options: [2, 4, 0x05, 0xb4, 1, 3, 3, 7] });
    expect([sockets.streams[0].address, sockets.streams[0].port, take()]).toEqual(['192.0.2.1', 80, []]);
    // Repeated while the host is at it: still one connection.
    send(SYN, { options: [2, 4, 0x05, 0xb4, 1, 3, 3, 7] });
    expect(sockets.streams).toHaveLength(1);
    sockets.streams[0].events.connected();
    const [answer] = take();
    expect(answer).toMatchObject({
      sourcePort: 80,
      destinationPort: 4000,
      flags: SYN | ACK,
      maximumSegment: 1460,
      windowScale: 5,
      window: 0xffff,
    });
    expect(answer.acknowledgement).toBe((FIRST + 1) >>> 0);
  });

  it('leaves window scaling out when the guest does not offer it', () => {
    send(SYN);
    sockets.streams[0].events.connected();
    expect(take()[0].windowScale).toBeUndefined();
  });

  it('repeats its answer until the guest has it, and gives up some time', () => {
    send(SYN);
    sockets.streams[0].events.connected();
    clock.advance(0.6e9);
    expect(take().map(({ flags }) => flags)).toEqual([SYN | ACK, SYN | ACK]);
    clock.advance(1000e9);
    expect(take().at(-1)!.flags & RST).toBe(RST);
    expect([sockets.streams[0].destroyed, clock.pending]).toEqual([true, 0]);
  });

  it('refuses when the host is refused', () => {
    send(SYN);
    sockets.streams[0].events.closed(true);
    expect(take()).toMatchObject([{ flags: RST | ACK, acknowledgement: (FIRST + 1) >>> 0 }]);
    send(SYN);
    expect(sockets.streams).toHaveLength(2);
  });

  it('refuses what is nowhere, and answers strays with resets', () => {
    server = ip('10.0.2.99');
    send(SYN);
    expect([take().map(({ flags }) => flags), sockets.streams]).toEqual([[RST | ACK], []]);
    server = SERVER;
    send(ACK, { acknowledgement: 77, payload: [1] });
    expect(take()).toMatchObject([{ flags: RST, sequence: 77 }]);
    send(FIN, { payload: [1, 2] });
    expect(take()).toMatchObject([{ flags: RST | ACK, acknowledgement: (FIRST + 3) >>> 0 }]);
    send(RST);
    expect([take(), sockets.streams]).toEqual([[], []]);
  });

  it('reaches the host itself by the router', () => {
    server = ip('10.0.2.2');
    send(SYN);
    expect([sockets.streams[0].address, sockets.streams[0].port]).toEqual(['127.0.0.1', 80]);
  });

  it('answers an acknowledgement of nothing with a reset', () => {
    send(SYN);
    sockets.streams[0].events.connected();
    const [answer] = take();
    send(ACK, { sequence: FIRST + 1, acknowledgement: answer.sequence + 5 });
    expect(take().map(({ flags }) => flags & RST)).toEqual([RST]);
    expect(sockets.streams[0].destroyed).toBe(true);
  });
});

describe('from the guest', () => {
  it('passes bytes on once and in order, across the end of sequence numbers', () => {
    const open = new Open();
    open.say([1, 2, 3]);
    open.say(numbers(100));
    expect(open.stream.written).toEqual([1, 2, 3, ...numbers(100)]);
    expect(take().map(({ acknowledgement }) => acknowledgement)).toEqual([(FIRST + 4) >>> 0, (FIRST + 104) >>> 0]);
  });

  it('asks again for what is missing, takes what overlaps', () => {
    const open = new Open();
    const at = (offset: number, payload: readonly number[]): void =>
      send(ACK, { sequence: FIRST + 1 + offset, acknowledgement: open.start, payload });
    at(2, [3, 4]);
    expect(take().map(({ acknowledgement }) => acknowledgement)).toEqual([(FIRST + 1) >>> 0]);
    at(0, [1, 2]);
    at(0, [1, 2]);
    at(1, [2, 3, 4]);
    expect(open.stream.written).toEqual([1, 2, 3, 4]);
    expect(take().at(-1)!.acknowledgement).toBe((FIRST + 5) >>> 0);
  });

  it('shuts its window while the host cannot send, and opens it again', () => {
    const open = new Open({ options: [3, 3, 2, 0] });
    open.stream.buffered = 2 ** 20;
    open.say([1]);
    expect(take().at(-1)!.window).toBe(0);
    open.stream.buffered = 0;
    open.stream.events.drained();
    expect(take().map(({ window, flags }) => [window << 5, flags])).toEqual([[2 ** 20, ACK]]);
    // An open window needs no word.
    open.stream.events.drained();
    expect(take()).toEqual([]);
  });

  it('does not let a guest that ignores windows fill the host', () => {
    const open = new Open();
    open.stream.buffered = 2 * 2 ** 20;
    open.say([1, 2, 3]);
    expect(open.stream.written).toEqual([]);
    expect(take().at(-1)!.acknowledgement).toBe((FIRST + 1) >>> 0);
  });

  it('answers a probe of whether the connection lives', () => {
    const open = new Open();
    send(ACK, { sequence: open.sequence - 1, acknowledgement: open.start });
    expect(take()).toMatchObject([{ flags: ACK, acknowledgement: open.sequence >>> 0, payload: new Uint8Array(0) }]);
  });
});

describe('to the guest', () => {
  it('sends segments of the size the guest takes, as far as its window goes', () => {
    const open = new Open({ options: [2, 4, 0x02, 0x00], window: 1300 });
    const data = numbers(3000);
    open.stream.events.data(data);
    const sent = take();
    expect(sent.map((s) => [offsetOf(open, s), s.payload.length])).toEqual([[0, 512], [512, 512], [1024, 276]]); // prettier-ignore
    open.acknowledge(1300, 2000);
    const more = take();
    expect(more.map((s) => [offsetOf(open, s), s.payload.length, s.flags])).toEqual([[1300, 512, ACK], [1812, 512, ACK], [2324, 512, ACK], [2836, 164, ACK | PSH]]); // prettier-ignore
    expect(Uint8Array.from([...sent, ...more].flatMap(({ payload }) => [...payload]))).toEqual(data);
  });

  it('sends many segments as one where the guest takes that, with the sum that the guest completes', () => {
    const open = new Open({ options: [2, 4, 0x05, 0xb4, 1, 3, 3, 4], window: 5000 });
    const large: { segment: AddressedSegment; segmentBytes: number | undefined; checksum: number; expected: number }[] = [];
    link.onReceive((frame, segmentBytes) => {
      const packet = parseIpv4(frame.subarray(14))!;
      const expected = pseudoHeaderSum(packet.source, packet.destination, PROTOCOL.TCP, packet.payload.length);
      const checksum = new DataView(packet.payload.buffer, packet.payload.byteOffset).getUint16(16);
      large.push({ segment: parseTcp(packet.payload)!, segmentBytes, checksum, expected });
    });
    link.takesLargeFrames!(true);
    open.stream.events.data(numbers(70_000));
    expect(large.map(({ segment, segmentBytes }) => [segment.payload.length, segmentBytes])).toEqual([[64240, 1460], [5760, 1460]]); // prettier-ignore
    for (const { checksum, expected } of large) expect(checksum).toBe(expected);
    expect(Uint8Array.from(large.flatMap(({ segment }) => [...segment.payload]))).toEqual(numbers(70_000));
    link.takesLargeFrames!(false);
    large.length = 0;
    clock.advance(0.51e9);
    expect(large[0]).toMatchObject({ segmentBytes: undefined, segment: { payload: numbers(1460) } });
  });

  it('keeps what comes before the guest has confirmed the opening', () => {
    send(SYN);
    const stream = sockets.streams[0];
    stream.events.connected();
    stream.events.data(Uint8Array.of(1, 2));
    const [answer] = take();
    send(ACK, { sequence: FIRST + 1, acknowledgement: answer.sequence + 1 });
    expect(take().map(({ payload }) => [...payload])).toEqual([[1, 2]]);
  });

  it('knows the scale of the guest’s window', () => {
    const open = new Open({ options: [2, 4, 0x05, 0xb4, 1, 3, 3, 3], window: 1000 });
    open.stream.events.data(numbers(20_000));
    expect(take().reduce((sum, { payload }) => sum + payload.length, 0)).toBe(8000);
  });

  it('stops reading from the host when the guest does not keep up, and goes on later', () => {
    const open = new Open({ window: 1000 });
    open.stream.events.data(new Uint8Array(600_000));
    expect(open.stream.paused).toBe(true);
    let got = 0;
    while (got < 600_000) {
      const sent = take();
      got += sent.reduce((sum, { payload }) => sum + payload.length, 0);
      open.acknowledge(got, 60_000);
      expect(open.stream.paused).toBe(600_000 - got >= 2 ** 18);
    }
  });

  it('sends again what was lost: after a time that grows, or at the third repeated acknowledgement', () => {
    const open = new Open();
    open.stream.events.data(numbers(3000));
    const first = take();
    expect(first).toHaveLength(3);
    clock.advance(0.51e9);
    expect(take().map((s) => offsetOf(open, s))).toEqual([0, 1460, 2920]);
    clock.advance(0.9e9);
    expect(take()).toEqual([]);
    clock.advance(0.11e9);
    expect(take().map((s) => offsetOf(open, s))).toEqual([0, 1460, 2920]);
    open.acknowledge(1460);
    take();
    for (let k = 0; k < 2; k++) open.acknowledge(1460);
    expect(take()).toEqual([]);
    open.acknowledge(1460);
    expect(take().map((s) => offsetOf(open, s))).toEqual([1460, 2920]);
    open.acknowledge(3000);
    clock.advance(100e9);
    expect(take()).toEqual([]);
  });

  it('gives up a guest that is gone', () => {
    const open = new Open();
    open.stream.events.data(Uint8Array.of(1));
    clock.advance(2000e9);
    expect([take().at(-1)!.flags & RST, open.stream.destroyed, clock.pending]).toEqual([RST, true, 0]);
  });

  it('probes a window that is shut, for as long as it stays shut', () => {
    const open = new Open({ window: 0 });
    open.stream.events.data(Uint8Array.of(1, 2, 3));
    expect(take()).toEqual([]);
    clock.advance(2000e9);
    const probes = take();
    expect(probes.length).toBeGreaterThan(12);
    expect(probes.every((s) => s.payload.length === 1 && offsetOf(open, s) === 0)).toBe(true);
    // The guest took the probe's byte and opened its window.
    open.acknowledge(1, 100);
    expect(take().map(({ payload }) => [...payload])).toEqual([[2, 3]]);
  });

  it('ignores acknowledgements of what was never sent', () => {
    const open = new Open();
    open.stream.events.data(Uint8Array.of(1));
    take();
    open.acknowledge(5);
    expect(take()).toMatchObject([{ flags: ACK, payload: new Uint8Array(0) }]);
    open.acknowledge(1);
    open.stream.events.data(Uint8Array.of(2));
    expect(take().map(({ payload }) => [...payload])).toEqual([[2]]);
  });
});

describe('closing', () => {
  it('by the guest first: what the host still sends arrives', () => {
    const open = new Open();
    open.say([1], FIN);
    expect([open.stream.written, open.stream.ended]).toEqual([[1], true]);
    expect(take().at(-1)!.acknowledgement).toBe((FIRST + 3) >>> 0);
    open.stream.events.data(Uint8Array.of(9));
    open.stream.events.ended();
    const sent = take();
    expect(sent.map(({ flags, payload }) => [flags & FIN, [...payload]])).toEqual([[0, [9]], [FIN, []]]); // prettier-ignore
    open.stream.events.closed(false);
    open.acknowledge(2);
    // A repeated FIN is still answered for a while, then it is over.
    send(ACK | FIN, { sequence: open.sequence - 1, acknowledgement: open.start + 2 });
    expect(take()).toMatchObject([{ flags: ACK, acknowledgement: open.sequence >>> 0 }]);
    clock.advance(2.1e9);
    send(ACK | FIN, { sequence: open.sequence - 1, acknowledgement: open.start + 2 });
    expect(take().map(({ flags }) => flags)).toEqual([RST]);
    expect(clock.pending).toBe(0);
  });

  it('by the host first: with its last bytes, and what the guest still says is passed on', () => {
    const open = new Open();
    open.stream.events.data(numbers(2000));
    open.stream.events.ended();
    const sent = take();
    expect(sent.map(({ flags, payload }) => [flags & FIN, payload.length])).toEqual([[0, 1460], [0, 540], [FIN, 0]]); // prettier-ignore
    open.say([5], 0, 2001);
    expect(open.stream.written).toEqual([5]);
    open.say([], FIN, 2001);
    expect(open.stream.ended).toBe(true);
    clock.advance(3e9);
    expect([open.stream.destroyed, clock.pending]).toEqual([true, 0]);
  });

  it('repeats a FIN that was lost', () => {
    const open = new Open();
    open.stream.events.ended();
    expect(take().map(({ flags }) => flags & FIN)).toEqual([FIN]);
    clock.advance(0.51e9);
    expect(take().map((s) => [s.flags & FIN, offsetOf(open, s)])).toEqual([[FIN, 0]]);
    open.acknowledge(1);
    clock.advance(100e9);
    expect(take()).toEqual([]);
  });

  it('by a reset of either side', () => {
    const open = new Open();
    send(RST, { sequence: open.sequence + 2_000_000 });
    expect(open.stream.destroyed).toBe(false);
    send(RST, { sequence: open.sequence });
    expect(open.stream.destroyed).toBe(true);
    open.stream.events.data(Uint8Array.of(1));
    open.stream.events.closed(true);
    expect(take()).toEqual([]);
    const other = new Open();
    other.stream.events.closed(true);
    expect(take().map(({ flags }) => flags & RST)).toEqual([RST]);
  });

  it('makes room for a new connection of the same ends at once', () => {
    const open = new Open();
    open.stream.events.ended();
    open.say([], FIN, 1);
    take();
    send(SYN, { sequence: 5000 });
    expect(sockets.streams).toHaveLength(2);
    clock.advance(5e9);
    sockets.streams[1].events.connected();
    expect(take()).toMatchObject([{ flags: SYN | ACK, acknowledgement: 5001 }]);
  });

  it('of all at once with the network', () => {
    const open = new Open();
    send(SYN, { port: 4001 });
    link.close!();
    expect([open.stream.destroyed, sockets.streams[1].destroyed, clock.pending]).toEqual([true, true, 0]);
  });
});

describe('whatever is lost on the way', () => {
  it('the guest gets every byte in order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 60 }), fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 600, max: 0xffff }), (losses, length, window) => {
        received = [];
        sockets.streams.length = 0;
        link.close!();
        link = new UserNetwork(sockets).connect(clock);
        let inbox: AddressedSegment[] = [];
        link.onReceive((frame) => inbox.push(parseTcp(parseIpv4(frame.subarray(14))!.payload)!));
        send(SYN, { options: [2, 4, 0x05, 0xb4], window });
        sockets.streams[0].events.connected();
        const start = (inbox.at(-1)!.sequence + 1) >>> 0;
        const data = numbers(length);
        send(ACK, { sequence: FIRST + 1, acknowledgement: start, window });
        sockets.streams[0].events.data(data);
        sockets.streams[0].events.ended();
        const got: number[] = [];
        let ended = false;
        let k = 0;
        let lost = 0;
        for (let round = 0; !ended && round < 5000; round++) {
          const now = inbox;
          inbox = [];
          for (const segment of now) {
            // Not so often in a row that the guest counts as gone, or the time until the next try grows long.
            if (losses[k++ % losses.length] && ++lost < 4) continue;
            const offset = sequenceDistance(segment.sequence, start);
            if (offset === got.length) {
              got.push(...segment.payload);
              lost = 0;
              ended = (segment.flags & FIN) !== 0;
            }
            send(ACK, { sequence: FIRST + 1, acknowledgement: start + got.length + (ended ? 1 : 0), window });
          }
          if (inbox.length === 0) clock.advance(0.5e9);
        }
        expect([ended, Buffer.compare(Uint8Array.from(got), data)]).toEqual([true, 0]);
      }),
      { numRuns: 40 },
    ); // prettier-ignore
  });
});
