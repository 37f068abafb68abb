// The chunked series against a plain sorted list, with pasts long enough that chunks are split, emptied and skipped.
import { describe, expect, it } from 'vitest';
import { seededChoices, type Choices } from '../../testing/choices.ts';
import { testId } from '../../testing/make-event.ts';
import { compareMoments, type Moment } from '../count-session.ts';
import { IdNumbers } from './id-numbers.ts';
import { factOf, lineOf, MovementSeries, rowName } from './movement-series.ts';

interface PlainRow extends Moment {
  readonly change: number;
  readonly name: number;
}

const FACTS = 900;
const TIMES = 700;

/** Rows by (time, id, line), without any structure. */
class PlainSeries {
  rows: PlainRow[] = [];

  insert(row: PlainRow): void {
    this.rows.push(row);
    this.rows.sort((a, b) => compareMoments(a, b) || lineOf(a.name) - lineOf(b.name));
  }

  after(moment: Moment | null): PlainRow[] {
    return this.rows.filter((row) => moment === null || compareMoments(row, moment) > 0);
  }

  wentBelow(moment: Moment | null, quantity: number): PlainRow | undefined {
    const after = this.after(moment);
    let value = quantity - after.reduce((sum, { change }) => sum + change, 0);
    let first: PlainRow | undefined;
    for (const row of after) {
      value += row.change;
      if (value >= 0) first = undefined;
      else first ??= row;
    }
    return first;
  }
}

function compare(series: MovementSeries, plain: PlainSeries, choices: Choices, ids: IdNumbers): void {
  const count = choices.int(4) === 0 ? null : { at: choices.int(TIMES), id: ids.idOf(choices.int(FACTS)) };
  const after = plain.after(count);
  const sum = after.reduce((total, { change }) => total + change, 0);
  expect(series.sum(count)).toBe(sum);
  const until = (count?.at ?? 0) + choices.int(TIMES);
  const upTo = after.filter(({ at }) => at <= until).reduce((total, { change }) => total + change, 0);
  expect(series.sum(count, until)).toBe(upTo);
  expect(series.lastAt).toBe(plain.rows.at(-1)?.at ?? -1);
  expect(series.firstAt).toBe(plain.rows[0]?.at);
  const counted = choices.int(300);
  const left = Math.min(-1, counted + sum);
  const step = plain.wentBelow(count, left);
  expect(series.wentBelow(count, left)).toEqual(step && { at: step.at, name: step.name });
  const from = choices.int(TIMES);
  const seen: number[] = [];
  series.each(from, until, (_at, name, uncertaintyMs) => {
    expect(uncertaintyMs).toBe(name % 5);
    seen.push(name);
  });
  expect(seen).toEqual(plain.rows.filter(({ at }) => at >= from && at <= until).map(({ name }) => name));
}

describe('a series of movements', () => {
  it.each([1, 2, 3, 4])('KA2 whatever comes late or is taken away, it is the sorted list (seed %i)', (seed) => {
    const choices = seededChoices(seed);
    const ids = new IdNumbers();
    for (let fact = 0; fact < FACTS; fact += 1) ids.numberOf(testId(`fact-${fact}`));
    const series = new MovementSeries(ids);
    const plain = new PlainSeries();
    const absent = Array.from({ length: FACTS * 3 }, (_, index) => rowName(Math.floor(index / 3), index % 3));
    for (let step = 0; step < 4_000; step += 1) {
      // First it grows, then it shrinks to nothing.
      const grows = choices.int(10) < (step < 2_400 ? 8 : 2);
      if (grows && absent.length > 0) {
        const name = absent.splice(choices.int(absent.length), 1)[0] ?? 0;
        // Mostly in order, sometimes anywhere; many at one time.
        const at = choices.int(3) === 0 ? choices.int(TIMES) : Math.floor((step * TIMES) / 4_000);
        const change = choices.int(2) === 0 ? -1 - choices.int(5) : 1 + choices.int(4);
        series.insert(at, change, name, name % 5);
        plain.insert({ at, id: ids.idOf(factOf(name)), change, name });
      } else if (plain.rows.length > 0) {
        const [row] = plain.rows.splice(choices.int(plain.rows.length), 1);
        if (row === undefined) continue;
        series.remove(row.at, row.name);
        absent.push(row.name);
      }
      if (step % 7 === 0) compare(series, plain, choices, ids);
    }
    for (const row of plain.rows) series.remove(row.at, row.name);
    expect(series.lastAt).toBe(-1);
    expect(series.sum(null)).toBe(0);
    expect(() => series.remove(1, rowName(0, 0))).toThrow('lacks line 0');
  });
});
