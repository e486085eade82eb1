import { MESSAGE } from '../../src/devices/virtio/ninep/wire.js';

/** Fields of a request: a number with its width in bits, text, or bytes. */
export type Field = readonly [8 | 16 | 32 | 64, number | bigint] | string | Uint8Array;

/** An answer: its type, and what is behind the header. */
export interface Answer {
  readonly type: number;
  readonly body: Uint8Array;
  readonly view: DataView;
  /** Error number of an Rlerror, else 0. */
  readonly error: number;
}

/** Bytes of fields in the order of the protocol. */
export function encode(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  for (const field of fields) {
    if (typeof field === 'string') {
      const text = new TextEncoder().encode(field);
      bytes.push(text.length & 0xff, text.length >>> 8, ...text);
    } else if (field instanceof Uint8Array) bytes.push(...field);
    else {
      const [width, value] = field;
      for (let shift = 0n; shift < BigInt(width); shift += 8n) bytes.push(Number((BigInt.asUintN(64, BigInt(value)) >> shift) & 0xffn));
    }
  }
  return Uint8Array.from(bytes);
}

/** A whole request. */
export function request(type: number, fields: readonly Field[], tag = 1): Uint8Array {
  const body = encode(fields);
  return Uint8Array.from([...encode([[32, 7 + body.length], [8, type], [16, tag]]), ...body]); // prettier-ignore
}

/** Takes an answer apart. */
export function answerOf(bytes: Uint8Array): Answer {
  const body = bytes.slice(7);
  const view = new DataView(body.buffer);
  return { type: bytes[4], body, view, error: bytes[4] === MESSAGE.LERROR + 1 ? view.getUint32(0, true) : 0 };
}
