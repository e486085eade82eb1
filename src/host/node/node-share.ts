import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ConfigError } from '../../config-error.js';
import type { Share } from '../../machine-api.js';
import { NodeFolder } from './node-folder.js';

/** A folder, and how the guest may use it. */
export interface ShareOptions {
  readonly path: string;
  /** The name that the guest mounts it by; the folder's own unless given. */
  readonly tag?: string;
  readonly readOnly?: boolean;
}

/**
 * Makes a folder ready for `MachineConfig.shares`.
 * @throws ConfigError when it is none
 */
export function shareFolder(options: ShareOptions): Share {
  const { path, readOnly = false } = options;
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) throw new ConfigError('there is no such folder', path || 'empty name', 'check the path');
  if (!status.isDirectory()) throw new ConfigError('this is no folder', path, 'give one');
  return { tag: options.tag ?? (basename(resolve(path)) || 'root'), folder: new NodeFolder(path, readOnly) };
}
