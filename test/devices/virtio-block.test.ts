import { beforeEach, describe, expect, it } from 'vitest';
import { RawImage } from '../../src/devices/block/raw-image.js';
import { VirtioBlock } from '../../src/devices/virtio/virtio-block.js';
import { MemoryFile } from '../support/memory-file.js';
import { VirtioDriver } from '../support/virtio-driver.js';
import type { Part } from '../support/virtio-driver.js';

const SECTORS = 64;
const IN = 0;
const OUT = 1;
const FLUSH = 4;
const GET_ID = 8;
const DISCARD = 11;
const WRITE_ZEROES = 13;
const OK = 0;
const IO_ERROR = 1;
const UNSUPPORTED = 2;

let file: MemoryFile;
let driver: VirtioDriver;
const setUp = (readOnly = false): void => {
  file = new MemoryFile(Uint8Array.from({ length: SECTORS * 512 }, (_, k) => k >>> 9));
  driver = new VirtioDriver(new VirtioBlock('disk0', new RawImage('a disk with a long name', file, readOnly)));
  driver.start();
};
beforeEach(() => setUp());

const header = (kind: number, sector: number | bigint): Uint8Array => {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setBigUint64(8, BigInt(sector), true);
  return bytes;
};
const range = (sector: number, sectors: number, flags = 0): Uint8Array => {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(sector), true);
  view.setUint32(8, sectors, true);
  view.setUint32(12, flags, true);
  return bytes;
};
/** Makes a request; returns its status and the data before that. */
function ask(kind: number, sector: number | bigint, ...parts: Part[]): { status: number; data: Uint8Array; written: number } {
  const { bytes, written } = driver.request(0, [header(kind, sector), ...parts, 1]);
  return { status: bytes[bytes.length - 1], data: bytes.subarray(0, -1), written };
}

describe('the disk', () => {
  it('describes itself', () => {
    const word = (offset: number): number => driver.fn.readBar(4, 0x2000 + offset, 4);
    expect([word(0), word(4), word(20)]).toEqual([SECTORS, 0, 512]);
    expect([...driver.offered()].sort((a, b) => a - b)).toEqual([2, 6, 9, 13, 14, 28, 29, 32]);
    expect(driver.fn.config.read(0, 4)).toBe(0x10421af4);
  });

  it('reads into several pieces', () => {
    const { status, data, written } = ask(IN, 3, 512, 100, 412);
    expect([status, written]).toEqual([OK, 1025]);
    expect([...data]).toEqual([...new Array<number>(512).fill(3), ...new Array<number>(512).fill(4)]);
  });

  it('writes', () => {
    expect(ask(OUT, 5, new Uint8Array(512).fill(0xaa), new Uint8Array(512).fill(0xbb)).status).toBe(OK);
    expect([file.bytes[5 * 512], file.bytes[6 * 512], file.bytes[7 * 512], file.bytes[5 * 512 - 1]]).toEqual([0xaa, 0xbb, 7, 4]);
  });

  it('has its header and data in any division, also in one indirect table', () => {
    const whole = header(OUT, 9);
    const parts = [whole.subarray(0, 5), whole.subarray(5), new Uint8Array(200).fill(1), new Uint8Array(312).fill(2), 1];
    expect([...driver.request(0, parts, true).bytes]).toEqual([OK]);
    expect([file.bytes[9 * 512], file.bytes[9 * 512 + 200], file.bytes[10 * 512 - 1]]).toEqual([1, 2, 2]);
  });

  it('flushes, says its name, and zeroes', () => {
    expect([ask(FLUSH, 0).status, file.flushes]).toEqual([OK, 1]);
    const { status, data } = ask(GET_ID, 0, 20);
    expect([status, new TextDecoder().decode(data)]).toEqual([OK, 'a disk with a long n']);
    expect(ask(DISCARD, 0, range(2, 3), range(10, 1)).status).toBe(OK);
    expect(ask(WRITE_ZEROES, 0, range(20, 1, 1)).status).toBe(OK);
    const zeroed = Array.from({ length: SECTORS }, (_, k) => k).filter((k) => k > 0 && file.bytes[k * 512] === 0);
    expect(zeroed).toEqual([2, 3, 4, 10, 20]);
  });

  it.each([
    ['a read behind the end', () => ask(IN, SECTORS - 1, 1024), IO_ERROR],
    ['a write behind the end', () => ask(OUT, SECTORS, new Uint8Array(512)), IO_ERROR],
    ['a sector beyond all numbers', () => ask(IN, 0xffffffffffffffffn, 512), IO_ERROR],
    ['half a sector', () => ask(IN, 0, 100), IO_ERROR],
    ['half a sector to write', () => ask(OUT, 0, new Uint8Array(100)), IO_ERROR],
    ['a request of another kind', () => ask(77, 0), UNSUPPORTED],
    ['a discard with flags', () => ask(DISCARD, 0, range(0, 1, 1)), UNSUPPORTED],
    ['zeroes with other flags', () => ask(WRITE_ZEROES, 0, range(0, 1, 2)), UNSUPPORTED],
    ['a discard behind the end', () => ask(DISCARD, 0, range(SECTORS - 1, 2)), IO_ERROR],
    ['a range that is none', () => ask(DISCARD, 0, new Uint8Array(15)), IO_ERROR],
  ])('refuses %s', (_name, request, status) => {
    const before = file.bytes.slice();
    expect(request().status).toBe(status);
    expect(file.bytes).toEqual(before);
  });

  it('refuses a header that is too short, and one without room for an answer', () => {
    expect([...driver.request(0, [new Uint8Array(15), 1]).bytes]).toEqual([IO_ERROR]);
    expect(driver.request(0, [header(FLUSH, 0)]).written).toBe(0);
  });

  it('passes errors of the host on, and goes on afterwards', () => {
    file.failing = true;
    expect([ask(IN, 0, 512).status, ask(OUT, 0, new Uint8Array(512)).status, ask(FLUSH, 0).status]).toEqual([1, 1, 1]);
    expect(ask(DISCARD, 0, range(0, 1)).status).toBe(IO_ERROR);
    file.failing = false;
    expect(ask(IN, 1, 512).status).toBe(OK);
  });

  it('lets nothing change a read-only image', () => {
    setUp(true);
    expect(driver.offered().has(5)).toBe(true);
    expect(driver.offered().has(13)).toBe(false);
    const before = file.bytes.slice();
    expect([ask(OUT, 0, new Uint8Array(512)).status, ask(WRITE_ZEROES, 0, range(0, 1)).status]).toEqual([IO_ERROR, IO_ERROR]);
    expect(ask(FLUSH, 0).status).toBe(OK);
    expect(file.bytes).toEqual(before);
  });
});
