import { existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERRNO } from '../../src/bus/shared-folder.js';
import { ConfigError } from '../../src/config-error.js';
import { NinepServer } from '../../src/devices/virtio/ninep/server.js';
import { MESSAGE } from '../../src/devices/virtio/ninep/wire.js';
import { Virtio9p } from '../../src/devices/virtio/virtio-9p.js';
import { NodeFolder } from '../../src/host/node/node-folder.js';
import { answerOf, request } from '../support/ninep-client.js';
import type { Answer, Field } from '../support/ninep-client.js';
import { VirtioDriver } from '../support/virtio-driver.js';

const NO_FID = 0xffffffff;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_EXCL = 0o200;

let outside: string;
let root: string;
let server: NinepServer;
let nextFid: number;
const SECRET = 'a secret of the host';

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'powerjit-9p-'));
  root = join(outside, 'shared');
  mkdirSync(join(root, 'folder/deeper'), { recursive: true });
  writeFileSync(join(outside, 'secret'), SECRET);
  mkdirSync(join(outside, 'private'));
  writeFileSync(join(outside, 'private/secret'), SECRET);
  writeFileSync(join(root, 'file'), 'hello');
  writeFileSync(join(root, 'folder/deeper/other'), 'other');
  symlinkSync('../secret', join(root, 'link-out'));
  symlinkSync(join(outside, 'private'), join(root, 'folder/dir-out'));
  symlinkSync('folder', join(root, 'link-in'));
  symlinkSync('..', join(root, 'up'));
  connect(new NodeFolder(root, false));
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function connect(folder: NodeFolder): void {
  server = new NinepServer(folder);
  nextFid = 1;
  ask(MESSAGE.VERSION, [[32, 0x10000], '9P2000.L']);
  ask(MESSAGE.ATTACH, [[32, 0], [32, NO_FID], 'root', '', [32, 0]]); // prettier-ignore
}
const ask = (type: number, fields: readonly Field[]): Answer => answerOf(server.serve(request(type, fields), 0x80000)!);
/** Walks from the root. */
function walk(...names: string[]): { fid: number; error: number; steps: number } {
  const fid = nextFid++;
  const answer = ask(MESSAGE.WALK, [[32, 0], [32, fid], [16, names.length], ...names]); // prettier-ignore
  return { fid, error: answer.error, steps: answer.error ? 0 : answer.view.getUint16(0, true) };
}
const fidOf = (...names: string[]): number => {
  const { fid, error, steps } = walk(...names);
  expect([error, steps]).toEqual([0, names.length]);
  return fid;
};
const open = (fid: number, flags = 0): number => ask(MESSAGE.LOPEN, [[32, fid], [32, flags]]).error; // prettier-ignore
const read = (fid: number, offset = 0, count = 1000): string | number => {
  const { error, body, view } = ask(MESSAGE.READ, [[32, fid], [64, offset], [32, count]]); // prettier-ignore
  return error || new TextDecoder().decode(body.subarray(4, 4 + view.getUint32(0, true)));
};
const write = (fid: number, text: string, offset = 0): Answer => ask(MESSAGE.WRITE, [[32, fid], [64, offset], [32, text.length], new TextEncoder().encode(text)]); // prettier-ignore
const create = (fid: number, name: string, flags = O_RDWR, mode = 0o644): number => ask(MESSAGE.LCREATE, [[32, fid], name, [32, flags], [32, mode], [32, 0]]).error; // prettier-ignore
function list(fid: number, count = 4096): string[] {
  const names: string[] = [];
  for (let offset = 0n; ;) {
    const { error, body, view } = ask(MESSAGE.READDIR, [[32, fid], [64, offset], [32, count]]); // prettier-ignore
    expect(error).toBe(0);
    const length = view.getUint32(0, true);
    if (length === 0) return names;
    expect(length).toBeLessThanOrEqual(count);
    for (let at = 4; at < 4 + length;) {
      offset = view.getBigUint64(at + 13, true);
      const size = view.getUint16(at + 22, true);
      names.push(new TextDecoder().decode(body.subarray(at + 24, at + 24 + size)));
      at += 24 + size;
    }
  }
}
const attributes = (fid: number): { mode: number; size: bigint; links: bigint; modified: bigint } => {
  const { view, error } = ask(MESSAGE.GETATTR, [[32, fid], [64, 0x7ff]]); // prettier-ignore
  expect(error).toBe(0);
  return {
    mode: view.getUint32(21, true),
    links: view.getBigUint64(33, true),
    size: view.getBigUint64(49, true),
    modified: view.getBigUint64(89, true),
  };
};
interface Change {
  readonly valid: number;
  readonly mode?: number;
  readonly size?: number;
  readonly modified?: number;
}
const setAttributes = (fid: number, { valid, mode = 0, size = 0, modified = 0 }: Change): number =>
  ask(MESSAGE.SETATTR, [[32, fid], [32, valid], [32, mode], [32, 0], [32, 0], [64, size], [64, 0], [64, 0], [64, modified], [64, 0]]).error; // prettier-ignore

