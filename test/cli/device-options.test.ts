import { describe, expect, it } from 'vitest';
import { parseDrive, parseShare } from '../../src/cli/device-options.js';
import { ConfigError } from '../../src/config-error.js';

describe('--drive', () => {
  it.each([
    ['disk.img', { path: 'disk.img', snapshot: false, readOnly: false, overlay: undefined }],
    ['disk.img,snapshot', { path: 'disk.img', snapshot: true, readOnly: false, overlay: undefined }],
    ['disk.img,readonly', { path: 'disk.img', snapshot: false, readOnly: true, overlay: undefined }],
    ['disk.img,overlay=a=b', { path: 'disk.img', snapshot: false, readOnly: false, overlay: 'a=b' }],
    ['a,,b,overlay=c,,d', { path: 'a,b', snapshot: false, readOnly: false, overlay: 'c,d' }],
  ])('%s', (text, drive) => {
    expect(parseDrive(text)).toEqual([drive]);
  });

  it('may come several times', () => {
    expect(parseDrive('b', parseDrive('a')).map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it.each(['', ',snapshot', 'a,snapsot', 'a,overlay', 'a,overlay=', 'a,snapshot=yes', 'a,', 'a,tag=x'])('refuses "%s"', (text) => {
    expect(() => parseDrive(text)).toThrow(ConfigError);
  });
});

describe('--share', () => {
  it('takes a folder, a tag and readonly', () => {
    expect(parseShare('.,tag=host,readonly', parseShare('/x'))).toEqual([
      { path: '/x', tag: undefined, readOnly: false },
      { path: '.', tag: 'host', readOnly: true },
    ]);
  });

  it.each(['', 'x,snapshot', 'x,tag', 'x,tag='])('refuses "%s"', (text) => {
    expect(() => parseShare(text)).toThrow(ConfigError);
  });
});
