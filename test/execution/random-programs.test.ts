import { describe, expect, it } from 'vitest';
import { randomProgram, type ProgramKind } from '../support/random-program.js';
import { checkPrograms } from './check-programs.js';

const KINDS: Readonly<Record<string, ProgramKind>> = {
  'integer programs': { faults: false, floats: false },
  'programs that fault': { faults: true, floats: false },
  'floating-point programs that fault': { faults: true, floats: true },
  'programs that patch themselves': { faults: false, floats: false, patches: true },
  'interrupted programs': { faults: true, floats: true, interrupts: true },
};

describe('random programs', () => {
  it.each(Object.entries(KINDS))('%s: compiled code does what the interpreter does', (name, kind) => {
    const { failures, compiledShare } = checkPrograms(name, kind, 40, 2500);
    expect(failures).toEqual([]);
    expect(compiledShare).toBeGreaterThan(kind.patches ? 0.2 : 0.5);
  });

  it('differ from seed to seed', () => {
    const kind = { faults: true, floats: true };
    expect(new Set([1, 2, 3].map((n) => randomProgram(`${n}`, kind).lines.join())).size).toBe(3);
  });
});
