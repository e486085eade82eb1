/** One file of a tar archive that a test writes. */
export interface TarMember {
  readonly path: string;
  readonly contents?: string | Uint8Array;
  readonly mode?: number;
  readonly owner?: number;
  readonly group?: number;
  /** ustar type; a file unless given. */
  readonly type?: string;
  readonly target?: string;
}

const RECORD = 512;

/** Writes a ustar archive (POSIX.1-1988, 10.1.1), independently of the reader under test. */
export function tarArchive(members: readonly TarMember[]): Uint8Array {
  const pieces = members.map(memberBytes);
  const archive = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 2 * RECORD));
  let offset = 0;
  for (const piece of pieces) {
    archive.set(piece, offset);
    offset += piece.length;
  }
  return archive;
}

function memberBytes({ path, contents = '', mode = 0o644, owner = 0, group = 0, type = '0', target = '' }: TarMember): Uint8Array {
  const data = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  const bytes = new Uint8Array(RECORD + Math.ceil(data.length / RECORD) * RECORD);
  const put = (offset: number, text: string): void => bytes.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  put(0, path);
  put(100, octal(mode, 7));
  put(108, octal(owner, 7));
  put(116, octal(group, 7));
  put(124, octal(data.length, 11));
  put(136, octal(1_000_000_000, 11));
  put(148, '        ');
  put(156, type);
  put(157, target);
  put(257, 'ustar\u000000');
  put(148, `${bytes.subarray(0, RECORD).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `); // prettier-ignore
  bytes.set(data, RECORD);
  return bytes;
}
