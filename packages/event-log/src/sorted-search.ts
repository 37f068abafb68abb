// Where a text key stands among what is sorted by text keys.

interface Indexed<Item> {
  readonly length: number;
  readonly [index: number]: Item;
}

/** Index of the first item whose key is not before `key`; the length where all are. */
export function firstAtOrAfter<Item>(sorted: Indexed<Item>, key: string, keyOf: (item: Item) => string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && keyOf(item) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
