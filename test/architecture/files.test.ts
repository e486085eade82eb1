import { describe, expect, it } from 'vitest';
import { filesBelow } from './source-tree.js';

const CODE = ['.ts', '.mjs', '.js', '.c', '.h', '.S', '.sh'];
const FOLDERS = ['jit', 'runtime', 'src', 'test', 'tools', 'bench', 'guests', 'bin'];
const code = FOLDERS.flatMap((folder) => filesBelow(folder, ...CODE));
const prose = [...filesBelow('docs', '.md'), ...FOLDERS.flatMap((folder) => filesBelow(folder, '.md'))];

const MAXIMUM_LINES = 500;
/** Folders whose names say nothing about what is inside. */
const EMPTY_NAMES = /(^|\/)(utils?|helpers?|misc|common|stuff)(\/|\.|-)/;

describe('files', () => {
  it('are found', () => expect(code.length).toBeGreaterThan(100));

  it(`have at most ${MAXIMUM_LINES} lines`, () => {
    const long = code.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > MAXIMUM_LINES);
    expect(long).toEqual([]);
  });

  it('have names in kebab-case that say what is inside', () => {
    const name = /^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|bench|d))?\.[a-zA-Z]+$/;
    expect(code.map(({ path }) => path).filter((path) => !name.test(path) || EMPTY_NAMES.test(path))).toEqual([]);
  });

  it('name no path of one machine', () => {
    // Roots of home and scratch folders; guests' own paths (/dev, /proc, /etc) are not meant.
    const machinePath = /(?<![\w.$}])\/(work|tmp|home|root|Users|mnt|opt)\/[\w.]/;
    const found = [...code, ...prose].flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (machinePath.test(line) && !line.includes('machinePath') ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    ); // prettier-ignore
    expect(found).toEqual([]);
  });

  it('leave no work for later', () => {
    const words = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].map((word) => `\\b${word}\\b`).join('|'));
    expect(code.filter(({ text }) => words.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
