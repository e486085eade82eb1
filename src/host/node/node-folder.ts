import { constants, chmodSync, closeSync, fchmodSync, fstatSync, fsyncSync, ftruncateSync, lchownSync, linkSync, lstatSync, lutimesSync, mkdirSync, openSync, readdirSync, readlinkSync, readSync, realpathSync, renameSync, rmdirSync, statfsSync, symlinkSync, unlinkSync, writeSync } from 'node:fs'; // prettier-ignore
import type { BigIntStats } from 'node:fs';
import { ERRNO, FileFault } from '../../bus/shared-folder.js';
import type {
  FileChange,
  FileStatus,
  FolderEntry,
  FolderPath,
  FolderSpace,
  OpenFile,
  OpenMode,
  SharedFolder,
} from '../../bus/shared-folder.js';

/** Set-user-ID and set-group-ID stay out: a guest is not to leave programs with somebody's rights on the host. */
const PERMISSIONS = 0o1777;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;

/**
 * A folder of this computer. Every step of a path is looked at before it is used, and a symbolic link on the way is an error: links are for the
 * guest to follow, by names of its own tree. That this holds supposes that no other program of the host swaps folders for links meanwhile.
 */
export class NodeFolder implements SharedFolder {
  readonly #root: string;

  /** @param root an existing folder */
  constructor(
    root: string,
    readonly readOnly: boolean,
  ) {
    this.#root = realpathSync(root);
  }

