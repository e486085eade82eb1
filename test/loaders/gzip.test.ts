import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { crc32 } from '../../src/loaders/crc32.js';
import { gunzip } from '../../src/loaders/gzip.js';
import { ascii } from '../support/images.js';

const TEXT = ascii('to be or not to be '.repeat(50));
const LIMIT = 2 ** 16;

describe('crc32', () => {
  it('gives the check value of the polynomial', () => {
    expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('gunzip', () => {
  it('expands', () => {
    expect(gunzip(gzipSync(TEXT), LIMIT, 'f')).toEqual(TEXT);
    expect(gunzip(gzipSync(TEXT, { level: 0 }), LIMIT, 'f')).toEqual(TEXT);
    expect(gunzip(gzipSync(new Uint8Array(0)), LIMIT, 'f')).toEqual(new Uint8Array(0));
  });

  it('skips all optional header fields', () => {
    const file = gzipSync(TEXT, { mtime: 0 });
    const fields = [3, 0, 1, 2, 3, ...ascii('name\0'), ...ascii('comment\0'), 0x12, 0x34];
    const withFields = Uint8Array.from([...file.subarray(0, 3), 0x1e, ...file.subarray(4, 10), ...fields, ...file.subarray(10)]);
    expect(gunzip(withFields, LIMIT, 'f')).toEqual(TEXT);
  });

  it('refuses every truncation and every trailing byte', () => {
    const file = gzipSync(TEXT);
    for (let length = 0; length < file.length; length++) expect(() => gunzip(file.slice(0, length), LIMIT, 'f')).toThrow(ConfigError);
    expect(() => gunzip(Uint8Array.from([...file, 0]), LIMIT, 'f')).toThrow(ConfigError);
  });

  it('notices damaged contents', () => {
    const file = gzipSync(TEXT, { level: 0 });
    file[40] ^= 1;
    expect(() => gunzip(file, LIMIT, 'f')).toThrow(/do not match the gzip trailer/);
  });

  it('refuses a bomb by its trailer, and one whose trailer lies, without allocating', () => {
    const bomb = gzipSync(new Uint8Array(2 ** 24));
    expect(() => gunzip(bomb, LIMIT, 'f')).toThrow(/more than the 65536 allowed/);
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(bomb.length - 4, 100, true);
    expect(() => gunzip(bomb, LIMIT, 'f')).toThrow(/do not match/);
    const small = gzipSync(TEXT);
    new DataView(small.buffer, small.byteOffset).setUint32(small.length - 4, 0x3fffffff, true);
    expect(() => gunzip(small, 2 ** 32, 'f')).toThrow(/impossible/);
  });
});
