import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(`${ROOT}/dist/src/cli/program.js`);
const tmuxThere = spawnSync('tmux', ['-V']).status === 0;
const missing = !tmuxThere ? ' (skipped: tmux is not installed)' : !built ? ' (skipped: not built; npm test builds)' : '';

const SOCKET = `powerjit-test-${process.pid}`;
const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', SOCKET, ...args], { encoding: 'utf8', env: { ...process.env, TERM: 'xterm' } });
const screen = (): string => tmux('capture-pane', '-p', '-t', 'pj');
const keys = (...names: string[]): string => tmux('send-keys', '-t', 'pj', ...names);

/** Waits for text on the screen; fails with the screen. */
async function shows(pattern: RegExp): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (pattern.test(screen())) return;
    await setTimeout(100);
  }
  expect(screen()).toMatch(pattern);
}

describe.skipIf(missing !== '')(`a real terminal${missing}`, () => {
  afterAll(() => void spawnSync('tmux', ['-L', SOCKET, 'kill-server']));

  it('carries a conversation with the monitor, Ctrl-C included, and is itself again afterwards', async () => {
    tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'pj', '-x', '100', '-y', '50', 'bash --norc');
    await shows(/[#$]/);
    keys(`'${process.execPath}' '${ROOT}/bin/powerjit.js' run`, 'Enter');
    await shows(/powerjit> *$/m);
    keys('info', 'Enter');
    await shows(/amcc,bamboo/);
    keys('C-c');
    await shows(/\^C\s+powerjit>/);
    keys('C-a', 'h');
    await shows(/Ctrl-A x +quit/);
    keys('C-a', 'x');
    keys('echo status=$?', 'Enter');
    await shows(/^status=0$/m);
    // Cooked again: the terminal itself answers Ctrl-C.
    keys('stty -a | grep -o "[-]*icanon"', 'Enter');
    await shows(/^icanon$/m);
  });
});
