import { randomProgram, type ProgramKind } from '../support/random-program.js';
import { compareModes, listing, shrink } from './compare-modes.js';

/** Failures shown in full; each costs a search for the smallest program. */
const SHOWN = 3;

/**
 * Runs random programs of one kind in both modes.
 * @param name begins the seeds: equal names, equal programs
 * @returns failures as the smallest failing programs, and the share of instructions that ran as compiled code
 */
export function checkPrograms(
  name: string,
  kind: ProgramKind,
  programs: number,
  instructions: number,
): { failures: string[]; compiledShare: number } {
  const failures: string[] = [];
  let compiled = 0;
  for (let n = 0; n < programs && failures.length < SHOWN; n++) {
    const program = randomProgram(`${name} ${n}`, kind);
    const options = { threshold: 1 + (n % 3) };
    const result = compareModes(program, instructions, options);
    compiled += result.compiled;
    if (result.difference === '') continue;
    const smallest = shrink(program, (p) => compareModes(p, instructions, options).difference !== '');
    failures.push(`seed ${program.seed}: ${compareModes(smallest, instructions, options).difference}\n  ${listing(smallest)}`);
  }
  return { failures, compiledShare: compiled / (programs * instructions) };
}
