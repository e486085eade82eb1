import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import {
  DISK_LABEL,
  DISK_MODULES,
  DISK_PACKAGES,
  diskSettings,
  FIRST_BOOT_SCRIPT,
  MERGED_PACKAGE,
  sourceLines,
} from '../../../debian/disk-contents.js';
import { conffilesOf, dpkgDatabase, type UnpackedPackage } from '../../../debian/dpkg-database.js';
import type { StepProgress } from '../../../debian/step-progress.js';
import type { Environment } from '../child-programs.js';
import { DebFile } from './deb-file.js';
import { makeDiskImage, requireDiskTools } from './disk-image.js';
import type { GuestCache, GuestSet } from './guest-cache.js';
import { kernelPackages } from './get-debian.js';
import { readKernelPackages } from './kernel-package.js';
import { PrivateApt } from './private-apt.js';
import { RootTree } from './root-tree.js'; // prettier-ignore

/** What a disk is made of. */
export interface GetDiskOptions {
  readonly cache: GuestCache;
  readonly environment: Environment;
  readonly progress: StepProgress;
  /** Kernel packages whose modules the disk gets. */
  readonly set: GuestSet;
  /** The image to make; must not exist. */
  readonly file: string;
  readonly bytes: number;
  /** Further packages. */
  readonly include: readonly string[];
  /** Script that sets up the packages at the first start. */
  readonly firstBoot: Uint8Array;
}

/**
 * Makes a disk image with a Debian system: its packages' files are in place, and the first start in the guest sets them up.
 * @throws ConfigError when the file exists, a package is not to be had, or a program is missing; no image is left then
 */
export async function getDebianDisk(options: GetDiskOptions): Promise<void> {
  const { cache, file, environment } = options;
  requireNewFile(file);
  await requireDiskTools(environment);
  await cache.withWorkFolder(async (work) => {
    const image = join(dirname(file), `.${basename(file)}-${randomBytes(4).toString('hex')}`);
    try {
      await fillImage(image, work, options);
      publishImage(image, file);
    } finally {
      rmSync(image, { force: true });
    }
  });
}

/** A user's disk is never replaced: it may hold work. */
function requireNewFile(file: string): void {
  if (existsSync(file)) throw new ConfigError('this file exists already', file, 'give another name, or remove it first');
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new ConfigError('the folder for it does not exist', file, 'make it first');
} // prettier-ignore

/** Gives the finished image its name, unless another process has made one of this name meanwhile. */
function publishImage(image: string, file: string): void {
  try {
    linkSync(image, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'EEXIST' && !existsSync(file)) renameSync(image, file);
    else throw new ConfigError('this file has been made meanwhile', file, 'give another name');
  }
}

async function fillImage(image: string, work: string, options: GetDiskOptions): Promise<void> {
  const { environment, progress, set, include, firstBoot, bytes } = options;
  const aptFolder = join(work, 'apt');
  mkdirSync(aptFolder);
  const apt = new PrivateApt(aptFolder, environment, progress);
  await apt.update();
  const merged = await apt.show([MERGED_PACKAGE]).then(
    () => [MERGED_PACKAGE],
    () => [],
  );
  await apt.downloadWithDependencies([...DISK_PACKAGES, ...merged, ...include], 'packages');
  const sources = sourceLines(await apt.sources());

  const folder = join(work, 'tree');
  mkdirSync(folder);
  const tree = new RootTree(folder);
  await unpack(apt.archives, tree, options);
  progress.step('modules and settings');
  const kernel = await readKernelPackages(kernelPackages(set, environment), (path) => DISK_MODULES.test(path), work, environment);
  const modules = `usr/lib/modules/${kernel.release}`;
  for (const [path, contents] of [...kernel.modules, ...kernel.lists]) tree.write(`${modules}/${path}`, contents);
  for (const [path, text] of diskSettings(sources)) tree.write(path, text);
  tree.write(FIRST_BOOT_SCRIPT, firstBoot, 0o755);
  tree.finish();
  progress.step('file system');
  await makeDiskImage(image, { tree: folder, owners: tree.misowned(), bytes, label: DISK_LABEL, work, environment });
}

/** Puts the files of all packages in their places, with dpkg's database about them. */
async function unpack(archives: string, tree: RootTree, { environment, progress }: GetDiskOptions): Promise<void> {
  const names = readdirSync(archives).filter((name) => name.endsWith('.deb')).sort();
  progress.step(`unpacking ${names.length} packages`);
  const packages: UnpackedPackage[] = [];
  for (const [index, name] of names.entries()) {
    packages.push(await unpackOne(new DebFile(join(archives, name), environment), tree));
    progress.share((index + 1) / names.length);
  }
  for (const [path, contents] of dpkgDatabase(packages)) tree.write(path, contents, isScript(path) ? 0o755 : 0o644);
} // prettier-ignore

async function unpackOne(file: DebFile, tree: RootTree): Promise<UnpackedPackage> {
  const control = await file.control();
  const conffiles = new Set(conffilesOf({ control }));
  const unpacked = { control, entries: [] as UnpackedPackage['entries'][number][], md5: new Map<string, string>() };
  for await (const entry of file.files(({ type }) => type === 'file')) {
    const sum = tree.add(entry);
    if (sum !== undefined && conffiles.has(entry.path)) unpacked.md5.set(entry.path, sum);
    // The contents are on the disk now.
    unpacked.entries.push({ ...entry, contents: undefined });
  }
  return unpacked;
}

/** Scripts of packages among dpkg's files (deb-preinst(5) and its like). */
function isScript(path: string): boolean {
  return /\/info\/[^/]+\.(preinst|postinst|prerm|postrm|config)$/.test(path);
}
