import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { isIPv4, Socket } from 'node:net';
import type { NetworkConnection } from '../../bus/frame-link.js';
import type { HostDatagrams, HostSockets, HostStream, HostStreamEvents } from '../../devices/net/host-sockets.js';
import { UserNetwork } from '../../devices/net/user-network.js';

const DNS_PORT = 53;

/** A network card's way into this computer's network, for `MachineConfig.network`. */
export function userNetwork(): NetworkConnection {
  return new UserNetwork(NODE_SOCKETS);
}

/** This computer's network. Its sockets do not keep the program running. */
export const NODE_SOCKETS: HostSockets = {
  connect: (address, port, events) => new NodeStream(address, port, events),
  openDatagrams,
  nameServer,
};

class NodeStream implements HostStream {
  readonly #socket = new Socket({ allowHalfOpen: true });

  constructor(address: string, port: number, events: HostStreamEvents) {
    const socket = this.#socket;
    let failed = false;
    socket.unref();
    socket.setNoDelay(true);
    socket.on('connect', () => events.connected());
    socket.on('data', (bytes) => events.data(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)));
    socket.on('end', () => events.ended());
    socket.on('drain', () => events.drained());
    socket.on('error', () => (failed = true));
    socket.on('close', () => events.closed(failed));
    socket.connect(port, address);
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }
  end(): void {
    this.#socket.end();
  }
  destroy(): void {
    if (this.#socket.destroyed) return;
    // What waits is not to be sent any more.
    this.#socket.removeAllListeners('data').resetAndDestroy();
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
}

function openDatagrams(received: (address: string, port: number, bytes: Uint8Array) => void): HostDatagrams {
  const socket = createSocket('udp4');
  let closed = false;
  socket.unref();
  // A datagram that cannot be sent is lost.
  socket.on('error', () => undefined);
  socket.on('message', (bytes, sender) => {
    if (!closed) received(sender.address, sender.port, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  });
  return {
    send: (address, port, bytes) => {
      if (!closed && port !== 0) socket.send(bytes, port, address, () => undefined);
    },
    close: () => {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}

function nameServer(): { address: string; port: number } | undefined {
  for (const server of getServers()) {
    const [, address, port] = /^(\d+\.\d+\.\d+\.\d+)(?::(\d+))?$/.exec(server) ?? [];
    if (address !== undefined && isIPv4(address)) return { address, port: port === undefined ? DNS_PORT : Number(port) };
  }
  return undefined;
}
