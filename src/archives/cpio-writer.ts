/** Permission and type bits of a file, as POSIX `st_mode` has them. */
export const FILE_TYPE = { directory: 0o040000, character: 0o020000, regular: 0o100000, link: 0o120000 } as const;

/** newc: magic, then 13 fields of 8 hexadecimal digits (Linux, Documentation/driver-api/early-userspace/buffer-format). */
const MAGIC = '070701';
const HEADER_BYTES = MAGIC.length + 13 * 8;
const TRAILER_NAME = 'TRAILER!!!';
const ALIGNMENT = 4;

/** One file of an archive; owned by root, without a date. */
export interface CpioEntry {
  /** Path without a slash at its beginning. */
  readonly path: string;
  /** Type and permission bits. */
  readonly mode: number;
  /** Contents of a file, target of a link; nothing for others. */
  readonly contents?: Uint8Array;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
}

/** The directory entry at `path`. */
export function cpioDirectory(path: string, permissions = 0o755): CpioEntry {
  return { path, mode: FILE_TYPE.directory | permissions };
}

/** A file with its contents. */
export function cpioFile(path: string, contents: Uint8Array, permissions = 0o644): CpioEntry {
  return { path, mode: FILE_TYPE.regular | permissions, contents };
}

/** A symbolic link to `target`. */
export function cpioLink(path: string, target: string): CpioEntry {
  return { path, mode: FILE_TYPE.link | 0o777, contents: new TextEncoder().encode(target) };
}

/** A character device. */
export function cpioDevice(path: string, major: number, minor: number, permissions = 0o600): CpioEntry {
  return { path, mode: FILE_TYPE.character | permissions, device: [major, minor] };
}

/**
 * Writes a cpio archive in the format newc, as Linux unpacks it into its initial RAM disk. Equal entries give equal bytes.
 * Folders must stand before what lies in them.
 */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const all = [...entries, { path: TRAILER_NAME, mode: 0 }].map((entry, index) => ({ entry, name: encodeName(entry.path), index }));
  const lengths = all.map(({ entry, name }) => align(HEADER_BYTES + name.length) + align(entry.contents?.length ?? 0));
  const archive = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const { entry, name, index } of all) {
    archive.set(new TextEncoder().encode(header(entry, name.length, index)), offset);
    archive.set(name, offset + HEADER_BYTES);
    if (entry.contents) archive.set(entry.contents, offset + align(HEADER_BYTES + name.length));
    offset += lengths[index];
  }
  return archive;
}

const align = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function encodeName(path: string): Uint8Array {
  return new TextEncoder().encode(`${path}\0`);
}

function header({ mode, contents, device }: CpioEntry, nameBytes: number, index: number): string {
  const inode = index + 1;
  const links = (mode & 0o170000) === FILE_TYPE.directory ? 2 : 1;
  const [major, minor] = device ?? [0, 0];
  // Inode, mode, owner, group, links, time, size, device of the file (2), device it is (2), length of the name, check sum.
  const fields = [inode, mode, 0, 0, links, 0, contents?.length ?? 0, 0, 0, major, minor, nameBytes, 0];
  return MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
}
