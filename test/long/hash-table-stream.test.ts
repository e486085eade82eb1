import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConfigError,
  createMachine,
  HPT_STREAM_BOLTED_ONLY,
  HPT_STREAM_WRITE,
  HptStreamError,
  type HptStream,
  type Machine,
} from '../../src/index.js';
import { recordsOf, saidBy } from '../support/hpt-records.js';

const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';
/** In the background: whether a terminal's shell gets what is typed behind a Ctrl-C is a matter of luck. */
const LOAD = 'while true; do /bin/true; ls /bin | gzip | sha256sum; done >/dev/null &\n';
const PASSES = 25;
const INTERVAL_MS = 400;

/** Everything that a stream gives until nothing has changed. */
function drain(stream: HptStream, buffer = new Uint8Array(2 ** 16)): Buffer {
  const parts: Buffer[] = [];
  for (let size = stream.read(buffer); size > 0; size = stream.read(buffer)) parts.push(Buffer.from(buffer.slice(0, size)));
  return Buffer.concat(parts);
}
/** All of a table, as a new reader gives it; what other readers have not yet seen counts as seen. */
function contents(machine: Machine): Buffer {
  const stream = machine.openHashTable();
  const bytes = drain(stream);
  stream.close();
  return bytes;
}

describe.skipIf(missing !== '')(`The hash page table of a running guest${missing}`, () => {
  let source: Machine;
  let target: Machine;

  beforeAll(async () => {
    const { stdout, status } = spawnSync('xz', ['-dc', join(GUESTS, 'kernels/vmlinux-pseries-le.xz')], { maxBuffer: 2 ** 27 });
    if (status !== 0) throw new Error('xz failed');
    const initrd = { name: 'initrd', bytes: readFileSync(join(GUESTS, 'initrd/ppc64le.cpio.gz')) };
    const config = {
      machine: 'pseries',
      memoryBytes: 2 ** 28,
      kernel: { name: 'kernel', bytes: stdout },
      initrd,
      append: 'console=hvc0 shell',
    };
    source = await createMachine({ ...config, smp: 2 });
    target = await createMachine({ ...config, mode: 'interp' });
    expect(await source.run({ until: /\/ # / })).toEqual({ reason: 'until' });
  });
  afterAll(async () => {
    await source.dispose();
    await target.dispose();
  });

  it('arrives as it is, pass after pass, while the guest starts programs', async () => {
    const reader = source.openHashTable();
    const writer = target.openHashTable({ flags: HPT_STREAM_WRITE });
    writer.write(drain(reader));
    source.console.input(new TextEncoder().encode(LOAD));
    let changed = 0;
    for (let n = 0; n < PASSES; n++) {
      const before = saidBy(recordsOf(contents(source)));
      await source.run({ signal: AbortSignal.timeout(INTERVAL_MS) });
      // Buffers of all sizes: a pass may take many of them.
      const bytes = drain(reader, new Uint8Array(24 + ((n * 997) % 5000)));
      writer.write(bytes);
      const after = contents(source);
      expect(Buffer.compare(after, contents(target))).toBe(0);
      // What differs was reported; what was reported and does not differ changed there and back.
      const reported = saidBy(recordsOf(bytes));
      for (const [entry, words] of saidBy(recordsOf(after)))
        if (String(words) !== String(before.get(entry))) expect(reported.has(entry)).toBe(true);
      changed += reported.size;
    }
    reader.close();
    expect(changed).toBeGreaterThan(PASSES);
  });

  it('a table that was written back to its own machine carries on', async () => {
    const saved = contents(source);
    const writer = source.openHashTable({ flags: HPT_STREAM_WRITE });
    expect(writer.write(saved)).toBe(saved.length);
    expect(Buffer.compare(contents(source), saved)).toBe(0);
    source.console.input(new TextEncoder().encode('kill $!; echo alive$((6*7))\n'));
    expect(await source.run({ until: /alive42/ })).toEqual({ reason: 'until' });
  });

  it('cannot be written while CPUs run', async () => {
    const writer = source.openHashTable({ flags: HPT_STREAM_WRITE });
    let refused: unknown;
    const end = source.console.onOutput(() => {
      try {
        writer.write(new Uint8Array(8));
      } catch (error) {
        refused = error;
      }
    });
    source.console.input(new TextEncoder().encode('echo $((1+1))x\n'));
    await source.run({ until: /2x/ });
    end();
    expect(refused).toBeInstanceOf(HptStreamError);
    expect((refused as HptStreamError).code).toBe('EBUSY');
    expect(writer.write(new Uint8Array(8))).toBe(8);
  });

  it('bolted entries are those of the kernel', () => {
    const stream = source.openHashTable({ flags: HPT_STREAM_BOLTED_ONLY });
    const bolted = [...saidBy(recordsOf(drain(stream))).values()].filter((e) => e !== undefined);
    stream.close();
    expect(bolted.length).toBeGreaterThan(10);
    for (const [first] of bolted) expect(first & 0x11n).toBe(0x11n);
  });

  it('machines whose guests keep their tables themselves have no stream, lockstep cannot write', async () => {
    const kernel = { name: 'kernel', bytes: readFileSync(join(GUESTS, 'kernels/uImage-bamboo')) };
    const bamboo = await createMachine({ machine: 'bamboo', kernel, mode: 'interp' });
    expect(() => bamboo.openHashTable()).toThrow(ConfigError);
    await bamboo.dispose();
    const lockstep = await createMachine({ ...source.config, mode: 'lockstep' });
    expect(() => lockstep.openHashTable({ flags: HPT_STREAM_WRITE })).toThrow(ConfigError);
    lockstep.openHashTable().close();
    await lockstep.dispose();
  });
});
