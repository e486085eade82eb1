import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import { relationNames, type ControlParagraph } from '../../../debian/control-file.js';
import { buildInitrd, INITRD_MODULES } from '../../../debian/initrd.js';
import { moduleClosure, readModule } from '../../../debian/kernel-modules.js';
import type { StepProgress } from '../../../debian/step-progress.js';
import type { Environment } from '../child-programs.js';
import { DebFile, sha256OfFile } from './deb-file.js';
import { MANIFEST_FILE, type FetchedPackage, type GuestCache, type GuestManifest, type GuestSet } from './guest-cache.js';
import { readKernelPackages } from './kernel-package.js';
import { PrivateApt } from './private-apt.js';

/** Debian's package that depends on the newest kernel for POWER8 and later. */
const KERNEL_PACKAGE = 'linux-image-powerpc64le';
const BUSYBOX_PACKAGE = 'busybox-static';
/** Dependencies of the kernel's package that hold parts of it. */
const KERNEL_PART = /^linux-(image|modules|binary)-\d/;

/** Where modules lie that the initial RAM disk may want; the others are not even read. */
const CANDIDATES = /^kernel\/(arch|crypto|fs|lib|net\/(9p|core|packet)|drivers\/(block|char|net\/[^/]+\.ko|net\/ethernet\/ibm|virtio))/;

const DHCP_SCRIPT = 'usr/share/doc/busybox-static/examples/udhcp/simple.script';
const BUSYBOX_PROGRAM = /^(usr\/)?bin\/busybox$/;

/** Folder of a set that keeps the packages, so that the rest can be made again without a network. */
const PACKAGES_FOLDER = 'packages';

/** What fetching needs. */
export interface GetDebianOptions {
  readonly cache: GuestCache;
  readonly environment: Environment;
  readonly progress: StepProgress;
  /** Script of the first process of the initial RAM disk. */
  readonly init: Uint8Array;
  /** Fetch again what is there. */
  readonly refresh: boolean;
}

/**
 * Debian's unmodified kernel for ppc64el and an initial RAM disk with busybox, from the cache or else from Debian.
 * @throws ConfigError when they cannot be fetched; the cache then is as before
 */
export async function getDebian(options: GetDebianOptions): Promise<GuestSet> {
  const { cache, progress, refresh } = options;
  const recipe = recipeOf(options.init);
  const cached = refresh ? undefined : cache.read();
  if (cached && (await isWhole(cached))) {
    if (cached.manifest.recipe === recipe) return cached;
    progress.note('the initial RAM disk is made anew for this version of powerjit');
    return cache.withWorkFolder((work) => {
      const set = join(work, 'set');
      mkdirSync(join(set, PACKAGES_FOLDER), { recursive: true });
      for (const name of packageFiles(cached)) link(name, join(set, PACKAGES_FOLDER));
      return finish(set, cached.manifest.packages, work, recipe, options);
    });
  }
  if (cached) progress.note(`${cached.folder} is incomplete: fetching again`);
  return cache.withWorkFolder(async (work) => {
    const set = join(work, 'set');
    mkdirSync(join(set, PACKAGES_FOLDER), { recursive: true });
    const packages = await fetchPackages(join(work, 'apt'), join(set, PACKAGES_FOLDER), options);
    return finish(set, packages, work, recipe, options);
  });
}

/** The packages of a set that hold kernel and modules. */
export function kernelPackages(set: GuestSet, environment: Environment): DebFile[] {
  return packageFiles(set).filter((path) => /\/linux-[^/]*$/.test(path)).map((path) => new DebFile(path, environment));
} // prettier-ignore

function packageFiles({ folder }: Pick<GuestSet, 'folder'>): string[] {
  const packages = join(folder, PACKAGES_FOLDER);
  return readdirSync(packages).sort().map((name) => join(packages, name));
} // prettier-ignore

/** A second name for a file, or a copy where the file system has no second names. */
function link(path: string, folder: string): void {
  const to = join(folder, path.slice(path.lastIndexOf('/') + 1));
  try {
    linkSync(path, to);
  } catch {
    copyFileSync(path, to);
  }
}

/** Whether every file of a set is there and as it was when it was made. */
async function isWhole({ folder, manifest }: GuestSet): Promise<boolean> {
  try {
    for (const [name, sum] of Object.entries(manifest.files)) if ((await sha256OfFile(join(folder, name))) !== sum) return false;
    return manifest.packages.length > 0 && 'vmlinux' in manifest.files && 'initrd' in manifest.files;
  } catch {
    return false;
  }
}

