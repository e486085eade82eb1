/** Linux error numbers, which is what guests understand (include/uapi/asm-generic/errno*.h); the host's own may differ. */
export const ERRNO = {
  EPERM: 1, ENOENT: 2, EIO: 5, EBADF: 9, EACCES: 13, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19, ENOTDIR: 20, EISDIR: 21, EINVAL: 22,
  EMFILE: 24, EFBIG: 27, ENOSPC: 28, EROFS: 30, EMLINK: 31, ENAMETOOLONG: 36, ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40, EPROTO: 71,
  EOPNOTSUPP: 95,
} as const; // prettier-ignore

/** A file operation that the host refuses, with the error number that the guest is to see. Whoever serves the guest catches it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';

  /** @param errno one of {@link ERRNO} */
  constructor(readonly errno: number) {
    super(`error number ${errno}`);
  }
}

/** A place in a shared folder: names from its root downwards, none of them empty, `.`, `..` or with a slash. The root is the empty list. */
export type FolderPath = readonly string[];

/** What stat tells; times in ns since 1970. */
export interface FileStatus {
  /** File type and permissions as Linux numbers them (S_IFMT and below). */
  readonly mode: number;
  /** Unique in the folder for as long as the file exists. */
  readonly inode: bigint;
  readonly links: number;
  readonly user: number;
  readonly group: number;
  readonly size: bigint;
  /** Blocks of 512 bytes. */
  readonly blocks: bigint;
  readonly blockSize: number;
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** What to change; what is absent stays. Times in ns since 1970, or the host's time now. */
export interface FileChange {
  /** Permission bits only. */
  readonly permissions?: number;
  readonly user?: number;
  readonly group?: number;
  readonly size?: bigint;
  readonly accessedNs?: bigint | 'now';
  readonly modifiedNs?: bigint | 'now';
}

/** How a file is opened. */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
  readonly truncate: boolean;
  /** The path must name a directory. */
  readonly directory: boolean;
}

/** An open regular file. Every operation may throw {@link FileFault}. */
export interface OpenFile {
  /** At most `length` bytes from `offset`; fewer only at the end of the file. */
  read(offset: bigint, length: number): Uint8Array;
  /** @returns how many bytes were written */
  write(offset: bigint, bytes: Uint8Array): number;
  /** Also of a file that has no name any more. */
  status(): FileStatus;
  flush(): void;
  close(): void;
}

/** An entry of a directory. */
export interface FolderEntry {
  readonly name: string;
  readonly status: FileStatus;
}

/** Room in the file system that the folder lies in. */
export interface FolderSpace {
  readonly blockSize: number;
  readonly blocks: bigint;
  readonly free: bigint;
  readonly available: bigint;
  readonly files: bigint;
  readonly freeFiles: bigint;
}

/**
 * A folder of the host as a guest may use it. Nothing outside of it can be reached: an implementation never follows a symbolic link, wherever in
 * a path it stands. Every operation may throw {@link FileFault}.
 */
export interface SharedFolder {
  readonly readOnly: boolean;
  status(path: FolderPath): FileStatus;
  change(path: FolderPath, change: FileChange): void;
  /** Opens an existing regular file, or a directory, of which only `close` and `flush` can be used then. */
  open(path: FolderPath, mode: OpenMode): OpenFile;
  /** Makes a regular file, which must not exist, and opens it. */
  create(path: FolderPath, mode: OpenMode, permissions: number): OpenFile;
  /** The directory's entries without `.` and `..`, in an order that stays while nothing changes. */
  list(path: FolderPath): readonly FolderEntry[];
  makeDirectory(path: FolderPath, permissions: number): void;
  /** @param target what the link says; it need not exist, and means what it means to the guest */
  makeLink(path: FolderPath, target: string): void;
  /** Another name for the file at `existing`. */
  hardLink(existing: FolderPath, path: FolderPath): void;
  readLink(path: FolderPath): string;
  rename(from: FolderPath, to: FolderPath): void;
  removeFile(path: FolderPath): void;
  removeDirectory(path: FolderPath): void;
  space(): FolderSpace;
}
