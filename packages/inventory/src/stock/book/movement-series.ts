// The movements of one bucket of one line in order of (effective time, id, line), with their sums. Owns the order and the
// sums; knows nothing of counts.
//
//   chunks   [ r r r r ] [ r r r ] [ r r r r ] [ r r ]   ◄── the usual movement is appended to the last
//   sums        +12         −3        +7         −2
//
//   a row is four numbers: effective time, change, name (fact number and line), uncertainty in ms
//
// 1. Rows stand in order through all chunks; no chunk is empty, but the only one; none holds more than `CHUNK_ROWS_MAX`.
// 2. A chunk's `sum` is the sum of its changes; `leastTail` is the least sum of its last 1, 2, … rows, worked out when asked.
// 3. A row in the middle moves at most one chunk: O(log n), however many rows there are.
import { DOCUMENT_LINES_MAX, type HybridTime } from '@streamstock/event-log';
import type { Moment } from '../count-session.ts';
import type { IdNumbers } from './id-numbers.ts';

/** A line of a fact in one number: fact number × `DOCUMENT_LINES_MAX` + line. */
export type RowName = number;

export function rowName(fact: number, line: number): RowName {
  return fact * DOCUMENT_LINES_MAX + line;
}

export function factOf(row: RowName): number {
  return Math.floor(row / DOCUMENT_LINES_MAX);
}

export function lineOf(row: RowName): number {
  return row % DOCUMENT_LINES_MAX;
}

/** Numbers per row: time, change, name, uncertainty. */
const WIDTH = 4;
const CHUNK_ROWS_MAX = 256;
const CHUNK_NUMBERS_MAX = CHUNK_ROWS_MAX * WIDTH;

class Chunk {
  /** Flat: one array of numbers is one block of memory, and nothing in it is traced by the collector. */
  rows: number[];
  sum: number;
  leastTail: number | undefined = undefined;

  constructor(rows: number[], sum: number) {
    this.rows = rows;
    this.sum = sum;
  }

  timeAt(index: number): HybridTime {
    return this.rows[index] as number;
  }

  changeAt(index: number): number {
    return this.rows[index + 1] as number;
  }

  nameAt(index: number): RowName {
    return this.rows[index + 2] as number;
  }

  uncertaintyMsAt(index: number): number {
    return this.rows[index + 3] as number;
  }
}

/** Where a row stands: a chunk and the index of the row's first number in it. */
interface Spot {
  readonly chunk: number;
  readonly index: number;
}

export class MovementSeries {
  readonly #ids: IdNumbers;
  readonly #chunks: Chunk[] = [];
  #last: Chunk | undefined = undefined;

  constructor(ids: IdNumbers) {
    this.#ids = ids;
  }

  /** Effective time of the newest movement; −1 without any. */
  get lastAt(): HybridTime {
    const last = this.#last;
    return last === undefined ? -1 : last.timeAt(last.rows.length - WIDTH);
  }

  /** Effective time of the oldest movement; undefined without any. */
  get firstAt(): HybridTime | undefined {
    return this.#chunks[0]?.timeAt(0);
  }

  /** Adds a row that is not there yet. `uncertaintyMs` is carried for those who ask how sure `at` is. */
  insert(at: HybridTime, change: number, name: RowName, uncertaintyMs: number): void {
    const last = this.#last;
    if (last === undefined) {
      this.#append(new Chunk([at, change, name, uncertaintyMs], change));
      return;
    }
    const { rows } = last;
    const end = rows.length - WIDTH;
    const lastAt = rows[end] as number;
    if (at < lastAt || (at === lastAt && this.#compareNames(name, rows[end + 2] as number) < 0)) {
      this.#insertWithin(at, change, name, uncertaintyMs);
    } else if (rows.length < CHUNK_NUMBERS_MAX) {
      rows.push(at, change, name, uncertaintyMs);
      last.sum += change;
      last.leastTail = undefined;
    } else {
      this.#append(new Chunk([at, change, name, uncertaintyMs], change));
    }
  }

  /** Takes a row away. Throws if it is not there: the book lost count of what it entered. */
  remove(at: HybridTime, name: RowName): void {
    const spot = this.#spotOf(at, name);
    const chunk = this.#chunks[spot.chunk];
    if (chunk === undefined || chunk.nameAt(spot.index) !== name || chunk.timeAt(spot.index) !== at)
      throw new Error(`A series lacks line ${lineOf(name)} of ${this.#ids.idOf(factOf(name))}.`);
    chunk.sum -= chunk.changeAt(spot.index);
    chunk.leastTail = undefined;
    chunk.rows.splice(spot.index, WIDTH);
    if (chunk.rows.length > 0) return;
    this.#chunks.splice(spot.chunk, 1);
    this.#last = this.#chunks.at(-1);
  }

  /** Sum of the changes after a moment (null: of all) up to and with effective time `until`. */
  sum(after: Moment | null, until: HybridTime = Infinity): number {
    return this.#sumBefore(until) - (after === null ? 0 : this.#sumBefore(after.at, after.id));
  }

  /** Gives `visit` the rows whose effective time is from `from` to `to`, both included, in order. */
  each(from: HybridTime, to: HybridTime, visit: (at: HybridTime, name: RowName, uncertaintyMs: number) => void): void {
    for (let { chunk, index } = this.#spotOfTime(from); chunk < this.#chunks.length; chunk += 1, index = 0) {
      const here = this.#chunks[chunk] as Chunk;
      for (; index < here.rows.length; index += WIDTH) {
        const at = here.timeAt(index);
        if (at > to) return;
        visit(at, here.nameAt(index), here.uncertaintyMsAt(index));
      }
    }
  }

  /**
   * Where a bucket that now stands at `quantity` < 0 went below zero for good: the first row after the last one that left
   * it at zero or above, or the first row after the count when none did. undefined: it was counted below zero.
   */
  wentBelow(after: Moment | null, quantity: number): { readonly at: HybridTime; readonly name: RowName } | undefined {
    const stop = after === null ? { chunk: 0, index: 0 } : this.#spotAfter(after);
    let value = quantity;
    let first: Spot | undefined;
    for (let chunk = this.#chunks.length - 1; chunk >= stop.chunk; chunk -= 1) {
      const here = this.#chunks[chunk] as Chunk;
      const from = chunk === stop.chunk ? stop.index : 0;
      if (from >= here.rows.length) break;
      if (from === 0 && value - leastTailOf(here) < 0) {
        value -= here.sum;
        first = { chunk, index: 0 };
        continue;
      }
      for (let index = here.rows.length - WIDTH; index >= from; index -= WIDTH) {
        first = { chunk, index };
        value -= here.changeAt(index);
        if (value >= 0) return this.#rowAt(first);
      }
    }
    return first === undefined ? undefined : this.#rowAt(first);
  }

  #rowAt({ chunk, index }: Spot): { readonly at: HybridTime; readonly name: RowName } {
    const here = this.#chunks[chunk] as Chunk;
    return { at: here.timeAt(index), name: here.nameAt(index) };
  }

