// An ordered set of text keys that stays cheap when additions and ordered reads alternate. Pure bookkeeping for the
// in-memory tables; holds no values.
import { firstAtOrAfter } from './sorted-search.ts';

/** Up to this many changes are spliced in one by one; more are merged in one pass. */
const SPLICED_CHANGES_MAX = 8;

const itself = (key: string): string => key;

export class SortedKeys {
  #sorted: string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  /** The caller adds a key only while it is absent. */
  add(key: string): void {
    if (this.#removed.delete(key)) return;
    const last = this.#sorted.at(-1);
    if (this.#added.size === 0 && (last === undefined || last < key)) this.#sorted.push(key);
    else this.#added.add(key);
  }

  /** The caller removes a key only while it is present. */
  remove(key: string): void {
    if (!this.#added.delete(key)) this.#removed.add(key);
  }

  clear(): void {
    this.#sorted = [];
    this.#added.clear();
    this.#removed.clear();
  }

  clone(): SortedKeys {
    const copy = new SortedKeys();
    copy.#sorted = [...this.all()];
    return copy;
  }

  /** All keys in order. Valid until the next change. */
  all(): readonly string[] {
    this.#removeGone();
    this.#mergeAdded();
    return this.#sorted;
  }

  /** The keys of a half-open range, in order. */
  between(
    from: string | undefined,
    to: string | undefined,
  ): { readonly keys: readonly string[]; readonly start: number; readonly end: number } {
    const keys = this.all();
    const start = from === undefined ? 0 : firstAtOrAfter(keys, from, itself);
    const end = to === undefined ? keys.length : firstAtOrAfter(keys, to, itself);
    return { keys, start, end: Math.max(start, end) };
  }

  #removeGone(): void {
    if (this.#removed.size === 0) return;
    if (this.#removed.size <= SPLICED_CHANGES_MAX) {
      for (const key of this.#removed) this.#sorted.splice(firstAtOrAfter(this.#sorted, key, itself), 1);
    } else {
      this.#sorted = this.#sorted.filter((key) => !this.#removed.has(key));
    }
    this.#removed.clear();
  }

  #mergeAdded(): void {
    if (this.#added.size === 0) return;
    if (this.#added.size <= SPLICED_CHANGES_MAX) {
      for (const key of this.#added) this.#sorted.splice(firstAtOrAfter(this.#sorted, key, itself), 0, key);
    } else {
      this.#sorted = merge(this.#sorted, [...this.#added].sort());
    }
    this.#added.clear();
  }
}

function merge(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const key of left) {
    while (next < right.length && (right[next] ?? '') < key) merged.push(right[next++] ?? '');
    merged.push(key);
  }
  while (next < right.length) merged.push(right[next++] ?? '');
  return merged;
}
