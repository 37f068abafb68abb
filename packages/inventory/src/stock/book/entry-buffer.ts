// What documents say of buckets, gathered, and handed on bucket by bucket: a bucket's memory is then fetched once for many
// entries instead of once for each, which is what a fold of many lines mostly waits for. Owns order, no meaning.
//
//   documents ──► e7 e2 e7 e9 e2 …  ──drain──►  e2 e2 │ e7 e7 │ e9     (within a bucket as they came)

/** Entries that are gathered at most; then they must be drained. 5 MB. */
const ENTRIES_MAX = 131_072;
const ENTRIES_MIN = 16;
/** Sorting pays when there is about one entry for so many buckets. */
const BUCKETS_PER_ENTRY_MAX = 8;

/** Numbers per entry: what they are is between those who add and those who drain. */
export const ENTRY_WIDTH = 4;

export class EntryBuffer {
  #buckets = new Int32Array(ENTRIES_MIN);
  #kinds = new Uint8Array(ENTRIES_MIN);
  #numbers = new Float64Array(ENTRIES_MIN * ENTRY_WIDTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === ENTRIES_MAX;
  }

  /** Not while it is full. */
  add(bucket: number, kind: number, a: number, b: number, c: number, d: number): void {
    const index = this.#length;
    if (index === this.#buckets.length) this.#grow();
    this.#length = index + 1;
    this.#buckets[index] = bucket;
    this.#kinds[index] = kind;
    const numbers = this.#numbers;
    const from = index * ENTRY_WIDTH;
    numbers[from] = a;
    numbers[from + 1] = b;
    numbers[from + 2] = c;
    numbers[from + 3] = d;
  }

  /** Hands every entry to `take` and is empty. `numbers` holds the entry's from `from` on. Buckets: below `bucketsEnd`. */
  drain(bucketsEnd: number, take: (bucket: number, kind: number, numbers: Float64Array, from: number) => void): void {
    const length = this.#length;
    this.#length = 0;
    const order = length * BUCKETS_PER_ENTRY_MAX > bucketsEnd ? this.#byBucket(length, bucketsEnd) : undefined;
    for (let step = 0; step < length; step += 1) {
      const index = order === undefined ? step : (order[step] as number);
      take(this.#buckets[index] as number, this.#kinds[index] as number, this.#numbers, index * ENTRY_WIDTH);
    }
  }

  /** A counting sort: stable, two passes. */
  #byBucket(length: number, bucketsEnd: number): Int32Array {
    const starts = new Int32Array(bucketsEnd + 1);
    for (let index = 0; index < length; index += 1) {
      const next = (this.#buckets[index] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let bucket = 1; bucket <= bucketsEnd; bucket += 1)
      starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
    const order = new Int32Array(length);
    for (let index = 0; index < length; index += 1) {
      const bucket = this.#buckets[index] as number;
      const place = starts[bucket] as number;
      order[place] = index;
      starts[bucket] = place + 1;
    }
    return order;
  }

  #grow(): void {
    const entries = this.#buckets.length * 4;
    const buckets = new Int32Array(entries);
    buckets.set(this.#buckets);
    const kinds = new Uint8Array(entries);
    kinds.set(this.#kinds);
    const numbers = new Float64Array(entries * ENTRY_WIDTH);
    numbers.set(this.#numbers);
    this.#buckets = buckets;
    this.#kinds = kinds;
    this.#numbers = numbers;
  }
}