  #append(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#last = chunk;
  }

  #insertWithin(at: HybridTime, change: number, name: RowName, uncertaintyMs: number): void {
    const spot = this.#spotOf(at, name);
    const chunk = this.#chunks[spot.chunk] as Chunk;
    chunk.rows.splice(spot.index, 0, at, change, name, uncertaintyMs);
    chunk.sum += change;
    chunk.leastTail = undefined;
    if (chunk.rows.length > CHUNK_NUMBERS_MAX) this.#split(spot.chunk);
  }

  #split(index: number): void {
    const chunk = this.#chunks[index] as Chunk;
    const rows = chunk.rows.splice((CHUNK_ROWS_MAX / 2) * WIDTH);
    let sum = 0;
    for (let at = 1; at < rows.length; at += WIDTH) sum += rows[at] as number;
    chunk.sum -= sum;
    this.#chunks.splice(index + 1, 0, new Chunk(rows, sum));
    this.#last = this.#chunks.at(-1);
  }

  #compareNames(a: RowName, b: RowName): number {
    const factA = factOf(a);
    const factB = factOf(b);
    if (factA === factB) return a - b;
    return this.#ids.idOf(factA) < this.#ids.idOf(factB) ? -1 : 1;
  }

  /** The first row that `isBefore` does not hold for; past the end when it holds for all. */
  #search(isBefore: (at: HybridTime, name: RowName) => boolean): Spot {
    let low = 0;
    let high = this.#chunks.length - 1;
    // The last chunk whose first row is before: the row is in it, or the first of the next.
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const chunk = this.#chunks[middle] as Chunk;
      if (isBefore(chunk.timeAt(0), chunk.nameAt(0))) low = middle;
      else high = middle - 1;
    }
    const chunk = this.#chunks[low];
    if (chunk === undefined) return { chunk: 0, index: 0 };
    let from = 0;
    let to = chunk.rows.length / WIDTH;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBefore(chunk.timeAt(middle * WIDTH), chunk.nameAt(middle * WIDTH))) from = middle + 1;
      else to = middle;
    }
    const isPast = from * WIDTH === chunk.rows.length && low < this.#chunks.length - 1;
    return isPast ? { chunk: low + 1, index: 0 } : { chunk: low, index: from * WIDTH };
  }

  #spotOf(at: HybridTime, name: RowName): Spot {
    return this.#search((time, other) => time < at || (time === at && this.#compareNames(other, name) < 0));
  }

  #spotOfTime(from: HybridTime): Spot {
    return this.#search((time) => time < from);
  }

  #spotAfter({ at, id }: Moment): Spot {
    return this.#search((time, name) => time < at || (time === at && this.#ids.idOf(factOf(name)) <= id));
  }

  /** Sum of the changes up to and with a moment, or up to and with an effective time. */
  #sumBefore(at: HybridTime, id?: string): number {
    const spot = id === undefined ? this.#search((time) => time <= at) : this.#spotAfter({ at, id });
    let sum = 0;
    for (let chunk = 0; chunk < spot.chunk; chunk += 1) sum += (this.#chunks[chunk] as Chunk).sum;
    const here = this.#chunks[spot.chunk];
    for (let index = 0; here !== undefined && index < spot.index; index += WIDTH) sum += here.changeAt(index);
    return sum;
  }
}

function leastTailOf(chunk: Chunk): number {
  if (chunk.leastTail !== undefined) return chunk.leastTail;
  let tail = 0;
  let least = Infinity;
  for (let index = chunk.rows.length - WIDTH; index >= 0; index -= WIDTH) {
    tail += chunk.changeAt(index);
    least = Math.min(least, tail);
  }
  chunk.leastTail = least;
  return least;
}
