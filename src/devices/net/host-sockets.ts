/** What a network in user mode needs of the host's own network. Addresses are IPv4 in dotted notation. */
export interface HostSockets {
  /** Begins to connect by TCP; `events` tells the rest. */
  connect(address: string, port: number, events: HostStreamEvents): HostStream;
  /** A UDP socket with a port of its own. @param received called for each datagram that comes in, with its sender */
  openDatagrams(received: (address: string, port: number, bytes: Uint8Array) => void): HostDatagrams;
  /** The host's name server; undefined when it has none. */
  nameServer(): { readonly address: string; readonly port: number } | undefined;
}

/** What happens on a TCP connection of the host; told from the host's event loop, never from inside a call. Nothing comes behind `closed`. */
export interface HostStreamEvents {
  connected(): void;
  data(bytes: Uint8Array): void;
  /** The other side has no more to send. */
  ended(): void;
  /** Bytes that waited in the host were sent: `buffered` is smaller. */
  drained(): void;
  /** It is over: by both sides' will, or because it was refused or reset when `failed`. */
  closed(failed: boolean): void;
}

/** A TCP connection of the host. */
export interface HostStream {
  /** Bytes written that the host has not yet sent. */
  readonly buffered: number;
  write(bytes: Uint8Array): void;
  /** No more is going to be written. */
  end(): void;
  /** Ends it at once, by a reset. */
  destroy(): void;
  /** Stops and restarts `data`. */
  pause(): void;
  resume(): void;
}

/** A UDP socket of the host. Datagrams that cannot be sent are lost, as on any network. */
export interface HostDatagrams {
  send(address: string, port: number, bytes: Uint8Array): void;
  close(): void;
}
