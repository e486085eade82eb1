import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';

/** Files under a path (a file or a folder), relative to the package's folder. */
function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => filesUnder(join(path, entry.name)));
}

/**
 * A hash of names and contents: it changes when a step has to be done again.
 * @param {readonly string[]} paths files and folders, relative to the package's folder
 * @param {(path: string) => boolean} [wanted]
 */
export function fingerprint(paths, wanted = () => true) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder).filter(wanted).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The fingerprints of the steps done last, kept in dist so that removing it forgets them. */
export class DoneSteps {
  #path = join(ROOT, 'dist/build-steps.json');
  #done;

  constructor() {
    this.#done = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, 'utf8')) : {};
  }
  isDone(step, print, products) {
    return this.#done[step] === print && products.every((product) => existsSync(join(ROOT, product)));
  }
  record(step, print) {
    this.#done[step] = print;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, `${JSON.stringify(this.#done, null, 2)}\n`);
  }
}
