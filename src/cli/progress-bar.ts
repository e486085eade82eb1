import { SingleBar } from 'cli-progress';
import type { StepProgress } from '../debian/step-progress.js';
import type { TextOutput } from './cli-host.js';

/** Shows steps as a bar each on a terminal, and elsewhere as a line each. */
export function showSteps(output: TextOutput): StepProgress {
  return output.isTTY === true ? new BarProgress(output) : new LineProgress(output);
}

class LineProgress implements StepProgress {
  readonly #output: TextOutput;

  constructor(output: TextOutput) {
    this.#output = output;
  }
  step(label: string): void {
    this.#output.write(`powerjit: ${label}\n`);
  }
  share(): void {
    // A log wants no moving picture.
  }
  note(text: string): void {
    this.#output.write(`powerjit: ${text}\n`);
  }
  end(): void {
    // Lines are whole at any time.
  }
}

class BarProgress implements StepProgress {
  readonly #output: TextOutput;
  #bar: SingleBar | undefined;

  constructor(output: TextOutput) {
    this.#output = output;
  }
  step(label: string): void {
    this.#finish();
    this.#bar = new SingleBar({
      format: '{bar} {percentage}%  {label}',
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      // An interrupted run would leave the cursor hidden.
      hideCursor: false,
      stream: this.#output as NodeJS.WriteStream,
    });
    this.#bar.start(100, 0, { label });
  }
  share(done: number): void {
    this.#bar?.update(Math.round(done * 100));
  }
  note(text: string): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#output.write(`powerjit: ${text}\n`);
  }
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
  #finish(): void {
    this.#bar?.update(100);
    this.end();
  }
}