describe('sessions', () => {
  it('agree on version and size, and only then', () => {
    const other = ask(MESSAGE.VERSION, [[32, 8192], '9P2000.u']);
    expect(new TextDecoder().decode(other.body.subarray(6))).toBe('unknown');
    const large = ask(MESSAGE.VERSION, [[32, 0x7fffffff], '9P2000.L']);
    expect([large.view.getUint32(0, true), new TextDecoder().decode(large.body.subarray(6))]).toEqual([0x80000, '9P2000.L']);
    // A new version forgets the fids of the old session.
    expect(ask(MESSAGE.CLUNK, [[32, 0]]).error).toBe(ERRNO.EBADF);
  });

  it('answer what they do not know, and what is damaged, with errors', () => {
    expect(ask(MESSAGE.AUTH, []).error).toBe(ERRNO.EOPNOTSUPP);
    expect(ask(MESSAGE.XATTRWALK, [[32, 0], [32, 9], 'user.x']).error).toBe(ERRNO.EOPNOTSUPP); // prettier-ignore
    expect(ask(250, []).error).toBe(ERRNO.EOPNOTSUPP);
    expect(ask(MESSAGE.WALK, [[32, 0]]).error).toBe(ERRNO.EPROTO);
    expect(server.serve(new Uint8Array(6), 100)).toBeUndefined();
    const wrongSize = request(MESSAGE.FLUSH, [[16, 1]]);
    wrongSize[0]++;
    expect(answerOf(server.serve(wrongSize, 100)!).error).toBe(ERRNO.EPROTO);
    expect(answerOf(server.serve(request(MESSAGE.STATFS, [[32, 0]]), 20)!).error).toBe(ERRNO.EPROTO);
    expect(ask(MESSAGE.FLUSH, [[16, 1]]).type).toBe(MESSAGE.FLUSH + 1);
  });

  it('survive any noise', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(MESSAGE)), fc.uint8Array({ maxLength: 60 }), (type, noise) => {
        const answer = answerOf(server.serve(request(type, [noise]), 0x1000)!);
        expect(answer.type === MESSAGE.LERROR + 1 || answer.type === type + 1).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe(SECRET);
  });

  it('refuse fids that are in use or unknown', () => {
    fidOf('file');
    expect(ask(MESSAGE.WALK, [[32, 0], [32, 1], [16, 0]]).error).toBe(ERRNO.EINVAL); // prettier-ignore
    expect(ask(MESSAGE.ATTACH, [[32, 1], [32, NO_FID], '', '', [32, 0]]).error).toBe(ERRNO.EINVAL); // prettier-ignore
    expect(open(77)).toBe(ERRNO.EBADF);
    expect(read(1)).toBe(ERRNO.EBADF);
    expect(open(1)).toBe(0);
    expect(open(1)).toBe(ERRNO.EINVAL);
  });
});

