/** Compares what a stream left in two emulators, step by step. */
import { FPSCR } from '../../jit/isa/registers.js';
import type { Architecture } from './architecture.js';
import { isReservation, type Case, type Explanation } from './case.js';
import { explain } from './explained.js';
import type { Placement } from './image.js';
import { differences, dumpsOf, type Difference, type State } from './state.js';
import { withTarget } from './stream.js';

/** A difference that nothing explains. */
export interface Unexplained {
  readonly placement: Placement;
  /** Number of the instruction after which it shows; of a straight stream, of the last. */
  readonly number: number;
  readonly before: State;
  readonly ours: State;
  readonly qemu: State;
  readonly differences: readonly Difference[];
}

/** What comparing one placement found. */
export interface Comparison {
  /** Instructions whose states were compared. */
  readonly compared: number;
  /** Reasons for differences, one for each word that differs. */
  readonly explanations: readonly Explanation[];
  /** Some state differs, for whatever reason. */
  readonly differs: boolean;
  readonly unexplained: Unexplained | undefined;
}

/** Status bits that no later instruction computes with: a stream goes on with them different. */
const STATUS = [FPSCR.FR, FPSCR.FI, FPSCR.C, FPSCR.FL, FPSCR.FG, FPSCR.FE, FPSCR.FU].reduce((mask, bit) => (mask | bit.mask) >>> 0, 0);
const isStatus =
  ({ words }: Architecture) =>
  (d: Difference): boolean =>
    d.word === words.fpscr && (d.bits & ~STATUS) === 0;

/** What is different now and was not so before. */
function fresh(c: Case, now: readonly Difference[]): Difference[] {
  const { fpscr, exceptionFpscr } = c.arch.words;
  return now.flatMap((d) => {
    // The FPSCR, bit by bit; also as an exception found it.
    const isFpscr = d.word === fpscr || d.word === exceptionFpscr;
    const old = c.known.find((k) => k.word === (isFpscr ? fpscr : d.word));
    if (!old) return [d];
    if (isFpscr) {
      const bits = (d.bits & ~old.bits) >>> 0;
      return bits === 0 ? [] : [{ word: d.word, bits }];
    }
    return old.bits === d.bits && c.ours[d.word] === c.oursBefore[d.word] ? [] : [d];
  });
}

/**
 * Compares the dumps of a stepped stream. It is followed up to the first unexplained difference, or up to the first instruction whose
 * operands differ because of an explained one.
 */
export function compareStepped(arch: Architecture, p: Placement, oursResults: Uint8Array, qemuResults: Uint8Array): Comparison {
  const { length } = p.stream.instructions;
  const { pc } = arch.words;
  if (areSame(arch, p, oursResults, qemuResults)) return { compared: length, explanations: [], differs: false, unexplained: undefined };
  const ours = dumpsOf(arch, oursResults, p);
  const qemu = dumpsOf(arch, qemuResults, p);
  const explanations: Explanation[] = [];
  let before = { ours: arch.initialState(p), qemu: arch.initialState(p) };
  let known: Difference[] = [];
  let compared = 0;
  for (let k = 0; k < p.dumpLimit && before.qemu[pc] !== p.end; k++) {
    const number = (before.qemu[pc]! - p.slot) >>> 3;
    const c = caseOf(arch, p, number, before, known, ours[k]!, qemu[k]!);
    const now = differences(arch.words, c.ours, c.qemu);
    const { rest, used } = explain(c, fresh(c, now));
    explanations.push(...used);
    if (rest.length > 0) {
      if (!known.every(isStatus(arch))) return { compared, explanations, differs: true, unexplained: undefined };
      return {
        compared,
        explanations,
        differs: true,
        unexplained: { placement: p, number, before: c.qemuBefore, ours: c.ours, qemu: c.qemu, differences: rest },
      };
    }
    compared = number + 1;
    known = now;
    before = { ours: c.ours, qemu: c.qemu };
    // Nothing was written down: both went astray.
    if (c.qemu[pc] === 0) break;
  }
  return { compared: length, explanations, differs: true, unexplained: undefined };
}

/**
 * Compares the state at the end of a straight stream with QEMU's; where the stepped run had explained differences, or an instruction remembers, with
 * our own stepped run instead, as far as no address of the code and no reservation is involved.
 */
export function compareStraight(
  arch: Architecture,
  p: Placement,
  stepped: Placement,
  steppedComparison: Comparison,
  oursResults: Uint8Array,
  qemuResults: Uint8Array,
): Unexplained | 'not comparable' | undefined {
  if (areSame(arch, p, oursResults, qemuResults)) return undefined;
  const [ours] = dumpsOf(arch, oursResults, p) as [State];
  const [qemu] = dumpsOf(arch, qemuResults, p) as [State];
  const unexplained = (reference: State, list: readonly Difference[]): Unexplained | undefined =>
    list.length === 0
      ? undefined
      : { placement: p, number: p.stream.instructions.length - 1, before: arch.initialState(p), ours, qemu: reference, differences: list };
  const remembers = p.stream.instructions.some(({ inst }) => arch.remembering.has(inst.mnemonic));
  if (!steppedComparison.differs && !remembers) return unexplained(qemu, differences(arch.words, ours, qemu));
  if (dependsOnLayout(p)) return 'not comparable';
  const steps = dumpsOf(arch, oursResults, stepped);
  const end = steps.find((s) => s[arch.words.pc] === stepped.end);
  return end
    ? unexplained(
        end,
        differences(arch.words, ours, end).filter((d) => !arch.words.layoutDependent.has(d.word)),
      )
    : 'not comparable';
}

/** Whether a stream may see the address of its code, or hold a reservation, which the handlers of a stepped stream drop. */
function dependsOnLayout({ stream }: Placement): boolean {
  const { state, instructions } = stream;
  return (
    Object.keys(state.targets).length > 0 ||
    instructions.some(({ inst, word }) => isReservation(inst) || (inst.operands.some((o) => o.name === 'LK') && (word & 1) === 1))
  );
}

function areSame({ places }: Architecture, p: Placement, oursResults: Uint8Array, qemuResults: Uint8Array): boolean {
  const [from, to] = [p.dumps, p.dumps + p.dumpLimit * places.dumpSize];
  return Buffer.compare(oursResults.subarray(from, to), qemuResults.subarray(from, to)) === 0;
}

function caseOf(
  arch: Architecture,
  p: Placement,
  number: number,
  before: { ours: State; qemu: State },
  known: readonly Difference[],
  ours: State,
  qemu: State,
): Case {
  const instruction = p.stream.instructions[number]!;
  const word = withTarget(instruction, p.slot, p.layout, number);
  return { arch, inst: instruction.inst, word, layout: p.layout, oursBefore: before.ours, qemuBefore: before.qemu, known, ours, qemu };
}
