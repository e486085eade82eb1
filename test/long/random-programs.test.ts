import { expect, it } from 'vitest';
import { checkPrograms } from '../execution/check-programs.js';

it.each([
  ['long integer programs', { faults: false, floats: false }],
  ['long programs that fault', { faults: true, floats: false }],
  ['long floating-point programs', { faults: true, floats: true }],
] as const)('2,000 %s: compiled code does what the interpreter does', (name, kind) => {
  expect(checkPrograms(name, kind, 2000, 6000).failures).toEqual([]);
});
