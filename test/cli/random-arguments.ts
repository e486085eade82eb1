import fc from 'fast-check';

const OPTIONS = [
  ...['--machine', '--cpu', '--memory', '--smp', '--kernel', '--initrd', '--dtb', '--append', '--mode', '--jit-threshold', '--jit-sync'],
  ...[
    '--icount',
    '--start-time',
    '--paravirt',
    '--until',
    '--timeout',
    '--stats',
    '--trace',
    '--start',
    '--count',
    '--base',
    '--msr',
    '--help',
  ],
  ...['--refresh', '--disk', '--size', '--include'],
];
const VALUES = [
  'bamboo',
  '440EP',
  '128M',
  '1',
  '0',
  '-1',
  'jit',
  'interp',
  'on',
  'off',
  'mmu',
  'all',
  '0x1000',
  '.',
  '/dev/null',
  '',
  'package.json',
  '0.001',
];
const COMMANDS = ['run', 'help', 'machines', 'disasm', 'dump', 'get', 'debian'];

/** Almost right argument lists: words of the command line, mutated and in any order. */
export const randomArguments = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...OPTIONS) },
    { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 2, arbitrary: fc.constantFrom(...COMMANDS) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...OPTIONS), fc.constantFrom(...VALUES)).map(([option, value]) => `${option}=${value}`) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: 'binary' }) },
  ),
  { maxLength: 8 },
); // prettier-ignore

/** The same arguments with every file that would be written put at `path`. */
export function redirectWrites(args: readonly string[], path: string): string[] {
  return args.map((word, k) => (args[k - 1] === '--stats' ? path : word.startsWith('--stats=') ? `--stats=${path}` : word));
}
