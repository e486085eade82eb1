import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../../src/devices/net/byte-queue.js';
import { parseTcp, resetFor } from '../../src/devices/net/tcp-segment.js';

describe('segments', () => {
  it('that are damaged are none', () => {
    expect(parseTcp(new Uint8Array(19))).toBeUndefined();
    const bytes = new Uint8Array(20);
    bytes[12] = 0x40;
    expect(parseTcp(bytes)).toBeUndefined();
    bytes[12] = 0x60;
    expect(parseTcp(bytes)).toBeUndefined();
  });

  it('may have any options', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 60 }), (noise) => {
        noise[12] = 0xf0;
        const segment = parseTcp(noise)!;
        expect(segment.payload.length).toBe(0);
        expect(segment.windowScale ?? 0).toBeLessThanOrEqual(14);
        resetFor(segment);
      }),
    );
  });
});

describe('a byte queue', () => {
  it('is the concatenation of what was pushed, without what was dropped', () => {
    const step = fc.record({ push: fc.uint8Array({ maxLength: 20 }), drop: fc.nat(30), offset: fc.nat(40), length: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new ByteQueue();
        let model: number[] = [];
        for (const { push, drop, offset, length } of steps) {
          queue.push(push);
          model.push(...push);
          expect([...queue.peek(offset, length)]).toEqual(model.slice(offset, offset + length));
          const gone = Math.min(drop, model.length);
          queue.drop(gone);
          model = model.slice(gone);
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });
});
