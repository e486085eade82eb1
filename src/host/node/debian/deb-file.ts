import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { readTar, type TarEntry } from '../../../archives/tar-reader.js';
import { childOutput, type Environment } from '../child-programs.js';

const MEND = 'the package is damaged: fetch it again with --refresh';

/** A Debian package in a file (deb(5)), read by the machine's own dpkg-deb. */
export class DebFile {
  constructor(
    readonly path: string,
    readonly environment: Environment,
  ) {}

  /**
   * The files of the package.
   * @param wanted whose contents are wanted
   * @throws ConfigError when the package is damaged, or there is no dpkg-deb
   */
  files(wanted: (entry: TarEntry) => boolean): AsyncGenerator<TarEntry> {
    return this.#read('--fsys-tarfile', wanted);
  }

  /** The control files of the package (scripts, lists, the control file itself) by name. */
  async control(): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for await (const { path, contents } of this.#read('--ctrl-tarfile', ({ type }) => type === 'file')) {
      if (contents) files.set(path, contents);
    }
    return files;
  }

  #read(part: string, wanted: (entry: TarEntry) => boolean): AsyncGenerator<TarEntry> {
    const stream = childOutput('dpkg-deb', [part, this.path], { environment: this.environment }, MEND);
    return readTar(stream, wanted, basename(this.path));
  }
}

/** The SHA-256 of a file, as hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
