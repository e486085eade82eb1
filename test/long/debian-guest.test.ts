import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.js';
import { fetchDebian, type FetchedGuest } from '../../src/cli/get-command.js';
import { FakeHost } from '../cli/fake-host.js';

const REFERENCE = 'qemu-system-ppc64';
const absent = [REFERENCE, 'apt-get', 'dpkg-deb'].find((command) => spawnSync(command, ['--version']).error !== undefined);
const missing = absent === undefined ? '' : ` (skipped: no ${absent})`;

/** Starts the reference with Debian's files, types lines, and gives what the console showed once the machine is off. */
function boot({ kernel, initrd }: FetchedGuest, typed: string): Promise<{ status: number | null; output: string }> {
  const machine = [
    '-M',
    'pseries,x-vof=on',
    '-cpu',
    'power8',
    '-m',
    '1024',
    '-nodefaults',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
  ];
  const child = spawn(REFERENCE, [...machine, '-kernel', kernel, '-initrd', initrd, '-append', 'console=hvc0'], { timeout: 5 * 60_000 });
  let output = '';
  let sent = false;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
    child.stdout.on('data', (data) => {
      output += String(data);
      // Before the shell's prompt the terminal would be in another mode.
      if (sent || !/BOOTED[\s\S]*# /.test(output)) return;
      sent = true;
      child.stdin.write(typed);
    });
  });
}

describe.skipIf(missing !== '')(`Debian's kernel, fetched by apt${missing}`, () => {
  let folder: string;
  let guest: FetchedGuest | undefined;
  let unavailable = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'powerjit-debian-'));
    class Host extends FakeHost {
      override readonly environment = { ...(process.env as Record<string, string>), XDG_CACHE_HOME: folder };
    }
    try {
      guest = await fetchDebian(new Host(), false);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unavailable = error.message;
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('boots to a shell with jobs, and switches off', async (context) => {
    if (!guest) return context.skip(unavailable);
    expect(statSync(guest.initrd).size).toBeLessThan(4 * 2 ** 20);
    const { status, output } = await boot(guest, 'uname -m; tty; sleep 9 & jobs; modprobe ext4 && grep -w ext4 /proc/filesystems; exit\n');
    expect(output).toContain('BOOTED');
    expect(output).toMatch(/^ppc64le\r?$/m);
    expect(output).toMatch(/^\/dev\/hvc0\r?$/m);
    expect(output).toMatch(/\[1\]\+ +Running/);
    expect(output).toMatch(/^\s*ext4\r?$/m);
    expect(status).toBe(0);
  });

  it('switches off when asked to', async (context) => {
    if (!guest) return context.skip(unavailable);
    expect((await boot(guest, 'poweroff\n')).status).toBe(0);
  });
}); // prettier-ignore
