import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { BlockStore } from '../../bus/block-store.js';
import { ConfigError } from '../../config-error.js';
import { CopyOnWrite, MemoryClusters } from '../../devices/block/copy-on-write.js';
import { OverlayFile } from '../../devices/block/overlay-file.js';
import { RawImage } from '../../devices/block/raw-image.js';
import { NodeFile } from './node-file.js';
import type { NodeFileMode } from './node-file.js';

/** A disk image, and what becomes of the guest's changes to it. */
export interface DriveOptions {
  /** A raw image: its bytes are the disk's. */
  readonly path: string;
  /** Changes are kept in memory and gone with the machine; the image stays as it is. */
  readonly snapshot?: boolean;
  /** Changes go into this file, which is made when it is not there; the image stays as it is. */
  readonly overlay?: string;
  /** The guest cannot change anything. */
  readonly readOnly?: boolean;
}

/** A drive whose files are open. */
export interface Drive extends BlockStore {
  close(): void;
}

/** First bytes of images of other kinds, with the kind. */
const OTHER_FORMATS: readonly (readonly [string, string])[] = [
  ['QFI\xfb', 'qcow2'],
  ['KDMV', 'vmdk'],
  ['vhdxfile', 'vhdx'],
];

/**
 * Opens a disk image for `MachineConfig.drives`.
 * @throws ConfigError when it cannot be used
 */
export function openDrive(options: DriveOptions): Drive {
  const { path, snapshot = false, overlay, readOnly = false } = options;
  if (Number(snapshot) + Number(overlay !== undefined) + Number(readOnly) > 1) {
    throw new ConfigError('snapshot, overlay and readonly exclude each other', path, 'choose one');
  }
  const untouched = snapshot || readOnly || overlay !== undefined;
  const image = openFile(path, untouched ? 'read' : 'change');
  const files = [image];
  try {
    const raw = new RawImage(basename(path), image, untouched);
    const magic = String.fromCharCode(...image.read(0, 8));
    const other = OTHER_FORMATS.find(([start]) => magic.startsWith(start));
    if (other) throw new ConfigError(`this is a ${other[1]} image`, path, 'convert it: qemu-img convert -O raw');
    let store: BlockStore = raw;
    if (snapshot) store = new CopyOnWrite(raw, new MemoryClusters());
    if (overlay !== undefined) {
      if (sameFile(path, overlay)) throw new ConfigError('the overlay is the image itself', overlay, 'give another file');
      const changes = openFile(overlay, 'make');
      files.push(changes);
      store = new CopyOnWrite(raw, new OverlayFile(overlay, changes, raw.size));
    }
    return Object.assign(store, { close: () => files.forEach((file) => file.close()) });
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function openFile(path: string, mode: NodeFileMode): NodeFile {
  try {
    const status = statSync(path, { throwIfNoEntry: mode !== 'make' });
    if (status?.isDirectory()) throw new ConfigError('this is a folder', path, 'give a file');
    if (status && !status.isFile()) throw new ConfigError('this is no ordinary file', path, 'give a disk image');
    return new NodeFile(path, mode);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ConfigError('there is no such file', path, 'check the path');
    const mend = mode === 'change' ? 'check permissions, or use snapshot or readonly' : 'check permissions';
    throw new ConfigError(`the file cannot be opened (${code || String(error)})`, path, mend);
  }
}
