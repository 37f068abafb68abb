// The independent book of the browser tests: what a person with pencil and paper would say stands on each shelf. Knows
// nothing of the product's code.

type Entry = { readonly atMs: number } & ({ readonly change: number } | { readonly seen: number });

export class ShelfBook {
  readonly #entries = new Map<string, Entry[]>();

  moved(store: string, item: string, change: number, atMs: number): void {
    this.#add(store, item, { atMs, change });
  }

  counted(store: string, item: string, seen: number, atMs: number): void {
    this.#add(store, item, { atMs, seen });
  }

  /** What was last seen, and what moved since. */
  onHand(store: string, item: string): number {
    const entries = (this.#entries.get(`${store}/${item}`) ?? []).toSorted((a, b) => a.atMs - b.atMs);
    return entries.reduce((sum, entry) => ('seen' in entry ? entry.seen : sum + entry.change), 0);
  }

  #add(store: string, item: string, entry: Entry): void {
    const key = `${store}/${item}`;
    this.#entries.set(key, [...(this.#entries.get(key) ?? []), entry]);
  }
}
