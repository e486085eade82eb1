/** A server of 9P2000.L for one client: requests in, answers out, files from a shared folder. */
import { ERRNO, FileFault } from '../../../bus/shared-folder.js';
import type { FileChange, FileStatus, FolderEntry, FolderPath, OpenMode, SharedFolder } from '../../../bus/shared-folder.js';
import { FidTable } from './fids.js';
import type { Fid } from './fids.js';
import { HEADER_BYTES, MESSAGE, WireReader, WireWriter } from './wire.js';

/** Longest message, and the shortest that a client may ask for. */
export const LONGEST_MESSAGE = 0x80000;
const SHORTEST_MESSAGE = 4096;
const VERSION = '9P2000.L';
/** What an answer to a read has before its data. */
const READ_OVERHEAD = HEADER_BYTES + 4;
const MOST_NAMES = 16;
/** Open flags, as the protocol numbers them. */
const OPEN = { ACCESS: 3, WRITE_ONLY: 1, READ_WRITE: 2, EXCLUSIVE: 0o200, TRUNCATE: 0o1000, APPEND: 0o2000, DIRECTORY: 0o200000 } as const;
/** Which attributes a setattr gives. */
const SET = { MODE: 1, USER: 2, GROUP: 4, SIZE: 8, ATIME: 0x10, MTIME: 0x20, ATIME_GIVEN: 0x80, MTIME_GIVEN: 0x100 } as const;
/** The attributes of stat: all that getattr answers here. */
const GET_BASIC = 0x7ff;
const QID = { DIRECTORY: 0x80, LINK: 0x02, FILE: 0 } as const;
const MODE = { TYPE: 0o170000, DIRECTORY: 0o040000, LINK: 0o120000, REGULAR: 0o100000 } as const;
const REMOVE_DIRECTORY = 0x200;
const UNLOCKED = 2;
const NS = 1_000_000_000n;
/** What statfs tells of the file system: Linux's number for 9P, and the longest name. */
const STATFS = { TYPE: 0x01021997, NAME_LENGTH: 255 } as const;

type Handler = (request: WireReader, answer: WireWriter) => void;

export class NinepServer {
  readonly #fids = new FidTable();
  readonly #handlers: ReadonlyMap<number, Handler>;
  #messageSize = SHORTEST_MESSAGE;

  constructor(private readonly folder: SharedFolder) {
    this.#handlers = this.#makeHandlers();
  }

  /** The client is gone: closes what it left open. */
  reset(): void {
    this.#fids.clear();
    this.#messageSize = SHORTEST_MESSAGE;
  }

  /**
   * Serves one request.
   * @param room bytes that the answer may have
   * @returns the answer; undefined when the request has no header to answer to
   */
  serve(message: Uint8Array, room: number): Uint8Array | undefined {
    if (message.length < HEADER_BYTES) return undefined;
    const reader = new WireReader(message);
    const size = reader.u32();
    const type = reader.u8();
    const tag = reader.u16();
    try {
      if (size !== message.length) throw new FileFault(ERRNO.EPROTO);
      const handler = this.#handlers.get(type);
      if (!handler) throw new FileFault(ERRNO.EOPNOTSUPP);
      const answer = new WireWriter();
      handler(reader, answer);
      if (answer.length > room) throw new FileFault(ERRNO.EPROTO);
      return answer.finish(type + 1, tag);
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      return new WireWriter().u32(error.errno).finish(MESSAGE.LERROR + 1, tag);
    }
  }