  status(path: FolderPath): FileStatus {
    return perform(() => status(lstatSync(this.#place(path), { bigint: true })));
  }

  change(path: FolderPath, change: FileChange): void {
    this.#mayChange();
    perform(() => {
      const place = this.#place(path);
      const before = lstatSync(place, { bigint: true });
      const isLink = before.isSymbolicLink();
      if (change.size !== undefined) truncate(place, Number(change.size));
      if (change.user !== undefined || change.group !== undefined) {
        lchownSync(place, change.user ?? Number(before.uid), change.group ?? Number(before.gid));
      }
      // The permissions of a link mean nothing, and there is no way to set them without following it.
      if (change.permissions !== undefined && !isLink) chmodSync(place, change.permissions & PERMISSIONS);
      const { accessedNs, modifiedNs } = change;
      if (accessedNs === undefined && modifiedNs === undefined) return;
      lutimesSync(place, seconds(accessedNs, before.atimeNs), seconds(modifiedNs, before.mtimeNs));
    });
  }

  open(path: FolderPath, mode: OpenMode): OpenFile {
    if (mode.write || mode.truncate) this.#mayChange();
    return perform(() => {
      const place = this.#place(path);
      const { mode: type } = lstatSync(place);
      // Opening anything else could wait for ever, or be a device of the host.
      if ((type & FILE_TYPE) === DIRECTORY) {
        if (mode.write) throw new FileFault(ERRNO.EISDIR);
        return new NodeOpenFile(openSync(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW));
      }
      if (mode.directory) throw new FileFault(ERRNO.ENOTDIR);
      if ((type & FILE_TYPE) !== REGULAR) throw new FileFault(type & FILE_TYPE ? ERRNO.ELOOP : ERRNO.EINVAL);
      return new NodeOpenFile(openSync(place, flags(mode)), mode.append);
    });
  }

  create(path: FolderPath, mode: OpenMode, permissions: number): OpenFile {
    this.#mayChange();
    return perform(() => {
      const descriptor = openSync(this.#place(path), flags(mode) | constants.O_CREAT | constants.O_EXCL, 0o600);
      // The guest has applied its own mask; the host's is not to come on top.
      fchmodSync(descriptor, permissions & PERMISSIONS);
      return new NodeOpenFile(descriptor, mode.append);
    });
  }

  list(path: FolderPath): readonly FolderEntry[] {
    return perform(() => {
      const place = this.#place(path);
      if (!lstatSync(place).isDirectory()) throw new FileFault(ERRNO.ENOTDIR);
      return readdirSync(place)
        .sort()
        .flatMap((name) => {
          try {
            return [{ name, status: status(lstatSync(`${place}/${name}`, { bigint: true })) }];
          } catch {
            // Removed since it was listed.
            return [];
          }
        });
    });
  }

  makeDirectory(path: FolderPath, permissions: number): void {
    this.#mayChange();
    perform(() => {
      const place = this.#place(path);
      mkdirSync(place, 0o700);
      chmodSync(place, permissions & PERMISSIONS);
    });
  }

  makeLink(path: FolderPath, target: string): void {
    this.#mayChange();
    perform(() => symlinkSync(target, this.#place(path)));
  }

  hardLink(existing: FolderPath, path: FolderPath): void {
    this.#mayChange();
    perform(() => linkSync(this.#place(existing), this.#place(path)));
  }

  readLink(path: FolderPath): string {
    return perform(() => readlinkSync(this.#place(path)));
  }

  rename(from: FolderPath, to: FolderPath): void {
    this.#mayChange();
    perform(() => renameSync(this.#place(from), this.#place(to)));
  }

  removeFile(path: FolderPath): void {
    this.#mayChange();
    perform(() => unlinkSync(this.#place(path)));
  }

  removeDirectory(path: FolderPath): void {
    this.#mayChange();
    if (path.length === 0) throw new FileFault(ERRNO.EBUSY);
    perform(() => rmdirSync(this.#place(path)));
  }

  space(): FolderSpace {
    return perform(() => {
      const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(this.#root, { bigint: true });
      return { blockSize: Number(bsize), blocks, free: bfree, available: bavail, files, freeFiles: ffree };
    });
  }

  /** The host's path. Every folder on the way to the last name must be a folder, not a link to one. */
  #place(path: FolderPath): string {
    let place = this.#root;
    path.forEach((name, k) => {
      if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw new FileFault(ERRNO.EINVAL);
      if (k > 0 && !lstatSync(place).isDirectory()) throw new FileFault(ERRNO.ENOTDIR);
      place += `/${name}`;
    });
    return place;
  }

  #mayChange(): void {
    if (this.readOnly) throw new FileFault(ERRNO.EROFS);
  }
}

class NodeOpenFile implements OpenFile {
  constructor(
    private readonly descriptor: number,
    private readonly append = false,
  ) {}

  read(offset: bigint, length: number): Uint8Array {
    return perform(() => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(this.descriptor, bytes, 0, length, offset));
    });
  }

  write(offset: bigint, bytes: Uint8Array): number {
    return perform(() => {
      const at = this.append ? fstatSync(this.descriptor).size : Number(offset);
      return writeSync(this.descriptor, bytes, 0, bytes.length, at);
    });
  }

  status(): FileStatus {
    return perform(() => status(fstatSync(this.descriptor, { bigint: true })));
  }

  flush(): void {
    perform(() => fsyncSync(this.descriptor));
  }

  close(): void {
    perform(() => closeSync(this.descriptor));
  }
}

function flags({ read, write, truncate }: OpenMode): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
  return (write ? (read ? O_RDWR : O_WRONLY) : O_RDONLY) | (truncate && write ? O_TRUNC : 0) | O_NOFOLLOW | O_NONBLOCK;
}

function truncate(place: string, size: number): void {
  if ((lstatSync(place).mode & FILE_TYPE) !== REGULAR) throw new FileFault(ERRNO.EINVAL);
  const descriptor = openSync(place, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    ftruncateSync(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}

function seconds(wanted: bigint | 'now' | undefined, before: bigint): number {
  return wanted === 'now' ? Date.now() / 1000 : Number(wanted ?? before) / 1e9;
}

function status(s: BigIntStats): FileStatus {
  return {
    mode: Number(s.mode),
    inode: s.ino,
    links: Number(s.nlink),
    user: Number(s.uid),
    group: Number(s.gid),
    size: s.size,
    blocks: s.blocks,
    blockSize: Number(s.blksize),
    accessedNs: s.atimeNs,
    modifiedNs: s.mtimeNs,
    changedNs: s.ctimeNs,
  };
}

/** Turns the host's errors into faults with Linux's numbers. */
function perform<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FileFault) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new FileFault((ERRNO as Readonly<Record<string, number>>)[code] ?? ERRNO.EIO);
  }
}