describe('files', () => {
  it('are found, read, written, made longer and shorter', () => {
    const fid = fidOf('file');
    expect(attributes(fid)).toMatchObject({ mode: 0o100644, size: 5n, links: 1n });
    expect(open(fid, O_RDWR)).toBe(0);
    expect([read(fid), read(fid, 1, 2), read(fid, 100)]).toEqual(['hello', 'el', '']);
    expect(write(fid, 'J').view.getUint32(0, true)).toBe(1);
    expect(write(fid, '!', 8).error).toBe(0);
    expect(readFileSync(join(root, 'file'), 'latin1')).toBe('Jello\0\0\0!');
    expect(setAttributes(fid, { valid: 8, size: 2 })).toBe(0);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('Je');
    expect(ask(MESSAGE.FSYNC, [[32, fid]]).error).toBe(0);
    expect(ask(MESSAGE.CLUNK, [[32, fid]]).error).toBe(0);
    expect(read(fid)).toBe(ERRNO.EBADF);
  });

  it('are made with their permissions, without set-user-ID', () => {
    const fid = fidOf('folder');
    expect(create(fid, 'new', O_RDWR, 0o6751)).toBe(0);
    write(fid, 'abc');
    expect([readFileSync(join(root, 'folder/new'), 'utf8'), statSync(join(root, 'folder/new')).mode & 0o7777]).toEqual(['abc', 0o751]);
    expect(create(fidOf(), 'file', O_RDWR | O_EXCL)).toBe(ERRNO.EEXIST);
    const existing = fidOf();
    expect(create(existing, 'file')).toBe(0);
    expect(read(existing)).toBe('hello');
  });

  it('are appended to and truncated by how they are opened', () => {
    const append = fidOf('file');
    open(append, O_WRONLY | O_APPEND);
    write(append, ' you');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('hello you');
    expect(read(append)).not.toBe('hello');
    const truncate = fidOf('file');
    open(truncate, O_WRONLY | O_TRUNC);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('');
  });

  it('keep living while open, and change times and permissions', () => {
    const fid = fidOf('file');
    open(fid);
    expect(ask(MESSAGE.UNLINKAT, [[32, 0], 'file', [32, 0]]).error).toBe(0); // prettier-ignore
    expect([existsSync(join(root, 'file')), read(fid), attributes(fid).links]).toEqual([false, 'hello', 0n]);
    const other = fidOf('folder', 'deeper', 'other');
    expect(setAttributes(other, { valid: 1 | 0x20 | 0x100, mode: 0o4600, modified: 1_000_000 })).toBe(0);
    expect(attributes(other)).toMatchObject({ mode: 0o100600, modified: 1_000_000n });
    expect(setAttributes(other, { valid: 0x20 })).toBe(0);
    expect(Number(attributes(other).modified)).toBeGreaterThan(1_600_000_000);
  });

  it('are renamed, and fids go with them', () => {
    const deep = fidOf('folder', 'deeper', 'other');
    expect(ask(MESSAGE.RENAMEAT, [[32, 0], 'folder', [32, 0], 'moved']).error).toBe(0); // prettier-ignore
    expect(readdirSync(root)).toContain('moved');
    expect([open(deep), read(deep)]).toEqual([0, 'other']);
    const file = fidOf('file');
    expect(ask(MESSAGE.RENAME, [[32, file], [32, fidOf('moved')], 'file2']).error).toBe(0); // prettier-ignore
    expect([open(file), read(file), existsSync(join(root, 'moved/file2'))]).toEqual([0, 'hello', true]);
    expect(ask(MESSAGE.RENAME, [[32, 0], [32, fidOf('moved')], 'root']).error).toBe(ERRNO.EBUSY); // prettier-ignore
  });

  it('have other names and links', () => {
    expect(ask(MESSAGE.LINK, [[32, 0], [32, fidOf('file')], 'again']).error).toBe(0); // prettier-ignore
    expect(statSync(join(root, 'again')).nlink).toBe(2);
    expect(ask(MESSAGE.SYMLINK, [[32, 0], 'anywhere', '/etc/passwd', [32, 0]]).error).toBe(0); // prettier-ignore
    expect(readlinkSync(join(root, 'anywhere'))).toBe('/etc/passwd');
    const target = ask(MESSAGE.READLINK, [[32, fidOf('anywhere')]]);
    expect(new TextDecoder().decode(target.body.subarray(2))).toBe('/etc/passwd');
    expect(attributes(fidOf('anywhere')).mode & 0o170000).toBe(0o120000);
  });

  it('of other kinds are not made, and not opened', () => {
    const node = (mode: number): number => ask(MESSAGE.MKNOD, [[32, 0], 'node', [32, mode], [32, 1], [32, 3], [32, 0]]).error; // prettier-ignore
    expect([node(0o020666), node(0o060666), node(0o010666), node(0o140666)]).toEqual([1, 1, 1, 1]);
    expect(node(0o100640)).toBe(0);
    expect(lstatSync(join(root, 'node')).mode).toBe(0o100640);
    // A pipe would keep the emulator waiting.
    spawnSync('mkfifo', [join(root, 'pipe')]);
    expect(open(fidOf('pipe'))).not.toBe(0);
    expect(open(fidOf('pipe'), O_RDWR)).not.toBe(0);
  });

  it('are locked by one client, which is always granted', () => {
    const fid = fidOf('file');
    expect(ask(MESSAGE.LOCK, [[32, fid], [8, 1], [32, 0], [64, 0], [64, 0], [32, 1], 'host']).body).toEqual(Uint8Array.of(0)); // prettier-ignore
    const lock = ask(MESSAGE.GETLOCK, [[32, fid], [8, 1], [64, 5], [64, 6], [32, 7], 'host']); // prettier-ignore
    expect([lock.body[0], lock.view.getBigUint64(1, true), lock.view.getUint32(17, true)]).toEqual([2, 5n, 7]);
  });
});

