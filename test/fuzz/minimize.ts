/** Makes the stream of a difference as short as it can be. */
import { compareImage, type Emulators, type Finding } from './fuzz.js';
import type { Stream, StreamInstruction, TargetRegister } from './stream.js';

/** The stream without one instruction; branches keep their targets. */
function without({ state, instructions }: Stream, number: number): Stream {
  const moved = (to: number) => (to > number ? to - 1 : to);
  const rest = instructions.filter((_, k) => k !== number);
  // A target that comes to lie behind its branch would be a loop.
  const kept = rest.map((i, k): StreamInstruction => (i.to === undefined ? i : { ...i, to: Math.max(k + 1, moved(i.to)) }));
  const targets = Object.fromEntries(Object.entries(state.targets).map(([register, to]) => [register, moved(to)]));
  return { state: { ...state, targets: targets as Partial<Record<TargetRegister, number>> }, instructions: kept };
}

/** The first difference of one stream in one mode, as in the finding's layout. */
async function find(emulators: Emulators, stream: Stream, like: Finding): Promise<Finding | undefined> {
  const run = await emulators.run([stream], [like.mode]);
  const results = run.ours.find((r) => r.setting === like.setting)!;
  const { found } = compareImage(emulators.architecture, run, results, () => undefined);
  return found.find((f) => f.placement.layout === like.placement.layout);
}

/** A shorter stream with a difference of the same layout and mode: of one instruction, if one shows it. */
export async function minimize(emulators: Emulators, finding: Finding): Promise<Finding> {
  const { stream, layout } = finding.placement;
  if (layout === 'stepped') {
    const instruction = stream.instructions[finding.number]!;
    // Where LR, CTR or TAR lead depends on the stream.
    if (instruction.inst.form.name === 'X' && /^bc/.test(instruction.inst.mnemonic)) return finding;
    const alone = { ...instruction, ...(instruction.to === undefined ? {} : { to: 1 }) };
    const state = emulators.architecture.beginningWith(finding.before, stream.state);
    return (await find(emulators, { state, instructions: [alone] }, finding)) ?? finding;
  }
  let best = finding;
  for (let k = best.placement.stream.instructions.length - 1; k >= 0; k--) {
    const shorter = without(best.placement.stream, k);
    if (shorter.instructions.length === 0) break;
    best = (await find(emulators, shorter, finding)) ?? best;
  }
  return best;
}