  #makeHandlers(): ReadonlyMap<number, Handler> {
    return new Map<number, Handler>([
      [MESSAGE.VERSION, (r, a) => this.#version(r, a)],
      [MESSAGE.ATTACH, (r, a) => this.#attach(r, a)],
      [MESSAGE.WALK, (r, a) => this.#walk(r, a)],
      [MESSAGE.CLUNK, (r) => this.#fids.remove(r.u32())],
      [MESSAGE.FLUSH, () => undefined],
      [MESSAGE.LOPEN, (r, a) => this.#open(r, a)],
      [MESSAGE.LCREATE, (r, a) => this.#create(r, a)],
      [MESSAGE.READ, (r, a) => this.#read(r, a)],
      [MESSAGE.WRITE, (r, a) => this.#write(r, a)],
      [MESSAGE.READDIR, (r, a) => this.#readDirectory(r, a)],
      [MESSAGE.GETATTR, (r, a) => this.#getAttributes(r, a)],
      [MESSAGE.SETATTR, (r) => this.#setAttributes(r)],
      [MESSAGE.STATFS, (r, a) => this.#space(r, a)],
      [MESSAGE.FSYNC, (r) => this.#fids.get(r.u32()).file?.flush()],
      [MESSAGE.MKDIR, (r, a) => this.#makeDirectory(r, a)],
      [MESSAGE.SYMLINK, (r, a) => this.#makeLink(r, a)],
      [MESSAGE.READLINK, (r, a) => void a.string(this.folder.readLink(this.#fids.get(r.u32()).path))],
      [MESSAGE.MKNOD, (r, a) => this.#makeNode(r, a)],
      [MESSAGE.LINK, (r) => this.#link(r)],
      [MESSAGE.RENAME, (r) => this.#rename(r)],
      [MESSAGE.RENAMEAT, (r) => this.#renameAt(r)],
      [MESSAGE.UNLINKAT, (r) => this.#unlink(r)],
      [MESSAGE.REMOVE, (r) => this.#remove(r)],
      // There is one client: its locks are its own affair.
      [MESSAGE.LOCK, (_r, a) => void a.u8(0)],
      [MESSAGE.GETLOCK, (r, a) => this.#getLock(r, a)],
    ]);
  }

  #version(request: WireReader, answer: WireWriter): void {
    const size = request.u32();
    const version = request.string();
    this.#fids.clear();
    const known = version === VERSION && size >= SHORTEST_MESSAGE;
    this.#messageSize = Math.min(Math.max(size, SHORTEST_MESSAGE), LONGEST_MESSAGE);
    answer.u32(this.#messageSize).string(known ? VERSION : 'unknown');
  }

  #attach(request: WireReader, answer: WireWriter): void {
    const fid = request.u32();
    this.#fids.add(fid, []);
    try {
      qid(answer, this.folder.status([]));
    } catch (error) {
      this.#fids.remove(fid);
      throw error;
    }
  }

  #walk(request: WireReader, answer: WireWriter): void {
    const number = request.u32();
    const newNumber = request.u32();
    const count = request.u16();
    if (count > MOST_NAMES) throw new FileFault(ERRNO.EINVAL);
    const names = Array.from({ length: count }, () => request.string());
    const from = this.#fids.get(number);
    let { path } = from;
    const found: FileStatus[] = [];
    try {
      for (const name of names) {
        // A name is one step: there are no links on the way, so the step back is the path without its last name.
        const next = name === '..' ? path.slice(0, -1) : below(path, name);
        found.push(this.folder.status(next));
        path = next;
      }
    } catch (error) {
      // Where not even the first step succeeds it is an error, else the answer tells how far it went.
      if (!(error instanceof FileFault) || found.length === 0) throw error;
    }
    if (found.length === names.length) {
      if (number === newNumber) {
        if (from.file) throw new FileFault(ERRNO.EINVAL);
        from.path = path;
      } else this.#fids.add(newNumber, path);
    }
    answer.u16(found.length);
    for (const status of found) qid(answer, status);
  }

  #open(request: WireReader, answer: WireWriter): void {
    const fid = this.#fids.get(request.u32());
    const mode = openMode(request.u32());
    this.#fids.open(fid, fid.path, () => this.folder.open(fid.path, mode));
    qid(answer, fid.file!.status());
    answer.u32(this.#messageSize - 24);
  }

  #create(request: WireReader, answer: WireWriter): void {
    const fid = this.#fids.get(request.u32());
    const path = below(fid.path, request.string());
    const flags = request.u32();
    const permissions = request.u32() & 0o7777;
    this.#fids.open(fid, path, () => {
      try {
        return this.folder.create(path, openMode(flags), permissions);
      } catch (error) {
        const exists = error instanceof FileFault && error.errno === ERRNO.EEXIST;
        if (!exists || flags & OPEN.EXCLUSIVE) throw error;
        return this.folder.open(path, openMode(flags));
      }
    });
    qid(answer, fid.file!.status());
    answer.u32(this.#messageSize - 24);
  }

  #read(request: WireReader, answer: WireWriter): void {
    const file = opened(this.#fids.get(request.u32()));
    const offset = request.u64();
    const bytes = file.read(offset, Math.min(request.u32(), this.#messageSize - READ_OVERHEAD));
    answer.u32(bytes.length).data(bytes);
  }

  #write(request: WireReader, answer: WireWriter): void {
    const file = opened(this.#fids.get(request.u32()));
    const offset = request.u64();
    answer.u32(file.write(offset, request.data(request.u32())));
  }

  #readDirectory(request: WireReader, answer: WireWriter): void {
    const fid = this.#fids.get(request.u32());
    opened(fid);
    const first = Number(request.u64());
    const most = Math.min(request.u32(), this.#messageSize - READ_OVERHEAD);
    const entries = first !== 0 && fid.entries ? fid.entries : this.#entries(fid.path);
    fid.entries = entries;
    const data = new WireWriter();
    const empty = data.length;
    for (let k = first; k < entries.length; k++) {
      const { name, status } = entries[k]!;
      // qid[13] offset[8] type[1] name[s]
      if (data.length - empty + 24 + new TextEncoder().encode(name).length > most) break;
      qid(data, status);
      data
        .u64(k + 1)
        .u8((status.mode & MODE.TYPE) >>> 12)
        .string(name);
    }
    const bytes = data.finish(0, 0).subarray(empty);
    answer.u32(bytes.length).data(bytes);
  }

  #entries(path: FolderPath): readonly FolderEntry[] {
    const here = { name: '.', status: this.folder.status(path) };
    const up = { name: '..', status: this.folder.status(path.slice(0, -1)) };
    return [here, up, ...this.folder.list(path)];
  }

  #getAttributes(request: WireReader, answer: WireWriter): void {
    const fid = this.#fids.get(request.u32());
    const s = fid.file ? fid.file.status() : this.folder.status(fid.path);
    answer.u64(GET_BASIC);
    qid(answer, s);
    answer.u32(s.mode).u32(s.user).u32(s.group).u64(s.links).u64(0).u64(s.size).u64(s.blockSize).u64(s.blocks);
    for (const time of [s.accessedNs, s.modifiedNs, s.changedNs, 0n]) answer.u64(time / NS).u64(time % NS);
    answer.u64(0).u64(0);
  }

  #setAttributes(request: WireReader): void {
    const fid = this.#fids.get(request.u32());
    const valid = request.u32();
    const [mode, user, group] = [request.u32(), request.u32(), request.u32()];
    const size = request.u64();
    const [accessed, modified] = [request.u64() * NS + request.u64(), request.u64() * NS + request.u64()];
    const change: FileChange = {
      ...(valid & SET.MODE ? { permissions: mode & 0o7777 } : {}),
      ...(valid & SET.USER ? { user } : {}),
      ...(valid & SET.GROUP ? { group } : {}),
      ...(valid & SET.SIZE ? { size } : {}),
      ...(valid & SET.ATIME ? { accessedNs: valid & SET.ATIME_GIVEN ? accessed : ('now' as const) } : {}),
      ...(valid & SET.MTIME ? { modifiedNs: valid & SET.MTIME_GIVEN ? modified : ('now' as const) } : {}),
    };
    this.folder.change(fid.path, change);
  }

  #space(request: WireReader, answer: WireWriter): void {
    this.#fids.get(request.u32());
    const s = this.folder.space();
    answer.u32(STATFS.TYPE).u32(s.blockSize).u64(s.blocks).u64(s.free).u64(s.available).u64(s.files).u64(s.freeFiles);
    answer.u64(0).u32(STATFS.NAME_LENGTH);
  }

  #makeDirectory(request: WireReader, answer: WireWriter): void {
    const path = below(this.#fids.get(request.u32()).path, request.string());
    this.folder.makeDirectory(path, request.u32() & 0o7777);
    qid(answer, this.folder.status(path));
  }

  #makeLink(request: WireReader, answer: WireWriter): void {
    const path = below(this.#fids.get(request.u32()).path, request.string());
    this.folder.makeLink(path, request.string());
    qid(answer, this.folder.status(path));
  }

  /** Only regular files: the guest's devices and pipes are nothing to the host. */
  #makeNode(request: WireReader, answer: WireWriter): void {
    const path = below(this.#fids.get(request.u32()).path, request.string());
    const mode = request.u32();
    if ((mode & MODE.TYPE) !== MODE.REGULAR) throw new FileFault(ERRNO.EPERM);
    this.folder.create(path, openMode(OPEN.READ_WRITE), mode & 0o7777).close();
    qid(answer, this.folder.status(path));
  }

  #link(request: WireReader): void {
    const directory = this.#fids.get(request.u32());
    const existing = this.#fids.get(request.u32());
    this.folder.hardLink(existing.path, below(directory.path, request.string()));
  }

  #rename(request: WireReader): void {
    const fid = this.#fids.get(request.u32());
    const directory = this.#fids.get(request.u32());
    this.#move(fid.path, below(directory.path, request.string()));
  }

  #renameAt(request: WireReader): void {
    const from = below(this.#fids.get(request.u32()).path, request.string());
    this.#move(from, below(this.#fids.get(request.u32()).path, request.string()));
  }

  #move(from: FolderPath, to: FolderPath): void {
    if (from.length === 0) throw new FileFault(ERRNO.EBUSY);
    this.folder.rename(from, to);
    this.#fids.renamed(from, to);
  }

  #unlink(request: WireReader): void {
    const path = below(this.#fids.get(request.u32()).path, request.string());
    if (request.u32() & REMOVE_DIRECTORY) this.folder.removeDirectory(path);
    else this.folder.removeFile(path);
  }

  /** The fid is gone whether that succeeds or not. */
  #remove(request: WireReader): void {
    const number = request.u32();
    const { path } = this.#fids.get(number);
    this.#fids.remove(number);
    if ((this.folder.status(path).mode & MODE.TYPE) === MODE.DIRECTORY) this.folder.removeDirectory(path);
    else this.folder.removeFile(path);
  }

  #getLock(request: WireReader, answer: WireWriter): void {
    request.u32();
    request.u8();
    answer.u8(UNLOCKED).u64(request.u64()).u64(request.u64()).u32(request.u32()).string(request.string());
  }
}

/** A place one step further down. The host is never given a name that is more than a name. */
function below(path: FolderPath, name: string): FolderPath {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw new FileFault(ERRNO.EINVAL);
  return [...path, name];
}

function opened(fid: Fid): NonNullable<Fid['file']> {
  if (!fid.file) throw new FileFault(ERRNO.EBADF);
  return fid.file;
}

function openMode(flags: number): OpenMode {
  const access = flags & OPEN.ACCESS;
  return {
    read: access !== OPEN.WRITE_ONLY,
    write: access === OPEN.WRITE_ONLY || access === OPEN.READ_WRITE,
    append: (flags & OPEN.APPEND) !== 0,
    truncate: (flags & OPEN.TRUNCATE) !== 0,
    directory: (flags & OPEN.DIRECTORY) !== 0,
  };
}

/** type[1] version[4] path[8]: the version tells caches that a file changed. */
function qid(writer: WireWriter, status: FileStatus): void {
  const type = status.mode & MODE.TYPE;
  const version = Number(BigInt.asUintN(32, status.modifiedNs ^ (status.size << 8n)));
  writer
    .u8(type === MODE.DIRECTORY ? QID.DIRECTORY : type === MODE.LINK ? QID.LINK : QID.FILE)
    .u32(version)
    .u64(status.inode);
}