describe('folders', () => {
  it('are listed, in pieces as small as asked for', () => {
    for (let k = 0; k < 50; k++) writeFileSync(join(root, 'folder', `name-${k}`), '');
    const expected = ['.', '..', ...readdirSync(join(root, 'folder')).sort()];
    const fid = fidOf('folder');
    expect(open(fid)).toBe(0);
    expect(list(fid)).toEqual(expected);
    expect(list(fid, 100)).toEqual(expected);
    expect(read(fid)).toBe(ERRNO.EISDIR);
    expect(open(fidOf('folder'), O_RDWR)).toBe(ERRNO.EISDIR);
  });

  it('are made and removed', () => {
    expect(ask(MESSAGE.MKDIR, [[32, 0], 'made', [32, 0o2755], [32, 0]]).error).toBe(0); // prettier-ignore
    expect(statSync(join(root, 'made')).mode & 0o7777).toBe(0o755);
    const unlink = (name: string, flags: number): number => ask(MESSAGE.UNLINKAT, [[32, 0], name, [32, flags]]).error; // prettier-ignore
    expect([unlink('folder', 0x200), unlink('file', 0x200)]).toEqual([ERRNO.ENOTEMPTY, ERRNO.ENOTDIR]);
    expect([unlink('made', 0x200), unlink('made', 0x200)]).toEqual([0, ERRNO.ENOENT]);
    expect(ask(MESSAGE.REMOVE, [[32, fidOf('file')]]).error).toBe(0);
    expect(ask(MESSAGE.REMOVE, [[32, fidOf('folder')]]).error).toBe(ERRNO.ENOTEMPTY);
    expect(existsSync(join(root, 'file'))).toBe(false);
  });

  it('tell how far a walk went', () => {
    expect(walk('folder', 'nothing', 'more')).toMatchObject({ error: 0, steps: 1 });
    expect(walk('nothing')).toMatchObject({ error: ERRNO.ENOENT });
    expect(walk('file', 'x')).toMatchObject({ steps: 1 });
    expect(walk('folder', '..', 'file')).toMatchObject({ steps: 3 });
  });

  it('tell how much room there is', () => {
    const { error, view } = ask(MESSAGE.STATFS, [[32, 0]]);
    expect([error, view.getUint32(0, true)]).toEqual([0, 0x01021997]);
    expect(view.getBigUint64(8, true)).toBeGreaterThan(0n);
  });

  it('can be shared to be read only', () => {
    connect(new NodeFolder(root, true));
    const fid = fidOf('file');
    expect([open(fid, O_RDWR), open(fid, O_TRUNC), open(fid), read(fid)]).toEqual([ERRNO.EROFS, ERRNO.EROFS, 0, 'hello']);
    expect(create(fidOf(), 'new')).toBe(ERRNO.EROFS);
    const errors = [
      ask(MESSAGE.MKDIR, [[32, 0], 'made', [32, 0o755], [32, 0]]), // prettier-ignore
      ask(MESSAGE.UNLINKAT, [[32, 0], 'file', [32, 0]]), // prettier-ignore
      ask(MESSAGE.SYMLINK, [[32, 0], 'l', 'x', [32, 0]]), // prettier-ignore
      ask(MESSAGE.RENAMEAT, [[32, 0], 'file', [32, 0], 'f']), // prettier-ignore
      ask(MESSAGE.LINK, [[32, 0], [32, fid], 'again']), // prettier-ignore
    ].map(({ error }) => error);
    expect(new Set([...errors, setAttributes(fidOf('file'), { valid: 1, mode: 0 })])).toEqual(new Set([ERRNO.EROFS]));
  });
});

