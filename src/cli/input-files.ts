import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError } from '../config-error.js';
import { DEFAULT_MAXIMUM_BYTES } from '../loaders/image.js';
import type { InputFile } from '../machine-api.js';

/** What the operating system's error codes mean to a user: what is wrong, how to mend it. */
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no such file', 'check the path'],
  ENOTDIR: ['part of the path is not a folder', 'check the path'],
  EACCES: ['the file may not be read', 'check its permissions'],
  EPERM: ['the file may not be read', 'check its permissions'],
  ELOOP: ['the path goes round in circles of links', 'check the links'],
  ENAMETOOLONG: ['the path is too long', 'check the path'],
  EISDIR: ['this is a folder', 'give a file'],
  EROFS: ['the file system is read-only', 'give a path elsewhere'],
  ENOSPC: ['the disk is full', 'make room or give a path elsewhere'],
};

/** The error that tells a user why a file could not be read or written. */
export function fileMistake(error: unknown, path: string): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [what, mend] = REASONS[code] ?? [`the file cannot be used (${code || String(error)})`, 'check the path'];
  return new ConfigError(what, path || 'empty file name', mend);
}

/**
 * Reads a file that an option names. Pipes such as those of process substitution are read to their end.
 * @throws ConfigError when it cannot be read, is a folder or a device, or has more than {@link DEFAULT_MAXIMUM_BYTES} bytes
 */
export function readInputFile(path: string): InputFile {
  let bytes: Uint8Array;
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw new ConfigError('this is a folder', path, 'give a file');
    if (!status.isFile() && !status.isFIFO()) throw new ConfigError('this is a device', path, 'give a file');
    if (status.size > DEFAULT_MAXIMUM_BYTES) throw new ConfigError(`the file has ${status.size} bytes`, path, 'give one of at most 1 GiB');
    bytes = readFileSync(path);
  } catch (error) {
    throw error instanceof ConfigError ? error : fileMistake(error, path);
  }
  // A plain array, so that no Node Buffer with its own slice() reaches the core.
  return { name: basename(path), bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}
