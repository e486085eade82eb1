import type { MessageSources } from './spapr-phb.js';

/** A row of interrupt sources that a host bridge gives out. */
export class SourceRow implements MessageSources {
  readonly #taken: boolean[];

  /**
   * @param first number of the first source
   * @param sources what makes an interrupt of each
   */
  constructor(
    private readonly first: number,
    private readonly sources: readonly { raise(): void }[],
  ) {
    this.#taken = sources.map(() => false);
  }

  allocate(count: number): number | undefined {
    for (let start = 0; start + count <= this.#taken.length; start++) {
      const taken = this.#taken.indexOf(true, start);
      if (taken < 0 || taken >= start + count) {
        this.#taken.fill(true, start, start + count);
        return this.first + start;
      }
      start = taken;
    }
    return undefined;
  }

  release(first: number, count: number): void {
    this.#taken.fill(false, first - this.first, first - this.first + count);
  }

  raise(source: number): void {
    this.sources[source - this.first]?.raise();
  }
}
