import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';

/** Whether terminals can be had on this host. */
export const tmuxInstalled = (): boolean => spawnSync('tmux', ['-V']).status === 0;

/** A real terminal of 100 columns and 50 lines with a shell in it, driven by tmux. */
export class Terminal {
  readonly #socket: string;

  /** @param name unique among the terminals of one process */
  constructor(name: string) {
    this.#socket = `powerjit-${name}-${process.pid}`;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'test', '-x', '100', '-y', '50', 'bash --norc');
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', env: { ...process.env, TERM: 'xterm' } });
  }

  get screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', 'test');
  }

  /** Presses keys by tmux's names: text, `Enter`, `C-a`. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', 'test', ...keys);
  }

  /** Waits for text on the screen; fails and shows the screen after `seconds`. */
  async shows(pattern: RegExp, seconds = 20): Promise<void> {
    for (let tries = 0; tries < seconds * 10; tries++) {
      if (pattern.test(this.screen)) return;
      await setTimeout(100);
    }
    expect(this.screen).toMatch(pattern);
  }

  /** Ends the terminal and what runs in it. */
  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }
}
