/** Shows how far long work has come; the steps of one piece of work follow each other. */
export interface StepProgress {
  /** A step begins: what it does, in a few words. */
  step(label: string): void;
  /** The step's share that is done, 0 to 1. */
  share(done: number): void;
  /** Something the user should know, though it ends nothing. */
  note(text: string): void;
  /** All is done, or has failed. */
  end(): void;
}
