import type { Clock } from '../../bus/device.js';
import type { Ipv4Packet, ReceivedIpv4 } from './ipv4.js';

/** Pieces wait so long for the rest of their packet, in guest ns. */
const PATIENCE_NS = 30e9;
/** Most packets that are put together at a time; the oldest is given up for a new one. */
const MOST_PACKETS = 32;
const LARGEST_PAYLOAD = 0xffff - 20;

interface Partial {
  readonly since: number;
  readonly pieces: Map<number, Uint8Array>;
  /** Length of the whole payload, once its last piece is there. */
  length: number | undefined;
}

/** Puts packets together that came in pieces (RFC 791, section 3.2). */
export class Ipv4Fragments {
  readonly #partials = new Map<string, Partial>();

  constructor(private readonly clock: Clock) {}

  /** @returns the packet when it is whole now */
  add(piece: ReceivedIpv4): Ipv4Packet | undefined {
    if (piece.offset === 0 && !piece.moreFragments) return piece;
    const end = piece.offset + piece.payload.length;
    if (end > LARGEST_PAYLOAD || (piece.moreFragments && (piece.payload.length === 0 || piece.payload.length % 8 !== 0))) return undefined;
    const key = `${piece.source}/${piece.destination}/${piece.protocol}/${piece.identification}`;
    const partial = this.#partial(key);
    partial.pieces.set(piece.offset, piece.payload.slice());
    if (!piece.moreFragments) partial.length = end;
    const payload = assemble(partial);
    if (!payload) return undefined;
    this.#partials.delete(key);
    return { source: piece.source, destination: piece.destination, protocol: piece.protocol, payload };
  }

  #partial(key: string): Partial {
    const now = this.clock.now();
    for (const [other, { since }] of this.#partials) if (now - since > PATIENCE_NS) this.#partials.delete(other);
    let partial = this.#partials.get(key);
    if (partial) return partial;
    const [oldest] = this.#partials.keys();
    if (this.#partials.size >= MOST_PACKETS && oldest !== undefined) this.#partials.delete(oldest);
    this.#partials.set(key, (partial = { since: now, pieces: new Map(), length: undefined }));
    return partial;
  }
}

/** The whole payload, if no piece is missing. */
function assemble({ pieces, length }: Partial): Uint8Array | undefined {
  if (length === undefined) return undefined;
  const payload = new Uint8Array(length);
  let at = 0;
  for (const offset of [...pieces.keys()].sort((a, b) => a - b)) {
    const piece = pieces.get(offset)!;
    if (offset > at) return undefined;
    const end = Math.min(offset + piece.length, length);
    if (end > at) payload.set(piece.subarray(at - offset, end - offset), at);
    at = Math.max(at, end);
  }
  return at === length ? payload : undefined;
}
