/** Makes the stream of a difference as short as it can be. */
import { WINDOW_SIZE } from './layout.js';
import { compareImage, type Emulators, type Finding } from './fuzz.js';
import { CR_WORD, CTR_WORD, fprOf, FPSCR_WORD, GPR_WORD, LR_WORD, WINDOW_WORD, XER_WORD, type State } from './state.js';
import type { InitialState, Stream, StreamInstruction } from './stream.js';

/** A state to begin with, as one in the middle of a stream was. */
function beginningWith(state: State, msr: number): InitialState {
  const window = new Uint8Array(WINDOW_SIZE);
  const view = new DataView(window.buffer);
  for (let k = 0; k < WINDOW_SIZE / 4; k++) view.setUint32(4 * k, state[WINDOW_WORD + k]!);
  return {
    gpr: state.slice(GPR_WORD, GPR_WORD + 32),
    fpr: BigUint64Array.from({ length: 32 }, (_, n) => fprOf(state, n)),
    cr: state[CR_WORD]!, xer: state[XER_WORD]!, fpscr: state[FPSCR_WORD]!, lr: state[LR_WORD]!, ctr: state[CTR_WORD]!, msr, window,
  }; // prettier-ignore
}

/** The stream without one instruction; branches keep their targets. */
function without({ state, instructions }: Stream, number: number): Stream {
  const moved = (to: number) => (to > number ? to - 1 : to);
  const rest = instructions.filter((_, k) => k !== number);
  // A target that comes to lie behind its branch would be a loop.
  const kept = rest.map((i, k): StreamInstruction => (i.to === undefined ? i : { ...i, to: Math.max(k + 1, moved(i.to)) }));
  return {
    state: {
      ...state,
      ...(state.lrTo === undefined ? {} : { lrTo: moved(state.lrTo) }),
      ...(state.ctrTo === undefined ? {} : { ctrTo: moved(state.ctrTo) }),
    },
    instructions: kept,
  };
}

/** The first difference of one stream in one mode, as in the finding's layout. */
async function find(emulators: Emulators, stream: Stream, like: Finding): Promise<Finding | undefined> {
  const run = await emulators.run([stream], [like.mode]);
  return compareImage(run, like.mode, () => undefined).found.find((f) => f.placement.layout === like.placement.layout);
}

/** A shorter stream with a difference of the same layout and mode: of one instruction, if one shows it. */
export async function minimize(emulators: Emulators, finding: Finding): Promise<Finding> {
  const { stream, layout } = finding.placement;
  if (layout === 'stepped') {
    const instruction = stream.instructions[finding.number]!;
    // Where LR or CTR lead depends on the stream.
    if (instruction.inst.form.name === 'X' && /^bc/.test(instruction.inst.mnemonic)) return finding;
    const alone = { ...instruction, ...(instruction.to === undefined ? {} : { to: 1 }) };
    return (await find(emulators, { state: beginningWith(finding.before, stream.state.msr), instructions: [alone] }, finding)) ?? finding;
  }
  let best = finding;
  for (let k = best.placement.stream.instructions.length - 1; k >= 0; k--) {
    const shorter = without(best.placement.stream, k);
    if (shorter.instructions.length === 0) break;
    best = (await find(emulators, shorter, finding)) ?? best;
  }
  return best;
}
