import { expect, it } from 'vitest';
import { checkPrograms } from '../execution/check-programs.js';

it.each([
  ['long integer programs', { faults: false, floats: false }],
  ['long programs that fault', { faults: true, floats: false }],
  ['long floating-point programs', { faults: true, floats: true }],
  ['long programs that patch themselves', { faults: true, floats: false, patches: true }],
  ['long interrupted programs', { faults: true, floats: true, interrupts: true }],
] as const)('300 %s: compiled code does what the interpreter does', (name, kind) => {
  expect(checkPrograms(name, kind, 300, 6000).failures).toEqual([]);
});
