import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Terminal, tmuxInstalled } from '../support/tmux.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(`${ROOT}/dist/src/cli/program.js`);
const missing = !tmuxInstalled() ? ' (skipped: tmux is not installed)' : !built ? ' (skipped: not built; npm test builds)' : '';

describe.skipIf(missing !== '')(`a real terminal${missing}`, () => {
  it('carries a conversation with the monitor, Ctrl-C included, and is itself again afterwards', async () => {
    const terminal = new Terminal('monitor');
    try {
      await terminal.shows(/[#$]/);
      terminal.press(`'${process.execPath}' '${ROOT}/bin/powerjit.js' run`, 'Enter');
      await terminal.shows(/powerjit> *$/m);
      terminal.press('info', 'Enter');
      await terminal.shows(/amcc,bamboo/);
      terminal.press('C-c');
      await terminal.shows(/\^C\s+powerjit>/);
      terminal.press('C-a', 'h');
      await terminal.shows(/Ctrl-A x +quit/);
      terminal.press('C-a', 'x');
      terminal.press('echo status=$?', 'Enter');
      await terminal.shows(/^status=0$/m);
      // Cooked again: the terminal itself answers Ctrl-C.
      terminal.press('stty -a | grep -o "[-]*ican[o]n"', 'Enter');
      await terminal.shows(/^icanon$/m);
      expect(terminal.screen).not.toContain('-icanon');
    } finally {
      terminal.close();
    }
  });
});
