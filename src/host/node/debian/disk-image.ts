import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import { runChild, type Environment } from '../child-programs.js';
import type { Ownership } from './root-tree.js';

/** What an image is made of. */
export interface DiskImageOptions {
  /** Folder whose contents become the root of the file system. */
  readonly tree: string;
  /** Files that are to get another owner than the host's files have, by path. */
  readonly owners: ReadonlyMap<string, Ownership>;
  readonly bytes: number;
  readonly label: string;
  /** A folder for scripts. */
  readonly work: string;
  readonly environment: Environment;
}

/** What mke2fs says when the files do not fit. */
const FULL = /[Nn]o (free )?space|allocate block|Could not allocate/;

/**
 * Makes a sparse file with an ext4 file system, by e2fsprogs and without mounting: mke2fs copies the files, debugfs gives them their
 * owners, e2fsck checks the result.
 * @throws ConfigError when e2fsprogs is not there, or the files do not fit
 */
export async function makeDiskImage(path: string, options: DiskImageOptions): Promise<void> {
  const { tree, owners, bytes, label, work, environment } = options;
  const run = (command: string, ...args: string[]) => runChild(command, args, { environment });
  writeFileSync(path, '');
  truncateSync(path, bytes);
  const made = await run('mke2fs', '-q', '-F', '-t', 'ext4', '-L', label, '-E', 'root_owner=0:0', '-d', tree, path);
  if (made.status !== 0) {
    const full = FULL.test(made.errors);
    throw new ConfigError(full ? 'the system does not fit' : `mke2fs failed (${made.errors.trim()})`, path, full ? 'give a larger --size' : 'see its words');
  }
  const script = join(work, 'owners.debugfs');
  writeFileSync(script, [...owners].map(([file, { owner, group }]) => setOwner(file, owner, group)).join(''));
  const changed = await run('debugfs', '-w', '-f', script, path);
  // debugfs tells of failures only in words; its first line is its version.
  const complaint = changed.errors.split('\n').slice(1).find((line) => line.trim() !== '');
  if (changed.status !== 0 || complaint !== undefined) {
    throw new ConfigError(`debugfs failed (${(complaint ?? changed.errors).trim()})`, path, 'see its words');
  }
  const checked = await run('e2fsck', '-f', '-n', path);
  if (checked.status !== 0) throw new ConfigError(`e2fsck finds the file system damaged (${checked.output.trim()})`, path, 'make it again');
} // prettier-ignore

/** Throws unless the programs that {@link makeDiskImage} uses are there: better before packages are fetched than after. */
export async function requireDiskTools(environment: Environment): Promise<void> {
  for (const command of ['mke2fs', 'debugfs', 'e2fsck']) await runChild(command, ['-V'], { environment });
}

/** Commands of debugfs(8); it wants names with blanks in quotes, and quotes in them doubled. */
function setOwner(path: string, owner: number, group: number): string {
  const name = `"/${path.replaceAll('"', '""')}"`;
  return `set_inode_field ${name} uid ${owner}\nset_inode_field ${name} gid ${group}\n`;
}
