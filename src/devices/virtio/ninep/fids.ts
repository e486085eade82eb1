import { ERRNO, FileFault } from '../../../bus/shared-folder.js';
import type { FolderEntry, FolderPath, OpenFile } from '../../../bus/shared-folder.js';

/** Most fids, and most of them open, that a client may have: an open one costs the host a file descriptor. */
const MOST_FIDS = 2 ** 20;
const MOST_OPEN = 4096;

/** What a client's number stands for: a place in the folder, open or not. */
export interface Fid {
  path: FolderPath;
  file: OpenFile | undefined;
  /** Of an open directory, once it was read. */
  entries: readonly FolderEntry[] | undefined;
}

/** A client's fids. */
export class FidTable {
  readonly #fids = new Map<number, Fid>();
  #open = 0;

  /** @throws FileFault with EBADF */
  get(number: number): Fid {
    const fid = this.#fids.get(number);
    if (!fid) throw new FileFault(ERRNO.EBADF);
    return fid;
  }

  /** @throws FileFault when the number is in use, or there are too many */
  add(number: number, path: FolderPath): void {
    if (this.#fids.has(number)) throw new FileFault(ERRNO.EINVAL);
    if (this.#fids.size >= MOST_FIDS) throw new FileFault(ERRNO.EMFILE);
    this.#fids.set(number, { path, file: undefined, entries: undefined });
  }

  /** Makes a fid an open one. @param open opens the file */
  open(fid: Fid, path: FolderPath, open: () => OpenFile): void {
    if (fid.file) throw new FileFault(ERRNO.EINVAL);
    if (this.#open >= MOST_OPEN) throw new FileFault(ERRNO.EMFILE);
    fid.file = open();
    fid.path = path;
    this.#open++;
  }

  /** Forgets a fid, and closes it if it is open. */
  remove(number: number): void {
    const fid = this.get(number);
    this.#fids.delete(number);
    if (!fid.file) return;
    this.#open--;
    fid.file.close();
  }

  clear(): void {
    for (const number of [...this.#fids.keys()]) {
      try {
        this.remove(number);
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
      }
    }
  }

  /** A file or folder has another name now: so have the fids at it and below it. */
  renamed(from: FolderPath, to: FolderPath): void {
    for (const fid of this.#fids.values()) {
      if (from.every((name, k) => fid.path[k] === name)) fid.path = [...to, ...fid.path.slice(from.length)];
    }
  }
}
