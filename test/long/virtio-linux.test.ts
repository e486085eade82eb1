import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine, openDrive, userNetwork } from '../../src/index.js';
import type { ExecutionMode, InputFile, Machine, RunResult } from '../../src/index.js';

const GUESTS = fileURLToPath(new URL('../../../shared/guests', import.meta.url));
const missing = existsSync(GUESTS) ? '' : ' (skipped: needs ../shared/guests)';
const DISK_BYTES = 16 * 2 ** 20;
const DOWNLOAD = Buffer.alloc(1_000_003, 'every byte of this counts; ');
/** Longest time for one command of the guest; lockstep is slow. */
const PATIENCE_MS = 300_000;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A shell in the guest, which runs from now on. */
class GuestShell {
  readonly ended: Promise<RunResult>;
  #output = '';
  #result: RunResult | undefined;
  constructor(private readonly machine: Machine) {
    this.ended = machine.run().then((result) => (this.#result = result));
    machine.console.onOutput((bytes) => (this.#output += new TextDecoder().decode(bytes)));
  }
  async shows(pattern: RegExp | string, from = 0): Promise<string> {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const text = this.#output.slice(from).replaceAll('\r', '');
      if (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)) return text;
      if (this.#result) throw new Error(`the machine ended: ${JSON.stringify(this.#result)}\n${text}`);
      if (Date.now() > end) throw new Error(`no ${String(pattern)} in time:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  /** Runs a command; returns its output with its exit status at the end. */
  async run(command: string): Promise<string> {
    const from = this.#output.length;
    this.machine.console.input(new TextEncoder().encode(`${command}; echo "en""ded $?"\n`));
    return this.shows(/ended \d+$/m, from);
  }
}

/** A kernel of ../shared/guests and what runs it. */
interface Guest {
  readonly machine: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly append: string;
}
const BAMBOO: Guest = { machine: 'bamboo', kernel: 'bamboo', initrd: 'ppc32', append: 'console=ttyS0 quiet shell end=reboot' };
const PSERIES_LE: Guest = { machine: 'pseries', kernel: 'pseries-le', initrd: 'ppc64le', append: 'console=hvc0 quiet shell' };
const PSERIES_BE: Guest = { ...PSERIES_LE, kernel: 'pseries-be', initrd: 'ppc64' };

function unpackKernel(name: string): InputFile {
  const { stdout, status } = spawnSync('xz', ['-dc', join(GUESTS, `kernels/vmlinux-${name}.xz`)], { maxBuffer: 2 ** 27 });
  if (status !== 0) throw new Error('xz cannot unpack the kernel');
  return { name, bytes: new Uint8Array(stdout) };
}

describe.skipIf(missing !== '')(`Linux 6.1 with virtio${missing}`, () => {
  let folder: string;
  let server: ReturnType<typeof createServer>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'powerjit-virtio-'));
    server = createServer((_request, response) => response.end(DOWNLOAD)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const file = (path: string): InputFile => ({ name: path, bytes: new Uint8Array(readFileSync(path)) });

  it.each<[string, Guest, ExecutionMode]>([
    ['bamboo, jit', BAMBOO, 'jit'],
    ['pseries little-endian, jit', PSERIES_LE, 'jit'],
    ['pseries big-endian, jit', PSERIES_BE, 'jit'],
    ['bamboo, lockstep', BAMBOO, 'lockstep'],
    ['pseries little-endian, lockstep', PSERIES_LE, 'lockstep'],
  ])(
    'uses a disk and the network: %s',
    async (_name, guest, mode) => {
      const image = join(folder, 'disk.img');
      const random = Uint8Array.from({ length: DISK_BYTES }, (_, k) => (k * 2654435761) >>> 24);
      writeFileSync(image, random);
      const drive = openDrive({ path: image });
      const machine = await createMachine({
        machine: guest.machine,
        kernel: unpackKernel(guest.kernel),
        initrd: file(join(GUESTS, `initrd/${guest.initrd}.cpio.gz`)),
        append: guest.append,
        mode,
        drives: [drive],
        network: userNetwork(),
      });
      const shell = new GuestShell(machine);
      await shell.shows('/ # ');
      expect(await shell.run('cat /sys/block/vda/size /sys/block/vda/serial')).toMatch(/^32768\ndisk\.img/m);
      expect(await shell.run('sha256sum /dev/vda')).toContain(sha256(random));
      expect(await shell.run('dd if=/bin/busybox of=/dev/vda bs=4k seek=100 count=20 conv=fsync; sync')).toContain('20+0 records out');
      expect(await shell.run('ifconfig eth0 up; udhcpc -i eth0 -n -q -s /bin/true 2>&1')).toContain(
        'lease of 10.0.2.15 obtained from 10.0.2.2',
      );
      await shell.run('ifconfig eth0 10.0.2.15 netmask 255.255.255.0; route add default gw 10.0.2.2');
      expect(await shell.run('ping -c 2 10.0.2.2')).toContain('2 packets received, 0% packet loss');
      const url = `http://10.0.2.2:${(server.address() as AddressInfo).port}/`;
      expect(await shell.run(`wget -q -O - ${url} | sha256sum`)).toContain(sha256(DOWNLOAD));
      const written = await shell.run('dd if=/bin/busybox bs=4k count=20 2>/dev/null | sha256sum');
      machine.console.input(new TextEncoder().encode('exit\n'));
      expect(await shell.ended).toEqual({ reason: 'power-off' });
      await machine.dispose();
      drive.close();
      const after = readFileSync(image);
      expect(written).toContain(sha256(after.subarray(100 * 4096, 120 * 4096)));
      expect(Buffer.compare(after.subarray(0, 100 * 4096), random.subarray(0, 100 * 4096))).toBe(0);
    },
    1_300_000,
  );
});
