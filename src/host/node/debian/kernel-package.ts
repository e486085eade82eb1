import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import { runChild, type Environment } from '../child-programs.js';
import type { DebFile } from './deb-file.js';

/** Where packages have the kernel and its modules: Debian 12 and 13 in /boot and /lib, newer releases both in one folder below /usr. */
const KERNEL = /^boot\/vmlinux-(.+)$|^usr\/lib\/modules\/([^/]+)\/vmlinu[xz]$/;
const MODULE = /^(?:usr\/)?lib\/modules\/[^/]+\/(kernel\/.+\.ko)(\.xz)?$/;
/** Lists that depmod wants beside the modules. */
const MODULE_LIST = /^(?:usr\/)?lib\/modules\/[^/]+\/(modules\.(?:order|builtin|builtin\.modinfo))$/;

/** What the packages of a kernel hold. */
export interface KernelFiles {
  readonly release: string;
  readonly vmlinux: Uint8Array;
  /** Contents of module files by their paths below /lib/modules/RELEASE. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  /** Lists that come with the modules, by name. */
  readonly lists: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads kernel and modules out of Debian's packages.
 * @param wanted whether the module at a path below /lib/modules/RELEASE is
 * @param work a folder for files that have to be expanded
 * @throws ConfigError when there is no kernel in them
 */
export async function readKernelPackages(
  packages: readonly DebFile[],
  wanted: (path: string) => boolean,
  work: string,
  environment: Environment,
): Promise<KernelFiles> {
  let kernel: { release: string; vmlinux: Uint8Array } | undefined;
  const modules = new Map<string, Uint8Array>();
  const compressed = new Map<string, Uint8Array>();
  const lists = new Map<string, Uint8Array>();
  for (const file of packages) {
    const entries = file.files(({ path, type }) => {
      if (type !== 'file') return false;
      const module = MODULE.exec(path);
      return module ? wanted(module[1]) : KERNEL.test(path) || MODULE_LIST.test(path);
    });
    for await (const { path, contents } of entries) {
      if (!contents) continue;
      const module = MODULE.exec(path);
      if (module) (module[2] ? compressed : modules).set(module[1], contents);
      const list = MODULE_LIST.exec(path);
      if (list) lists.set(list[1], contents);
      const found = KERNEL.exec(path);
      if (found) kernel = { release: found[1] ?? found[2], vmlinux: contents };
    }
  }
  if (!kernel) throw new ConfigError('there is no kernel in the package', packages.map(({ path }) => path).join(', '), 'try --refresh');
  for (const [path, contents] of await expand(compressed, work, environment)) modules.set(path, contents);
  return { ...kernel, modules, lists };
}

/** Expands module files by the machine's own xz, all at once. */
async function expand(
  files: ReadonlyMap<string, Uint8Array>,
  work: string,
  environment: Environment,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (files.size === 0) return files;
  const folder = join(work, 'modules');
  mkdirSync(folder, { recursive: true });
  const paths = [...files.keys()];
  paths.forEach((path, index) => writeFileSync(join(folder, `${index}.xz`), files.get(path)!));
  // Names come through standard input: there may be more than fit into arguments.
  const input = paths.map((_, index) => `${index}.xz\n`).join('');
  const { status, errors } = await runChild('xz', ['--decompress', '--files'], { environment, folder, input });
  if (status !== 0) throw new ConfigError(`module files cannot be expanded (${errors.trim()})`, 'xz', 'try --refresh');
  const expanded = new Map(paths.map((path, index) => [path, new Uint8Array(readFileSync(join(folder, String(index))))]));
  return expanded;
}
