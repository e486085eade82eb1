import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { openDrive } from '../../src/host/node/node-drive.js';
import { shareFolder } from '../../src/host/node/node-share.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'powerjit-drive-'));
  path = join(folder, 'disk.img');
  writeFileSync(path, new Uint8Array(4096).fill(1));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CHANGE = new Uint8Array(512).fill(7);

describe('a drive', () => {
  it('changes its image', () => {
    const drive = openDrive({ path });
    expect([drive.name, drive.size, drive.readOnly]).toEqual(['disk.img', 4096, false]);
    expect([drive.write(1024, CHANGE), drive.flush(), drive.read(1024, 512)]).toEqual([true, true, CHANGE]);
    drive.close();
    expect([...readFileSync(path).subarray(1023, 1025)]).toEqual([1, 7]);
  });

  it('keeps the image as it is: snapshot', () => {
    const drive = openDrive({ path, snapshot: true });
    expect([drive.write(1024, CHANGE), drive.read(1024, 512)]).toEqual([true, CHANGE]);
    drive.close();
    expect(readFileSync(path)[1024]).toBe(1);
  });

  it('keeps the image as it is, and changes for the next time: overlay', () => {
    const overlay = join(folder, 'changes');
    let drive = openDrive({ path, overlay });
    expect([drive.write(1024, CHANGE), drive.flush()]).toEqual([true, true]);
    drive.close();
    drive = openDrive({ path, overlay });
    expect([drive.read(1024, 512), drive.read(0, 1)]).toEqual([CHANGE, Uint8Array.of(1)]);
    drive.close();
    expect([readFileSync(path)[1024], statSync(overlay).size > 512]).toEqual([1, true]);
    truncateSync(path, 2048);
    expect(() => openDrive({ path, overlay })).toThrow(/belongs to a disk of 4096 bytes/);
  });

  it('cannot be changed: readonly', () => {
    const drive = openDrive({ path, readOnly: true });
    expect(drive.readOnly).toBe(true);
    // The file is not even open for that.
    expect(drive.write(0, CHANGE)).toBe(false);
    drive.close();
  });

  it.each([
    ['a file that is not there', () => openDrive({ path: join(folder, 'none') }), /no such file/],
    ['a folder', () => openDrive({ path: folder }), /folder/],
    ['a device', () => openDrive({ path: '/dev/null' }), /no ordinary file/],
    ['two fates of changes', () => openDrive({ path, snapshot: true, readOnly: true }), /exclude/],
    ['the image as its own overlay', () => openDrive({ path, overlay: path }), /itself/],
    ['an overlay in no folder', () => openDrive({ path, overlay: join(folder, 'none/changes') }), /no such file/],
  ])('refuses %s', (_name, open, message) => {
    expect(open).toThrow(message);
    expect(open).toThrow(ConfigError);
  });

  it('refuses images of other kinds, empty ones and parts of sectors', () => {
    const write = (bytes: string): void => writeFileSync(path, Buffer.from(bytes, 'latin1'));
    write(`QFI\xfb${'\0'.repeat(508)}`);
    expect(() => openDrive({ path })).toThrow(/qcow2/);
    write('');
    expect(() => openDrive({ path })).toThrow(/empty/);
    write('x'.repeat(700));
    expect(() => openDrive({ path })).toThrow(/sectors/);
    expect(openDrive({ path, snapshot: true }).size).toBe(1024);
  });
});

describe('a share', () => {
  it('has the name of its folder unless told otherwise', () => {
    mkdirSync(join(folder, 'things'));
    expect(shareFolder({ path: `${folder}/things/` }).tag).toBe('things');
    expect(shareFolder({ path: folder, tag: 'host', readOnly: true })).toMatchObject({ tag: 'host', folder: { readOnly: true } });
    symlinkSync('things', join(folder, 'link'));
    expect(shareFolder({ path: join(folder, 'link') }).folder.list([])).toEqual([]);
  });

  it('is a folder', () => {
    expect(() => shareFolder({ path })).toThrow(/no folder/);
    expect(() => shareFolder({ path: join(folder, 'none') })).toThrow(/no such folder/);
  });
});
