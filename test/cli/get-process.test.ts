import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FakeApt, kernelAndBusybox } from '../debian/fake-apt.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = `${ROOT}/bin/powerjit.js`;
const built = existsSync(`${ROOT}/dist/src/cli/get-command.js`);
const missing = built ? '' : ' (skipped: not built; npm test builds)';

const get = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
  spawnSync(process.execPath, [BIN, 'get', 'debian', ...args], { env: environment, encoding: 'utf8', timeout: 30_000 });

describe.skipIf(!built)(`powerjit get as a process${missing}`, () => {
  it('leaves what was there when it is killed, and clears up the next time', async () => {
    const apt = new FakeApt();
    try {
      apt.offer(kernelAndBusybox('6.1.1-1'));
      expect(get(apt.environment)).toMatchObject({ status: 0 });
      apt.offer(kernelAndBusybox('6.1.2-1'));
      apt.set('slow', true);
      const killed = spawn(process.execPath, [BIN, 'get', 'debian', '--refresh'], { env: apt.environment, stdio: 'ignore', detached: true });
      const ended = new Promise((resolve) => killed.once('close', resolve));
      while (apt.calls('download') < 2) await setTimeout(20);
      // The whole group, as Ctrl-C on a terminal does; without a chance to clear up.
      process.kill(-killed.pid!, 'SIGKILL');
      await ended;
      const folder = join(apt.folder, 'cache/powerjit/debian');
      const work = () => readdirSync(folder).filter((name) => name.startsWith('work-'));
      expect(work()).toHaveLength(1);
      expect(readFileSync(join(folder, 'current/vmlinux'), 'utf8')).toBe('kernel 6.1.1-1');
      apt.set('slow', false);
      expect(get(apt.environment, '--refresh')).toMatchObject({ status: 0 });
      expect(readFileSync(join(folder, 'current/vmlinux'), 'utf8')).toBe('kernel 6.1.2-1');
      expect(work()).toEqual([]);
    } finally {
      apt.remove();
    }
  });

  it('may run several times at once', async () => {
    const apt = new FakeApt();
    try {
      apt.offer(kernelAndBusybox('6.1.1-1'));
      const statuses = await Promise.all(
        [1, 2, 3].map(
          () => new Promise((resolve) => spawn(process.execPath, [BIN, 'get', 'debian'], { env: apt.environment, stdio: 'ignore' }).once('close', resolve)),
        ),
      );
      expect(statuses).toEqual([0, 0, 0]);
      expect(get(apt.environment)).toMatchObject({ status: 0, stderr: '' });
    } finally {
      apt.remove();
    }
  });
}); // prettier-ignore
