import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NODE_SOCKETS } from '../../src/host/node/node-sockets.js';

let server: Server;
let peers: Socket[];
beforeEach(async () => {
  peers = [];
  server = createServer({ allowHalfOpen: true }, (socket) => peers.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const peer of peers) peer.destroy();
  server.close();
});
const port = (): number => (server.address() as AddressInfo).port;

function connect(to = port()) {
  const heard: string[] = [];
  const stream = NODE_SOCKETS.connect('127.0.0.1', to, {
    connected: () => heard.push('connected'),
    data: (bytes) => heard.push(`data ${new TextDecoder().decode(bytes)}`),
    ended: () => heard.push('ended'),
    drained: () => heard.push('drained'),
    closed: (failed) => heard.push(`closed ${failed}`),
  });
  return { stream, heard };
}

describe('TCP', () => {
  it('passes bytes both ways, and each side ends by itself', async () => {
    const { stream, heard } = connect();
    expect(heard).toEqual([]);
    await vi.waitFor(() => expect([heard, peers.length]).toEqual([['connected'], 1]));
    const got: string[] = [];
    peers[0].on('data', (bytes) => got.push(bytes.toString())).on('end', () => got.push('end'));
    peers[0].end('one');
    await vi.waitFor(() => expect(heard).toEqual(['connected', 'data one', 'ended']));
    stream.write(new TextEncoder().encode('two'));
    await vi.waitFor(() => expect(got).toEqual(['two']));
    stream.end();
    await vi.waitFor(() => expect([got, heard.at(-1)]).toEqual([['two', 'end'], 'closed false']));
  });

  it('tells of refusals and resets', async () => {
    const free = port();
    server.close();
    const refused = connect(free);
    await vi.waitFor(() => expect(refused.heard).toEqual(['closed true']));
  });

  it('resets when it is destroyed', async () => {
    const { stream, heard } = connect();
    await vi.waitFor(() => expect(peers.length).toBe(1));
    const errors: string[] = [];
    peers[0].on('error', (error: NodeJS.ErrnoException) => errors.push(error.code!)).resume();
    stream.destroy();
    stream.destroy();
    await vi.waitFor(() => expect(errors).toEqual(['ECONNRESET']));
    await vi.waitFor(() => expect(heard.at(-1)).toMatch(/^closed/));
  });

  it('tells when what waited is sent, and stops reading when told to', async () => {
    const { stream, heard } = connect();
    await vi.waitFor(() => expect(peers.length).toBe(1));
    peers[0].pause();
    stream.write(new Uint8Array(16 * 2 ** 20));
    expect(stream.buffered).toBeGreaterThan(0);
    peers[0].resume();
    await vi.waitFor(() => expect([heard.includes('drained'), stream.buffered]).toEqual([true, 0]), 5000);
    stream.pause();
    peers[0].write('later');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard.some((text) => text.startsWith('data'))).toBe(false);
    stream.resume();
    await vi.waitFor(() => expect(heard).toContain('data later'));
    stream.destroy();
  });
});

describe('UDP', () => {
  it('sends and receives, and is silent once closed', async () => {
    const peer = createSocket('udp4').bind(0, '127.0.0.1');
    await once(peer, 'listening');
    const received: string[] = [];
    const socket = NODE_SOCKETS.openDatagrams((address, from, bytes) =>
      received.push(`${address} ${from === peer.address().port} ${bytes.join()}`),
    );
    socket.send('127.0.0.1', peer.address().port, Uint8Array.of(1, 2));
    const [bytes, sender] = (await once(peer, 'message')) as [Buffer, { port: number }];
    expect([...bytes]).toEqual([1, 2]);
    peer.send(Uint8Array.of(3), sender.port, '127.0.0.1');
    await vi.waitFor(() => expect(received).toEqual(['127.0.0.1 true 3']));
    // Lost, not an error.
    socket.send('127.0.0.1', 0, Uint8Array.of(1));
    socket.send('0.0.0.1', 9, Uint8Array.of(1));
    socket.close();
    socket.close();
    socket.send('127.0.0.1', peer.address().port, Uint8Array.of(1));
    peer.close();
  });
});

describe('the name server', () => {
  it('is an address of IPv4, or none', () => {
    const server = NODE_SOCKETS.nameServer();
    expect(server === undefined || /^(\d+\.){3}\d+$/.test(server.address)).toBe(true);
  });
});
