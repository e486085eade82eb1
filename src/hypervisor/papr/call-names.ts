import * as calls from './call-numbers.js';
import * as tableCalls from './hpt-call-numbers.js';

/** What is less is a status. */
const FIRST_CALL = 4;

const PAPR = new Map(
  Object.entries<number>({ ...calls, ...tableCalls })
    .filter(([, number]) => number >= FIRST_CALL)
    .map(([name, number]) => [number, name]),
);

/** Name of a hypercall of PAPR by its number in r3, or the number. */
export const paprCallName = (number: number): string => PAPR.get(number) ?? `0x${number.toString(16)}`;
