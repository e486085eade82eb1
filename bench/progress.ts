import { SingleBar } from 'cli-progress';

/** Steps of a long part, shown on the terminal's error stream; silent when that is not a terminal. */
export interface Progress {
  /** One step starts: what it does. */
  step(label: string): void;
  end(): void;
}

export function showProgress(title: string, steps: number): Progress {
  const bar = new SingleBar({
    format: `${title} [{bar}] {value}/{total} {eta_formatted} left  {label}`,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let begun = 0;
  bar.start(steps, 0, { label: '' });
  return {
    step: (label) => bar.update(begun++, { label }),
    end: () => bar.stop(),
  };
}
