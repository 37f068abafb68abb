// What documents say of buckets, gathered, and handed on bucket by bucket: a bucket's memory is then fetched once for many
// entries instead of once for each, which is what a fold of many lines mostly waits for. Owns order, no meaning.
//
//   documents ──► e7 e2 e7 e9 e2 …  ──drain──►  e2 e2 │ e7 e7 │ e9     (within a bucket as they came)

/** Entries that are gathered at most; then they must be drained. */
const ENTRIES_MAX = 131_072;
const ENTRIES_MIN = 16;
const GROWTH = 4;
/** Sorting pays when there is about one entry for so many buckets. */
const BUCKETS_PER_ENTRY_MAX = 8;

/** Numbers per entry. What they mean is between those who add and those who take. */
const WIDTH = 4;

/** Entries one after the other, without an object for each. */
class Entries {
  readonly buckets: Int32Array;
  readonly kinds: Uint8Array;
  readonly numbers: Float64Array;

  constructor(entries: number) {
    this.buckets = new Int32Array(entries);
    this.kinds = new Uint8Array(entries);
    this.numbers = new Float64Array(entries * WIDTH);
  }

  get size(): number {
    return this.buckets.length;
  }

  set(index: number, bucket: number, kind: number, a: number, b: number, c: number, d: number): void {
    this.buckets[index] = bucket;
    this.kinds[index] = kind;
    const { numbers } = this;
    const from = index * WIDTH;
    numbers[from] = a;
    numbers[from + 1] = b;
    numbers[from + 2] = c;
    numbers[from + 3] = d;
  }

  /** Writes the entry at `index` to `other` at `place`. */
  copy(index: number, other: Entries, place: number): void {
    const { numbers } = this;
    const from = index * WIDTH;
    other.set(
      place,
      this.buckets[index] as number,
      this.kinds[index] as number,
      numbers[from] as number,
      numbers[from + 1] as number,
      numbers[from + 2] as number,
      numbers[from + 3] as number,
    );
  }
}

/** Gets one entry: its bucket, its kind, and where its numbers begin in `numbers`. */
export type TakeEntry = (bucket: number, kind: number, numbers: Float64Array, from: number) => void;

export class EntryBuffer {
  #entries = new Entries(ENTRIES_MIN);
  /** The same in order of buckets; kept, so that a full buffer is sorted without new memory. */
  #sorted = new Entries(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === ENTRIES_MAX;
  }

  /** Not while it is full. */
  add(bucket: number, kind: number, a: number, b: number, c: number, d: number): void {
    if (this.#length === this.#entries.size) this.#grow();
    this.#entries.set(this.#length, bucket, kind, a, b, c, d);
    this.#length += 1;
  }

  /** Hands every entry to `take` and is empty. All buckets are below `bucketsEnd`. */
  drain(bucketsEnd: number, take: TakeEntry): void {
    const length = this.#length;
    const sorts = length * BUCKETS_PER_ENTRY_MAX > bucketsEnd;
    const entries = sorts ? this.#byBucket(bucketsEnd) : this.#entries;
    this.#length = 0;
    for (let index = 0; index < length; index += 1)
      take(entries.buckets[index] as number, entries.kinds[index] as number, entries.numbers, index * WIDTH);
  }

  /** A counting sort: stable, two passes. */
  #byBucket(bucketsEnd: number): Entries {
    const { buckets } = this.#entries;
    const starts = new Int32Array(bucketsEnd + 1);
    for (let index = 0; index < this.#length; index += 1) {
      const next = (buckets[index] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let bucket = 1; bucket <= bucketsEnd; bucket += 1)
      starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
    if (this.#sorted.size < this.#length) this.#sorted = new Entries(this.#entries.size);
    for (let index = 0; index < this.#length; index += 1) {
      const bucket = buckets[index] as number;
      const place = starts[bucket] as number;
      this.#entries.copy(index, this.#sorted, place);
      starts[bucket] = place + 1;
    }
    return this.#sorted;
  }

  #grow(): void {
    const larger = new Entries(Math.min(ENTRIES_MAX, this.#entries.size * GROWTH));
    larger.buckets.set(this.#entries.buckets);
    larger.kinds.set(this.#entries.kinds);
    larger.numbers.set(this.#entries.numbers);
    this.#entries = larger;
  }
}
