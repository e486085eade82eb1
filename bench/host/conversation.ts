import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { processCpuSeconds } from './process-time.js';

/** A program to start. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Text to wait for on the guest's console; found only behind what the expectation before it matched. */
export interface Expectation {
  readonly pattern: RegExp;
  /** Typed to the guest when the pattern was seen. */
  readonly send?: string;
}

/** An expectation that came true: when, since the program was started, and with how much CPU time used. */
export interface Reached {
  readonly match: RegExpExecArray;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** How a run went. */
export interface Conversation {
  /** In the order of the expectations; shorter than their list when the run failed. */
  readonly reached: readonly Reached[];
  /** Everything the guest printed. */
  readonly output: string;
  /** Why not all expectations came true, in one line; absent when they did. */
  readonly failure?: string;
  readonly timedOut: boolean;
}

export interface ConversationOptions {
  readonly timeoutSeconds: number;
  /** After the last expectation: wait for the program to end by itself (it writes statistics then), or end it at once. */
  readonly atEnd: 'wait' | 'stop';
}

const LONGEST_FAILURE = 160;

/** Starts an emulator, follows its console, and tells when each expected text came. Never rejects: failures are part of the answer. */
export function converse(command: Command, expectations: readonly Expectation[], options: ConversationOptions): Promise<Conversation> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command.file, command.args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const reached: Reached[] = [];
    let output = '';
    let errors = '';
    let searchFrom = 0;
    let timedOut = false;
    let stopped = false;

    const stop = () => {
      stopped = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, options.timeoutSeconds * 1000);
    // An interrupted benchmark must leave no emulator behind.
    process.once('exit', stop);

    const finish = (ending: string) => {
      clearTimeout(timer);
      process.removeListener('exit', stop);
      const complete = reached.length === expectations.length;
      const failure = complete ? undefined : describe(timedOut ? `no end within ${options.timeoutSeconds} s` : ending, errors, output);
      resolve({ reached, output, timedOut, ...(failure === undefined ? {} : { failure }) });
    };

    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      const wallSeconds = (performance.now() - started) / 1000;
      let cpuSeconds: number | undefined;
      output += text;
      while (reached.length < expectations.length) {
        const { pattern, send } = expectations[reached.length];
        const match = pattern.exec(output.slice(searchFrom));
        if (!match) return;
        cpuSeconds ??= processCpuSeconds(child.pid!);
        searchFrom += match.index + match[0].length;
        reached.push({ match, wallSeconds, cpuSeconds });
        if (send !== undefined) child.stdin.write(send);
      }
      if (options.atEnd === 'stop') stop();
    });
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => (errors += text));
    // A guest that has ended no longer reads; its exit tells the story.
    child.stdin.on('error', () => undefined);
    let spawnError: string | undefined;
    child.on('error', (error) => {
      spawnError = error.message;
      if (child.pid === undefined) finish(spawnError);
    });
    child.on('exit', () => {
      // A process that the stopped one started may still hold the pipes: nothing more is wanted from them.
      if (!stopped) return;
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.on('close', (code, signal) => {
      if (child.pid !== undefined) finish(spawnError ?? (stopped ? 'stopped' : `exit ${signal ?? code}`));
    });
  });
}

/** One line out of how a program ended and what it said last. */
function describe(ending: string, errors: string, output: string): string {
  const lines = (errors.trim() || output.trim()).split(/\r?\n/).filter((line) => !/^\s+at |^Node\.js v|^\s*$/.test(line));
  const telling = lines.find((line) => /\berror\b|panic/i.test(line)) ?? lines.at(-1) ?? 'nothing printed';
  return `${ending}: ${telling.trim()}`.slice(0, LONGEST_FAILURE);
}
