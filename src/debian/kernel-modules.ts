import { ConfigError } from '../config-error.js';

/** A loadable kernel module and what it says of itself. */
export interface KernelModule {
  /** Name as the kernel knows it: with underscores. */
  readonly name: string;
  /** Path below /lib/modules/RELEASE, such as kernel/fs/ext4/ext4.ko. */
  readonly path: string;
  readonly contents: Uint8Array;
  /** Names of modules whose symbols it uses. */
  readonly depends: readonly string[];
  /** Names or aliases of modules to load before it, which it may do without. */
  readonly softDepends: readonly string[];
  /** Patterns of what it drives or provides. */
  readonly aliases: readonly string[];
}

/** Names of modules are written with either; the kernel takes them for the same. */
export function moduleName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko$/, '')
    .replaceAll('-', '_');
}

/** The module in a file. Its description is the section .modinfo: texts `key=value`, each ended by a zero byte (Linux, include/linux/moduleparam.h). */
export function readModule(path: string, contents: Uint8Array): KernelModule {
  const values = (key: string): string[] => modinfoValues(contents, key);
  return {
    name: moduleName(path),
    path,
    contents,
    depends: values('depends').flatMap((list) => list.split(',')).filter((name) => name !== '').map(moduleName),
    softDepends: values('softdep').flatMap((text) => /^pre:\s*(.*?)(\s+post:.*)?$/.exec(text)?.[1].split(/\s+/) ?? []),
    aliases: values('alias'),
  }; // prettier-ignore
}

/** Values of one key among the zero-terminated texts of a module file. */
function modinfoValues(contents: Uint8Array, key: string): string[] {
  const values: string[] = [];
  const pattern = [...new TextEncoder().encode(`${key}=`)];
  for (let at = contents.indexOf(pattern[0]); at >= 0; at = contents.indexOf(pattern[0], at + 1)) {
    if (at > 0 && contents[at - 1] !== 0) continue;
    if (!pattern.every((byte, index) => contents[at + index] === byte)) continue;
    const start = at + pattern.length;
    const end = contents.indexOf(0, start);
    values.push(new TextDecoder().decode(contents.subarray(start, end < 0 ? undefined : end)));
  }
  return values;
}

/**
 * The modules of these names and all that they need, in an order in which they can be loaded.
 * @param names wanted; those that the kernel has built in or does not have are left out
 * @throws ConfigError when a module needs one that is not among `available`
 */
export function moduleClosure(names: readonly string[], available: readonly KernelModule[], where: string): KernelModule[] {
  const byName = new Map(available.map((module) => [module.name, module]));
  const chosen = new Set<KernelModule>();
  const visit = (module: KernelModule): void => {
    if (chosen.has(module)) return;
    for (const name of module.depends) {
      const needed = byName.get(name);
      if (!needed) throw new ConfigError(`module ${module.name} needs ${name}, which is missing`, where, 'fetch the kernel package again');
      visit(needed);
    }
    for (const soft of module.softDepends) available.filter(({ name, aliases }) => name === soft || aliases.includes(soft)).forEach(visit);
    chosen.add(module);
  };
  for (const name of names) {
    const module = byName.get(name);
    if (module) visit(module);
  }
  return [...chosen];
}

/** The file modules.dep for modprobe: each path with all that must be loaded before, last first (modules.dep(5)). */
export function modulesDep(modules: readonly KernelModule[]): string {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const needs = (module: KernelModule, seen: Set<KernelModule>): Set<KernelModule> => {
    for (const name of module.depends) {
      const needed = byName.get(name)!;
      needs(needed, seen);
      seen.add(needed);
    }
    return seen;
  };
  return modules
    .map((module) => `${module.path}:${[...needs(module, new Set())].reverse().map(({ path }) => ` ${path}`).join('')}\n`)
    .join(''); // prettier-ignore
}

/** The file modules.alias: which module serves a device or a request of the kernel. */
export function modulesAlias(modules: readonly KernelModule[]): string {
  return modules.flatMap(({ name, aliases }) => aliases.map((alias) => `alias ${alias} ${name}\n`)).join('');
}