describe('nothing outside the folder', () => {
  it('is reached by steps upwards', () => {
    expect(walk('..', '..', 'secret')).toMatchObject({ steps: 2 });
    const fid = fidOf('..', '..', '..');
    open(fid);
    expect(list(fid)).toContain('link-out');
    expect(attributes(fidOf('..')).size).toBe(attributes(fidOf()).size);
  });

  it('is reached through links', () => {
    expect(walk('up', 'secret')).toMatchObject({ steps: 1 });
    expect(walk('folder', 'dir-out', 'secret')).toMatchObject({ steps: 2 });
    expect(walk('link-in', 'deeper')).toMatchObject({ steps: 1 });
    for (const name of ['link-out', 'up']) {
      expect(open(fidOf(name))).not.toBe(0);
      expect(open(fidOf(name), O_RDWR)).not.toBe(0);
      expect(create(fidOf(), name)).not.toBe(0);
    }
    const through = fidOf('folder', 'dir-out');
    expect(open(through)).not.toBe(0);
    expect(create(through, 'new')).toBe(ERRNO.ENOTDIR);
    expect(ask(MESSAGE.UNLINKAT, [[32, through], 'secret', [32, 0]]).error).toBe(ERRNO.ENOTDIR); // prettier-ignore
    expect(ask(MESSAGE.MKDIR, [[32, through], 'made', [32, 0o755], [32, 0]]).error).toBe(ERRNO.ENOTDIR); // prettier-ignore
    expect(ask(MESSAGE.RENAMEAT, [[32, through], 'secret', [32, 0], 'mine']).error).toBe(ERRNO.ENOTDIR); // prettier-ignore
    expect(ask(MESSAGE.RENAMEAT, [[32, 0], 'file', [32, through], 'file']).error).toBe(ERRNO.ENOTDIR); // prettier-ignore
    const before = lstatSync(join(outside, 'secret'));
    expect(setAttributes(fidOf('link-out'), { valid: 8, size: 0 })).not.toBe(0);
    setAttributes(fidOf('link-out'), { valid: 1 | 0x20 | 0x100, mode: 0, modified: 5 });
    const after = lstatSync(join(outside, 'secret'));
    expect([after.mode, after.mtimeMs, after.size]).toEqual([before.mode, before.mtimeMs, before.size]);
    expect(readdirSync(join(outside, 'private'))).toEqual(['secret']);
  });

  it('is reached by a link that takes the place of a folder', () => {
    const deeper = fidOf('folder', 'deeper');
    rmSync(join(root, 'folder/deeper'), { recursive: true });
    symlinkSync(join(outside, 'private'), join(root, 'folder/deeper'));
    expect(ask(MESSAGE.WALK, [[32, deeper], [32, 900], [16, 1], 'secret']).error).toBe(ERRNO.ENOTDIR); // prettier-ignore
    expect(create(deeper, 'new')).toBe(ERRNO.ENOTDIR);
    expect(readdirSync(join(outside, 'private'))).toEqual(['secret']);
  });

  it('is reached by a hard link to a link', () => {
    expect(ask(MESSAGE.LINK, [[32, 0], [32, fidOf('link-out')], 'hard']).error).toBe(0); // prettier-ignore
    expect(lstatSync(join(root, 'hard')).isSymbolicLink()).toBe(true);
    linkSync(join(root, 'file'), join(root, 'file-too'));
    expect(open(fidOf('hard'))).not.toBe(0);
  });

  it('is reached by whatever is done with whatever names', () => {
    const name = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('..', '.', '', '/', 'folder', 'file', 'up', 'link-in', 'link-out', 'dir-out', 'deeper', 'secret', 'private', 'shared', '../secret', 'folder/../..', '/etc/passwd', 'a\0b', '..\0') },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    ); // prettier-ignore
    const action = fc.record({
      what: fc.nat(7),
      names: fc.array(name, { maxLength: 6 }),
      last: name,
      flags: fc.constantFrom(0, O_RDWR, O_WRONLY | O_TRUNC),
    });
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
        for (const { what, names, last, flags } of actions) {
          const { fid, steps } = walk(...names);
          if (steps < names.length) continue;
          if (what === 0 && open(fid, flags) === 0) expect(read(fid)).not.toBe(SECRET);
          if (what === 1) create(fid, last, flags);
          if (what === 2) ask(MESSAGE.UNLINKAT, [[32, fid], last, [32, 0]]); // prettier-ignore
          if (what === 3) ask(MESSAGE.RENAMEAT, [[32, fid], last, [32, 0], 'got']); // prettier-ignore
          if (what === 4) ask(MESSAGE.SYMLINK, [[32, fid], last, names[0] ?? '..', [32, 0]]); // prettier-ignore
          if (what === 5) setAttributes(fid, { valid: 1 | 8, mode: 0o777, size: 0 });
          if (what === 6) ask(MESSAGE.MKDIR, [[32, fid], last, [32, 0o755], [32, 0]]); // prettier-ignore
          if (what === 7) ask(MESSAGE.LINK, [[32, 0], [32, fid], last]); // prettier-ignore
        }
        expect(readdirSync(outside).sort()).toEqual(['private', 'secret', 'shared']);
        expect(readdirSync(join(outside, 'private'))).toEqual(['secret']);
        expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe(SECRET);
        expect(readFileSync(join(outside, 'private/secret'), 'utf8')).toBe(SECRET);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the device', () => {
  it('shows its tag and serves requests in any division', () => {
    const driver = new VirtioDriver(new Virtio9p('share0', 'host', new NodeFolder(root, false)));
    expect([0, 1, 2, 3, 4, 5].map((k) => driver.fn.readBar(4, 0x2000 + k, 1))).toEqual([4, 0, ...new TextEncoder().encode('host')]);
    expect([driver.offered().has(0), driver.fn.config.read(0, 4)]).toEqual([true, 0x10491af4]);
    driver.start();
    const whole = request(MESSAGE.VERSION, [[32, 8192], '9P2000.L']);
    const { bytes, written } = driver.request(0, [whole.subarray(0, 3), whole.subarray(3), 5, 100]);
    expect([written, answerOf(bytes.subarray(0, written)).view.getUint32(0, true)]).toEqual([21, 8192]);
    expect(driver.request(0, [new Uint8Array(3), 100]).written).toBe(0);
  });

  it.each(['', 'x'.repeat(32)])('refuses the tag "%s"', (tag) => {
    expect(() => new Virtio9p('share0', tag, new NodeFolder(root, false))).toThrow(ConfigError);
  });
});
