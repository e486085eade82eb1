import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/program.js';
import { startArguments } from '../../src/cli/start-arguments.js';
import { DISK_PACKAGES } from '../../src/debian/disk-contents.js';
import { FakeApt, kernelAndBusybox } from '../debian/fake-apt.js';
import { FakeHost } from './fake-host.js';

/** A host on which `apt` is all there is. */
class AptHost extends FakeHost {
  constructor(
    override readonly environment: Readonly<Record<string, string>>,
    readonly machineNames: readonly string[] = ['bamboo', 'pseries'],
  ) {
    super();
  }
  override async machines() {
    const factory = await super.machines();
    const machineTypes = () => this.machineNames.map((name) => ({ name, description: '', cpus: ['A'], defaultMemoryBytes: 2 ** 26 }));
    return { ...factory, machineTypes };
  }
}

const tools = { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } };
const missing = spawnSync('mke2fs', ['-V'], tools).error === undefined ? '' : ' (skipped: no e2fsprogs)';

let apt: FakeApt;
beforeEach(() => {
  apt = new FakeApt();
  apt.offer(kernelAndBusybox('6.1.1-1'));
});
afterEach(() => apt.remove());

const run = async (args: readonly string[], host = new AptHost(apt.environment)) => ({
  status: await main(args, host),
  out: host.stdout.text,
  err: host.stderr.text,
});
const current = (name: string): string => join(apt.folder, 'cache/powerjit/debian/current', name);

describe('get', () => {
  it('fetches Debian, tells each step in a line, and prints how to start it', async () => {
    const { status, out, err } = await run(['get', 'debian']);
    expect(status).toBe(0);
    expect(err).toBe(
      'powerjit: package lists\npowerjit: linux-image-6.1.0-1-powerpc64le 6.1.1-1 and busybox, 0 MB\npowerjit: kernel and initial RAM disk\n',
    );
    const command = out.replaceAll('\\\n', '').trim().split(/\s+/);
    expect(command).toEqual(
      ['powerjit', 'run', '--machine', 'pseries', '--memory', '1G', '--kernel', current('vmlinux'), '--initrd', current('initrd'), '--append', 'console=hvc0'],
    );
    expect(readFileSync(current('vmlinux'), 'utf8')).toBe('kernel 6.1.1-1');
  });

  it.skipIf(missing !== '')(`makes a disk, and says how to start it and what comes then${missing}`, async () => {
    apt.offer([
      ...kernelAndBusybox('6.1.1-1'),
      ...DISK_PACKAGES.filter((name) => !name.startsWith('?')).map((name) => ({ name, version: '1', files: [] })),
    ]);
    const image = join(apt.folder, 'disk.img');
    const { status, out, err } = await run(['get', 'debian', '--disk', image, '--size', '32M']);
    expect([status, err.trimEnd().split('\n').at(-1)]).toEqual(
      [0, 'powerjit: the first start sets up the packages, which takes some minutes; then log in as root, password powerjit'],
    );
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`--drive ${image} --append "console=hvc0 root=/dev/vda"`);
  }); // prettier-ignore

  it('is silent when all is there', async () => {
    await run(['get', 'debian']);
    expect((await run(['get', 'debian'])).err).toBe('');
    expect((await run(['get', 'debian', '--refresh'])).err).not.toBe('');
  });

  const mistakes: [string[], RegExp][] = [
    [['get'], /missing required argument/],
    [['get', 'ubuntu'], /there is no guest ubuntu; choose from debian/],
    [['get', 'debian', '--size', '2G'], /--size: only a disk has a size and further packages; add --disk/],
    [['get', 'debian', '--include', 'gcc'], /--include: only a disk/],
    [['get', 'debian', '--disk', '--size', 'big'], /'big' is no size/],
    [['get', 'debian', '--disk', '--include', 'gcc,;reboot'], /';reboot' is no name of a package/],
  ];
  it.each(mistakes)('says of %j in one line what is wrong', async (args, message) => {
    const { status, out, err } = await run(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
    expect(apt.calls('update')).toBe(0);
  });

  it('says in one line that there is no apt', async () => {
    const { status, err } = await run(['get', 'debian'], new AptHost({ ...apt.environment, PATH: '/nonexistent' }));
    expect(status).toBe(2);
    expect(err).toMatch(/^powerjit: package lists\npowerjit: apt-get: this program is not there; [^\n]*Debian[^\n]*\n$/);
  });
}); // prettier-ignore

describe('the first start', () => {
  it('boots Debian on pseries; the user has the last word', async () => {
    const args = await startArguments(['--mode', 'interp'], new AptHost(apt.environment));
    expect(args.slice(0, 5)).toEqual(['run', '--machine', 'pseries', '--memory', '1G']);
    expect(args.slice(5)).toEqual(
      ['--kernel', current('vmlinux'), '--initrd', current('initrd'), '--append', 'console=hvc0', '--mode', 'interp'],
    );
  }); // prettier-ignore

  it('needs no network once Debian is there', async () => {
    await startArguments([], new AptHost(apt.environment));
    apt.set('offline', true);
    const host = new AptHost(apt.environment);
    expect(await startArguments([], host)).toContain('pseries');
    expect(host.stderr.text).toBe('');
  });

  it.each([
    ['without a network', true, {}, ['bamboo', 'pseries'], /Debian's kernel is not to be had \(.*check the network/],
    ['without apt', false, { PATH: '/nonexistent' }, ['bamboo', 'pseries'], /is not to be had \(apt-get: /],
    ['without the machine', false, {}, ['bamboo'], /no machine pseries for Debian's kernel/],
  ])('starts the monitor %s, and says why', async (_title, offline, environment, machines, reason) => {
    apt.set('offline', offline);
    const host = new AptHost({ ...apt.environment, ...environment }, machines);
    expect(await startArguments(['--icount'], host)).toEqual(['run', '--icount']);
    const last = host.stderr.text.trimEnd().split('\n').at(-1);
    expect(last).toMatch(reason);
    expect(last).toMatch(/; starting the monitor instead$/);
  });

  it.each([['--machine', 'bamboo'], ['--kernel=x'], ['--help'], ['--dtb', 'x']])(
    'does what the user says instead: %s',
    async (...given) => {
      const host = new AptHost(apt.environment);
      expect(await startArguments(given, host)).toEqual(['run', ...given]);
      expect(apt.calls('update')).toBe(0);
    },
  );

  it('passes on a cache that cannot be used as a reason', async () => {
    mkdirSync(join(apt.folder, 'cache'), { recursive: true });
    writeFileSync(join(apt.folder, 'cache/powerjit'), '');
    const host = new AptHost(apt.environment);
    expect(await startArguments([], host)).toEqual(['run']);
    expect(host.stderr.text).toMatch(/the cache cannot be written/);
  });
});
