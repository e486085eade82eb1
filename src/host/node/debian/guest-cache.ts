import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import type { Environment } from '../child-programs.js';

/** Which package a guest's files are from. */
export interface FetchedPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What a set of guest files is; lies beside them as manifest.json. */
export interface GuestManifest {
  readonly packages: readonly FetchedPackage[];
  /** The kernel's release, as uname tells it. */
  readonly release: string;
  /** SHA-256 of what the initial RAM disk is made from besides the packages: another one asks for a new RAM disk. */
  readonly recipe: string;
  /** SHA-256 of each file of the set by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** A complete set of guest files. */
export interface GuestSet {
  readonly folder: string;
  readonly manifest: GuestManifest;
}

/** The manifest's name in the folder of a set. */
export const MANIFEST_FILE = 'manifest.json';
const CURRENT = 'current';
const SET_PREFIX = 'set-';
const WORK_PREFIX = 'work-';

/** Younger sets than this, in ms, may belong to a process that has not yet made its own the newest one, or that reads it. */
const YOUNG = 10 * 60_000;

/**
 * The user's cache of guests: $XDG_CACHE_HOME/powerjit, else ~/.cache/powerjit (XDG Base Directory Specification).
 *
 * Each set of files lies in a folder of its own that appears complete, by renaming; the link `current` leads to the newest and is
 * replaced by renaming as well. So processes that fetch at once, and one that is interrupted, leave a whole set in place.
 */
export class GuestCache {
  readonly folder: string;
  readonly #now: () => number;

  /** @param now the time in ms since 1970 */
  constructor(environment: Environment, guest: string, now: () => number = Date.now) {
    this.#now = now;
    const { XDG_CACHE_HOME: cache, HOME: home } = environment;
    // Relative paths are to be ignored, the specification says.
    const base = cache && isAbsolute(cache) ? cache : join(home || homedir(), '.cache');
    this.folder = join(base, 'powerjit', guest);
  }

  /** The link that leads to the newest set. */
  get current(): string {
    return join(this.folder, CURRENT);
  }

  /** The newest set, or undefined when there is none or its manifest cannot be read. Its files are not looked at. */
  read(): GuestSet | undefined {
    try {
      const folder = join(this.folder, readlinkSync(this.current));
      return { folder, manifest: JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as GuestManifest };
    } catch {
      return undefined;
    }
  }

  /**
   * Runs `work` with an empty folder on the cache's file system that is removed afterwards; also removes what processes that no longer
   * live have left.
   * @throws ConfigError when the cache cannot be written
   */
  async withWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.folder, `${WORK_PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError(`the cache cannot be written (${reason})`, this.folder, 'set XDG_CACHE_HOME to a folder that can');
    }
    this.#removeAbandoned();
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Makes a finished folder, which holds its manifest, the newest set. The set before
   * stays, because others may be reading it; older ones go.
   * @param finished a folder on the same file system, such as one inside a work folder
   */
  publish(finished: string): GuestSet {
    const before = this.read()?.folder;
    const name = `${SET_PREFIX}${randomBytes(6).toString('hex')}`;
    const folder = join(this.folder, name);
    renameSync(finished, folder);
    const link = join(this.folder, `${WORK_PREFIX}${process.pid}-${name}`);
    symlinkSync(name, link);
    renameSync(link, this.current);
    const kept = [folder, before, this.read()?.folder];
    for (const other of this.#entries(SET_PREFIX)) {
      if (!kept.includes(other) && this.#isOld(other)) rmSync(other, { recursive: true, force: true });
    }
    return { folder, manifest: JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as GuestManifest };
  }

  /** Whether a folder has been in its place for long; another process may have removed it meanwhile. */
  #isOld(path: string): boolean {
    return this.#now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) > YOUNG;
  }

  #entries(prefix: string): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith(prefix)).map((name) => join(this.folder, name));
  } // prettier-ignore

  #removeAbandoned(): void {
    for (const path of this.#entries(WORK_PREFIX)) {
      const owner = Number(/work-(\d+)-[^/]*$/.exec(path)?.[1]);
      if (owner > 0 && !isAlive(owner)) rmSync(path, { recursive: true, force: true });
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // It may belong to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
