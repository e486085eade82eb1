import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ConfigError } from '../../config-error.js';

/** Variables of a program's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a program is run. */
export interface ChildOptions {
  readonly environment: Environment;
  /** Folder it starts in. */
  readonly folder?: string;
  /** Lines the program writes to file descriptor 3. */
  readonly onStatusLine?: (line: string) => void;
  /** Text for its standard input. */
  readonly input?: string;
}

/** What a program said. */
export interface ChildResult {
  /** Exit status; 128 and more when a signal ended it. */
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a program to its end and keeps what it prints.
 * @throws ConfigError when there is no such program
 */
export function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<ChildResult> {
  const child = start(command, args, options);
  const output = collect(child.stdout!);
  const errors = collect(child.stderr!);
  forwardLines(child.stdio[3] as Readable, options.onStatusLine ?? (() => undefined));
  child.stdin!.end(options.input ?? '');
  return ended(command, child).then((status) => ({ status, output: output(), errors: errors() }));
}

/**
 * The output of a program, piece by piece, to be read to its end.
 * @throws ConfigError when there is no such program, or when it fails; `mend` says what to do then
 */
export async function* childOutput(
  command: string,
  args: readonly string[],
  options: ChildOptions,
  mend: string,
): AsyncGenerator<Uint8Array> {
  const child = start(command, args, options);
  const errors = collect(child.stderr!);
  const end = ended(command, child);
  // Awaited below; until then a failure is no unhandled one.
  end.catch(() => undefined);
  child.stdin!.end();
  try {
    yield* piecesOf(child.stdout!);
    const status = await end;
    if (status !== 0) throw new ConfigError(errors().trim() || `ended with status ${status}`, command, mend);
  } finally {
    child.kill();
  }
}

/** The pieces of a stream; ends where it breaks off, because then the program's status says more. */
async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch {
    // The program could not be started, or was killed.
  }
}

/** Programs for administrators, which may be absent from the search path of other users: those that are used here need no root. */
const SYSTEM_FOLDERS = ':/usr/sbin:/sbin';

function start(command: string, args: readonly string[], { environment, folder }: ChildOptions): ChildProcess {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...environment, PATH: `${environment.PATH ?? ''}${SYSTEM_FOLDERS}`, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  // A program that does not read its input to the end is no mistake.
  child.stdin!.on('error', () => undefined);
  return child;
}

function ended(command: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      reject(missing ? missingProgram(command) : error);
    });
    child.on('close', (status) => resolve(status ?? 128));
  });
}

/** Debian's packages of the programs that are used here. */
const PACKAGES: Readonly<Record<string, string>> = {
  'mke2fs': 'e2fsprogs',
  'debugfs': 'e2fsprogs',
  'e2fsck': 'e2fsprogs',
  'xz': 'xz-utils',
}; // prettier-ignore

function missingProgram(command: string): ConfigError {
  const name = PACKAGES[command];
  return name === undefined
    ? new ConfigError('this program is not there', command, 'guests are fetched by the package tools of a Debian system')
    : new ConfigError('this program is not there', command, `install it: apt install ${name}`);
}

/** Keeps what a stream says; the function returns all of it so far. */
function collect(stream: Readable): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('error', () => undefined);
  return () => Buffer.concat(pieces).toString('utf8');
}

function forwardLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('error', () => undefined);
  stream.on('data', (piece: Buffer) => {
    const lines = (rest + piece.toString('utf8')).split('\n');
    rest = lines.pop()!;
    lines.forEach(onLine);
  });
}
