// A queue that can be searched: grows at the end, shrinks at the front, both without moving what lies between. In memory.
const COMPACT_FROM = 1_024;

export class Window<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the oldest away. */
  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first >= COMPACT_FROM && 2 * this.#first >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  at(index: number): Item | undefined {
    return this.#items[this.#first + index];
  }

  /** Index of the first item of which `holds` is true; it must be true of all that follow. `size`: of none. */
  firstWhere(holds: (item: Item) => boolean): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.at(middle);
      if (item === undefined || holds(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