async function fetchPackages(aptFolder: string, folder: string, { environment, progress }: GetDebianOptions): Promise<FetchedPackage[]> {
  mkdirSync(aptFolder);
  const apt = new PrivateApt(aptFolder, environment, progress);
  await apt.update();
  const [kernel, busybox] = await apt.show([KERNEL_PACKAGE, BUSYBOX_PACKAGE]);
  const wanted = [...(await kernelParts(apt, kernel)), busybox];
  const names = wanted.map((paragraph) => `${paragraph.get('Package')}=${paragraph.get('Version')}`);
  const bytes = wanted.reduce((sum, paragraph) => sum + Number(paragraph.get('Size') ?? 0), 0);
  await apt.download(names, folder, `${names[0].replace('=', ' ')} and busybox, ${(bytes / 1e6).toFixed(0)} MB`);
  return Promise.all(wanted.map((paragraph) => checkPackage(paragraph, folder)));
}

/** The packages that hold the kernel and its modules: what the kernel's package depends on, and what these do. */
async function kernelParts(apt: PrivateApt, kernel: ControlParagraph): Promise<ControlParagraph[]> {
  const parts: ControlParagraph[] = [];
  let open: readonly ControlParagraph[] = [kernel];
  while (open.length > 0) {
    const names = new Set(open.flatMap((paragraph) => relationNames(paragraph.get('Depends') ?? '')).filter((name) => KERNEL_PART.test(name)));
    const fresh = [...names].filter((name) => !parts.some((paragraph) => paragraph.get('Package') === name));
    open = fresh.length > 0 ? await apt.show(fresh) : [];
    parts.push(...open);
  }
  return parts;
} // prettier-ignore

/** Compares a fetched package with Debian's list once more: apt has done so, but the file has lain on a disk since. */
async function checkPackage(paragraph: ControlParagraph, folder: string): Promise<FetchedPackage> {
  const name = paragraph.get('Package')!;
  const version = paragraph.get('Version')!;
  const file = readdirSync(folder).find((candidate) => candidate.startsWith(`${name}_`));
  const sha256 = file === undefined ? undefined : await sha256OfFile(join(folder, file));
  if (sha256 === undefined || sha256 !== paragraph.get('SHA256')) {
    throw new ConfigError(`${name} ${version} does not match Debian's list of packages`, 'get debian', 'try again');
  }
  return { name, version, sha256 };
}

/** Makes the files of a set from its packages, and the set the newest one. */
async function finish(
  set: string,
  packages: readonly FetchedPackage[],
  work: string,
  recipe: string,
  { cache, environment, progress, init }: GetDebianOptions,
): Promise<GuestSet> {
  progress.step('kernel and initial RAM disk');
  const debs = packageFiles({ folder: set });
  const [busyboxPackage] = debs.filter((path) => path.includes(`/${BUSYBOX_PACKAGE}_`));
  const kernelFiles = debs.filter((path) => path !== busyboxPackage).map((path) => new DebFile(path, environment));
  const { release, vmlinux, modules } = await readKernelPackages(kernelFiles, (path) => CANDIDATES.test(path), work, environment);
  progress.share(0.5);
  const { busybox, dhcpScript } = await readBusybox(new DebFile(busyboxPackage, environment));
  const available = [...modules].map(([path, contents]) => readModule(path, contents));
  const initrd = buildInitrd({ release, busybox, dhcpScript, init, modules: moduleClosure(INITRD_MODULES, available, release) });
  const contents = { vmlinux, initrd };
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(set, name), bytes);
  const files = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, sha256(bytes)]));
  const manifest: GuestManifest = { packages, release, recipe, files };
  writeFileSync(join(set, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return cache.publish(set);
}

async function readBusybox(file: DebFile): Promise<{ busybox: Uint8Array; dhcpScript: Uint8Array }> {
  let busybox: Uint8Array | undefined;
  let dhcpScript: Uint8Array | undefined;
  for await (const { path, contents } of file.files((entry) => BUSYBOX_PROGRAM.test(entry.path) || entry.path === DHCP_SCRIPT)) {
    if (contents && path === DHCP_SCRIPT) dhcpScript = contents;
    else if (contents) busybox = contents;
  }
  if (!busybox || !dhcpScript) throw new ConfigError('busybox or its DHCP script is not in the package', file.path, 'try --refresh');
  return { busybox, dhcpScript };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Changes whenever an initial RAM disk made from the same packages would: it is that of a disk without packages. */
function recipeOf(init: Uint8Array): string {
  const empty = new Uint8Array();
  const skeleton = buildInitrd({ release: '', busybox: empty, dhcpScript: empty, init, modules: [] });
  return sha256(new TextEncoder().encode(`${sha256(skeleton)} ${INITRD_MODULES.join(' ')}`));
}

/** The kernel file of a set. */
export function kernelOf({ folder }: GuestSet): string {
  return join(folder, 'vmlinux');
}

/** The initial RAM disk of a set. */
export function initrdOf({ folder }: GuestSet): string {
  return join(folder, 'initrd');
}

/** The script of the first process as the package has it. */
export function readInit(packageRoot: URL): Uint8Array {
  return new Uint8Array(readFileSync(new URL('guests/debian/init', packageRoot)));
}
