/** How small the guest's pages have been through which instructions of a page of memory were fetched. */
export class FetchedPages {
  readonly #smallest = new Map<number, number>();

  /** @param pageSize bytes of the guest's page, a power of two */
  note(hostPage: number, pageSize: number): void {
    if (pageSize < this.smallest(hostPage)) this.#smallest.set(hostPage, pageSize);
  }
  /** Bytes of the smallest; infinite when nothing was fetched. */
  smallest(hostPage: number): number {
    return this.#smallest.get(hostPage) ?? Infinity;
  }
  /** The next fetch from the page will be noted anew. */
  forget(hostPage: number): void {
    this.#smallest.delete(hostPage);
  }
}
