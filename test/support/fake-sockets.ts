import type { HostDatagrams, HostSockets, HostStream, HostStreamEvents } from '../../src/devices/net/host-sockets.js';

/** A TCP connection of the host whose other end is the test. */
export class FakeStream implements HostStream {
  buffered = 0;
  readonly written: number[] = [];
  ended = false;
  destroyed = false;
  paused = false;
  constructor(
    readonly address: string,
    readonly port: number,
    readonly events: HostStreamEvents,
  ) {}
  write(bytes: Uint8Array): void {
    this.written.push(...bytes);
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

/** A UDP socket of the host whose network is the test. */
export class FakeDatagrams implements HostDatagrams {
  readonly sent: { readonly address: string; readonly port: number; readonly bytes: number[] }[] = [];
  closed = false;
  constructor(readonly receive: (address: string, port: number, bytes: Uint8Array) => void) {}
  send(address: string, port: number, bytes: Uint8Array): void {
    this.sent.push({ address, port, bytes: [...bytes] });
  }
  close(): void {
    this.closed = true;
  }
}

/** A host's network that is the test. */
export class FakeSockets implements HostSockets {
  readonly streams: FakeStream[] = [];
  readonly datagrams: FakeDatagrams[] = [];
  server: { address: string; port: number } | undefined = { address: '192.0.2.53', port: 5353 };
  connect(address: string, port: number, events: HostStreamEvents): FakeStream {
    const stream = new FakeStream(address, port, events);
    this.streams.push(stream);
    return stream;
  }
  openDatagrams(received: (address: string, port: number, bytes: Uint8Array) => void): FakeDatagrams {
    const socket = new FakeDatagrams(received);
    this.datagrams.push(socket);
    return socket;
  }
  nameServer(): { address: string; port: number } | undefined {
    return this.server;
  }
}
