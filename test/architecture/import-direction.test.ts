import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, target } from './source-tree.js';

/** Imports of a folder that `allowed` does not let through, as `file imports what`. */
const violations = (folder: string, allowed: (imported: string, file: string) => boolean): string[] =>
  filesBelow(folder, '.ts').flatMap((file) =>
    importsOf(file.text)
      .map((specifier) => target(file, specifier))
      .filter((imported) => !allowed(imported, file.path))
      .map((imported) => `${file.path} imports ${imported}`),
  );
const inside =
  (...folders: string[]) =>
  (imported: string): boolean =>
    folders.some((folder) => imported.startsWith(`${folder}/`));

describe('import direction', () => {
  it('reads import statements of every kind', () => {
    const text = [
      "import a from 'one';",
      "import type { B } from './two.js';",
      'import {',
      '  C,',
      "} from '../three.js';",
      "import 'four';",
      "export * from './five.js';",
      "export type { D } from './six.js';",
      "const e = await import('./seven.js');",
      "new Worker(new URL('./eight.js', import.meta.url));",
      'const text = "no import from \'nine\'";',
    ].join('\n');
    expect(importsOf(text).sort()).toEqual(
      ['one', './two.js', '../three.js', 'four', './five.js', './six.js', './seven.js', './eight.js'].sort(),
    );
  });

  it('finds the files', () => {
    for (const folder of ['jit', 'runtime', 'src']) expect(filesBelow(folder, '.ts').length).toBeGreaterThan(5);
  });

  it('jit imports itself and binaryen', () => {
    const own = inside('jit');
    expect(violations('jit', (imported) => own(imported) || imported === 'binaryen')).toEqual([]);
  });

  it('runtime imports itself and jit', () => {
    expect(violations('runtime', inside('runtime', 'jit'))).toEqual([]);
  });

  it('src imports itself, runtime, jit and packages; Node only in cli and host/node', () => {
    const packages = new Set(['fflate', 'commander', 'cli-progress']);
    const own = inside('src', 'runtime', 'jit');
    const mayUseNode = inside('src/cli', 'src/host/node');
    expect(
      violations('src', (imported, file) => own(imported) || packages.has(imported) || (imported.startsWith('node:') && mayUseNode(file))),
    ).toEqual([]);
  });

  it('only the command line imports the command line', () => {
    const cli = inside('src/cli');
    expect(violations('src', (imported, file) => !cli(imported) || cli(file))).toEqual([]);
  });

  it('a device imports the bus, its own folder, what PCI functions plug into, and nothing else of ours', () => {
    const pciSlot = ['pci-bus', 'pci-config-space', 'msi-x'].map((name) => `src/devices/pci/${name}.js`);
    const outside = ['src/config-error.js', ...pciSlot];
    expect(
      violations('src/devices', (imported, file) => {
        const ownFolder = file.split('/').slice(0, 3).join('/');
        return imported.startsWith('src/bus/') || imported.startsWith(`${ownFolder}/`) || outside.includes(imported);
      }),
    ).toEqual([]);
  });

  it('nothing that is shipped imports tests, benches or tools', () => {
    const never = inside('test', 'bench', 'tools');
    for (const folder of ['jit', 'runtime', 'src']) expect(violations(folder, (imported) => !never(imported))).toEqual([]);
  });
});
