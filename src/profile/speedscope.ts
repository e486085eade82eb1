import { TIME_KINDS, type TimeReason } from '../../runtime/profile/time-kinds.js';
import type { Sample, SampleLog } from '../../runtime/profile/sample-log.js';

/** A file that https://www.speedscope.app shows: its file-format-schema, as far as profiles of a machine use it. */
export interface SpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly SpeedscopeProfile[];
}

/** One view of the samples. `samples` holds stacks, the outermost frame first, as indices of the shared frames; weights are in ns. */
export interface SpeedscopeProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: 'nanoseconds';
  readonly startValue: number;
  readonly endValue: number;
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** What a reason is called, with its detail. */
export const reasonName = ({ kind, detail }: TimeReason): string =>
  detail === undefined ? TIME_KINDS[kind] : `${TIME_KINDS[kind]}: ${detail}`;
const isGuest = ({ kind }: TimeReason): boolean => kind === 'compiled' || kind === 'interpreted';

/**
 * The samples as a file, in two views of the same time: by guest function, with what the emulator did for it innermost; and by what the emulator
 * did, with the guest's functions inside.
 * @param name what was profiled
 */
export function speedscopeFile(log: SampleLog, name: string): SpeedscopeFile {
  const samples = [...log.samples()];
  const names = [...log.frames];
  const numbers = new Map<string, number>();
  const frame = (text: string): number => {
    let n = numbers.get(text);
    if (n === undefined) numbers.set(text, (n = names.push(text) - 1));
    return n;
  };
  const inGuest = ({ reason, stack }: Sample): number[] => (isGuest(reason) && stack.length > 0 ? [...stack] : [...stack, frame(`[${reasonName(reason)}]`)]);
  const inHost = ({ reason, stack }: Sample): number[] => {
    const detail = reason.detail === undefined ? [] : [frame(`[${reasonName(reason)}]`)];
    return [frame(`[${TIME_KINDS[reason.kind]}]`), ...detail, ...stack];
  };
  const weights = wholeNs(samples.map(({ ms }) => ms));
  const end = weights.reduce((sum, ns) => sum + ns, 0);
  const view = (title: string, stackOf: (sample: Sample) => number[]): SpeedscopeProfile => ({
    type: 'sampled', name: title, unit: 'nanoseconds', startValue: 0, endValue: end, samples: samples.map(stackOf), weights,
  }); // prettier-ignore
  const profiles = [view('guest functions', inGuest), view('what the emulator does', inHost)];
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'powerjit',
    activeProfileIndex: 0,
    shared: { frames: names.map((text) => ({ name: text })) },
    profiles,
  };
} // prettier-ignore

/** Times in ms as whole ns, whose sum is that of the times: rounding errors go on to the next one. */
function wholeNs(times: readonly number[]): number[] {
  let before = 0;
  let sum = 0;
  return times.map((ms) => {
    sum += ms;
    const now = Math.round(sum * 1e6);
    const ns = now - before;
    before = now;
    return ns;
  });
}
