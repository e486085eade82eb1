import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Folders that are produced or not ours. */
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'coverage', 'results', 'api']);

/** A file of the project. */
export interface SourceFile {
  /** relative to the package's folder, with / between names */
  readonly path: string;
  readonly text: string;
}

/** Files below a folder whose names end in one of the endings. */
export function filesBelow(folder: string, ...endings: readonly string[]): SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(path, ...endings);
    if (!endings.some((ending) => entry.name.endsWith(ending))) return [];
    return [{ path: relative('.', path).split(sep).join('/'), text: readFileSync(join(ROOT, path), 'utf8') }];
  });
}

/** What a TypeScript or JavaScript file imports, exports from or loads on demand, as written. */
export function importsOf(text: string): string[] {
  // Statements begin their line; the words inside strings and comments do not look like this.
  const statement = /^\s*(?:import|export)\b(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
  const onDemand = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  const worker = /\bnew URL\(\s*['"](\.[^'"\n]+)['"]\s*,\s*import\.meta\.url/g;
  return [statement, onDemand, worker].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
}

/** The folders and names of an import, from the package's folder; packages and Node's modules as they are written. */
export function target(from: SourceFile, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = relative(ROOT, resolve(ROOT, from.path, '..', specifier))
    .split(sep)
    .join('/');
  // A worker's file is named as it is built; what counts is its source.
  return path.replace(/^dist\//, '');
}
