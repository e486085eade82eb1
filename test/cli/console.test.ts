import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EscapeKeys } from '../../src/cli/escape-keys.js';
import { main } from '../../src/cli/program.js';
import type { RunResult } from '../../src/machine-api.js';
import { FakeHost, untilAborted } from './fake-host.js';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('escape keys', () => {
  const feed = (...pieces: string[]) => {
    const keys = new EscapeKeys();
    const all = pieces.map((piece) => keys.feed(bytes(piece)));
    return { guest: all.map(({ forGuest }) => String.fromCharCode(...forGuest)).join(''), commands: all.flatMap(({ commands }) => commands) };
  }; // prettier-ignore

  it('leave everything else alone, Ctrl-C included', () =>
    expect(feed('ls\r\x03\x1b[A')).toEqual({ guest: 'ls\r\x03\x1b[A', commands: [] }));
  it('quit by x', () => expect(feed('a\x01xb')).toEqual({ guest: 'ab', commands: ['quit'] }));
  it('show help by h', () => expect(feed('\x01h')).toEqual({ guest: '', commands: ['help'] }));
  it('send one Ctrl-A for two', () => expect(feed('\x01\x01\x01\x01x')).toEqual({ guest: '\x01\x01x', commands: [] }));
  it('may be split between pieces of input', () => expect(feed('\x01', 'x')).toEqual({ guest: '', commands: ['quit'] }));
  it('swallow what they do not know', () => expect(feed('\x01qz')).toEqual({ guest: 'z', commands: ['unknown'] }));
});

describe('a terminal', () => {
  it('is raw while the machine runs, and Ctrl-A x quits with status 0', async () => {
    const host = new FakeHost(untilAborted, true);
    const status = main(['run'], host);
    await turn();
    expect(host.stdin.raw).toBe(true);
    host.stdin.type('hi\x01h\x01x');
    expect(await status).toBe(0);
    expect(host.machine!.received).toEqual([...bytes('hi')]);
    expect(host.stderr.text).toContain('Ctrl-A x       quit');
    expect(host.stdin).toMatchObject({ raw: false, flowing: false });
    expect(host.stdin.listenerCount('data') + host.stdout.listenerCount('error') + host.machine!.listenerCount).toBe(0);
    expect(host.machine!.disposed).toBe(true);
  });
});

describe('a pipe', () => {
  it('passes every byte both ways, Ctrl-A included', async () => {
    const host = new FakeHost(untilAborted);
    const status = main(['run', '--timeout', '0.05'], host);
    await turn();
    host.stdin.type('a\x01x');
    host.machine!.print('out\xff\n');
    expect(await status).toBe(3);
    expect(host.machine!.received).toEqual([...bytes('a\x01x')]);
    expect(host.stdout.text).toBe('out\xff\n');
    expect(host.stdin.raw).toBe(false);
  });

  it('that nobody reads any more ends the run', async () => {
    const host = new FakeHost(untilAborted);
    const status = main(['run'], host);
    await turn();
    host.stdout.emit('error', new Error('EPIPE'));
    expect(await status).toBe(0);
  });
});

describe('the end of a run', () => {
  const ending = async (result: RunResult, ...args: string[]) => {
    const host = new FakeHost(() => Promise.resolve(result));
    return { status: await main(['run', ...args], host), err: host.stderr.text };
  };
  it.each([
    ['until', 0],
    ['power-off', 0],
    ['internal-error', 4],
    ['lockstep-difference', 4],
  ] as const)('%s gives status %i', async (reason, status) => {
    const end = await ending({ reason, detail: 'at 0x1234' });
    expect(end.status).toBe(status);
    expect(end.err.includes('at 0x1234')).toBe(status === 4);
  });

  it('by time-out gives status 3 and one line', async () => {
    const host = new FakeHost(untilAborted);
    expect(await main(['run', '--timeout', '0.02', '--until', 'BOOTED'], host)).toBe(3);
    expect(host.stderr.text).toBe('powerjit: time-out after 0.02 s without /BOOTED/ on the console\n');
  });

  it('by an exception of ours gives status 4 and the stack, and frees the machine', async () => {
    const host = new FakeHost(() => Promise.reject(new TypeError('broken')));
    expect(await main(['run'], host)).toBe(4);
    expect(host.stderr.text).toMatch(/internal error: TypeError: broken\n\s+at /);
    expect(host.machine!.disposed).toBe(true);
  });

  it('hands the pattern on and writes figures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'powerjit-cli-'));
    try {
      const path = join(folder, 's.json');
      let until: RegExp | undefined;
      const host = new FakeHost((_machine, options) => {
        until = options.until;
        return Promise.resolve({ reason: 'until' });
      });
      expect(await main(['run', '--until', 'BOO.ED', '--stats', path], host)).toBe(0);
      expect(until).toEqual(/BOO.ED/);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ machine: 'bamboo', instructions: 7 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
