import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TarEntry } from '../../../archives/tar-reader.js';
import { ConfigError } from '../../../config-error.js'; // prettier-ignore

/** Folders that newer releases of Debian keep below /usr, with links in their old places. */
const MERGED = /^(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;
/** Of them, those that exist on the guests' architecture. */
const MERGED_LINKS = ['bin', 'sbin', 'lib', 'lib64'];

/** Owner and group of a file. */
export interface Ownership {
  readonly owner: number;
  readonly group: number;
}

/**
 * A root file system that grows in a folder of the host. Modes and dates are given to the files; owners are remembered, because only
 * root may give files away.
 */
export class RootTree {
  readonly #folder: string;
  readonly #owners = new Map<string, Ownership>();
  /** Modes and dates of folders, set at the end: before, files must be put into them. */
  readonly #folders = new Map<string, { mode: number; modified: number }>();

  /** @param folder an empty folder */
  constructor(folder: string) {
    this.#folder = folder;
    for (const name of MERGED_LINKS) {
      mkdirSync(join(folder, 'usr', name), { recursive: true });
      symlinkSync(`usr/${name}`, join(folder, name));
    }
  }

  /**
   * Adds a file of a package. Files that are there already are replaced, folders kept.
   * @returns MD5 of its contents, if it has any
   * @throws ConfigError for what no package may hold
   */
  add(entry: TarEntry): string | undefined {
    const path = mergedPath(entry.path);
    const full = join(this.#folder, path);
    if (path.split('/').includes('..')) throw new ConfigError(`${entry.path} leads out of the package`, 'get debian', 'fetch again');
    this.#owners.set(path, { owner: entry.owner, group: entry.group });
    if (entry.type === 'directory') {
      this.#addFolder(path, full, entry);
      return undefined;
    }
    mkdirSync(dirname(full), { recursive: true });
    if (lstatSync(full, { throwIfNoEntry: false })) rmSync(full);
    switch (entry.type) {
      case 'symbolic link':
        symlinkSync(entry.target, full);
        lutimesSync(full, entry.modified, entry.modified);
        return undefined;
      case 'hard link':
        linkSync(join(this.#folder, mergedPath(entry.target)), full);
        return undefined;
      case 'file':
        this.write(path, entry.contents ?? new Uint8Array(), entry.mode);
        utimesSync(full, entry.modified, entry.modified);
        return createHash('md5').update(entry.contents ?? '').digest('hex');
      default:
        throw new ConfigError(`${entry.path} is a ${entry.type}`, 'get debian', 'packages for a disk may not hold any');
    }
  } // prettier-ignore

  /** Writes a file of root's. */
  write(path: string, contents: Uint8Array | string, mode = 0o644): void {
    const full = join(this.#folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, contents);
    // The process's mask does not apply, and set-ID bits are kept.
    chmodSync(full, mode);
  }

  /** Makes a symbolic link unless something is there. */
  link(path: string, target: string): void {
    const full = join(this.#folder, path);
    mkdirSync(dirname(full), { recursive: true });
    if (!lstatSync(full, { throwIfNoEntry: false })) symlinkSync(target, full);
  }

  /** Gives folders their modes and dates. Nothing may be added afterwards. */
  finish(): void {
    for (const [path, { mode, modified }] of [...this.#folders].sort(([a], [b]) => b.length - a.length)) {
      chmodSync(join(this.#folder, path), mode);
      utimesSync(join(this.#folder, path), modified, modified);
    }
  }

  /** The files whose owners on the host's disk are not those they are to have. */
  misowned(): Map<string, Ownership> {
    const found = new Map<string, Ownership>();
    const visit = (path: string): void => {
      const status = lstatSync(join(this.#folder, path));
      const { owner, group } = this.#owners.get(path) ?? { owner: 0, group: 0 };
      if (status.uid !== owner || status.gid !== group) found.set(path, { owner, group });
      if (status.isDirectory()) for (const name of readdirSync(join(this.#folder, path))) visit(path ? `${path}/${name}` : name);
    };
    visit('');
    return found;
  }

  #addFolder(path: string, full: string, { mode, modified }: TarEntry): void {
    if (existsSync(full)) {
      // A package's own folder decides, but the links of merged folders stay.
      if (lstatSync(full).isSymbolicLink()) return;
    } else {
      mkdirSync(full, { recursive: true });
    }
    this.#folders.set(path, { mode, modified });
  }
}

/** Where a path of a package lies when /bin and its like are links into /usr. */
function mergedPath(path: string): string {
  return path.replace(MERGED, 'usr/$1');
}
