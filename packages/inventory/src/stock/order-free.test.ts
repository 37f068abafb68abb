// The property behind law 3: any permutation, duplication and split of a random history gives the same tables, and they
// are what the independent book says.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareWithBook, understands } from '../testing/compare-book.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { naiveBook, naiveBookAsOf } from '../testing/naive-book.ts';
import { randomHistory } from '../testing/random-history.ts';
import { minute } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { compareQueries } from '../testing/compare-queries.ts';
import { explainLine } from './explain-line.ts';
import { listStockAsOf, listStockLines } from './stock-queries.ts';

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 700, size: 'max' }),
  events: fc.integer({ min: 1, max: 45 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 12 }),
});

describe('order does not matter', () => {
  test(
    'R1 X27–X31 S1 S4 any order, duplication and split of a history gives the tables of the independent book',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
          const history = randomHistory(tapeChoices(tape), events);
          const choices = seededChoices(order);
          const twice = [...history, ...history.filter(() => choices.int(3) === 0)];
          const arrived = await foldBatches(inBatches(choices, shuffled(choices, twice), longest));
          const book = naiveBook(history, understands);
          expect(compareWithBook(arrived.dump(), book)).toEqual([]);
          expect(await compareQueries(arrived, book, minute(choices.int(14)))).toEqual([]);
          const atOnce = await foldBatches([history]);
          expect(arrived.dump()).toEqual(atOnce.dump());
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  test(
    'R2 the till roll of every line adds up to its figure, and the past is what the book says of it',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, fc.nat({ max: 14 }), async ({ tape, events, order, longest }, pastMinute) => {
          const history = randomHistory(tapeChoices(tape), events);
          const choices = seededChoices(order);
          const tables = await foldBatches(inBatches(choices, shuffled(choices, history), longest));
          for (const line of await listStockLines(tables)) {
            const roll = await explainLine(tables, line.store, line.item);
            const sum = (roll?.movements ?? []).reduce((total, { change }) => total + change, 0);
            const base =
              (roll?.baseline?.quantity ?? 0) + (roll?.carried.picked ?? 0) + (roll?.carried.unsellable ?? 0);
            expect(base + sum + (roll?.earlier.change ?? 0)).toBe(line.onHand);
            expect(roll?.total).toBe(line.onHand);
          }
          const at = minute(pastMinute);
          const past = naiveBookAsOf(history, at, understands);
          const stored = new Map((await listStockAsOf(tables, at)).map((line) => [`${line.store}|${line.item}`, line]));
          expect([...stored.keys()].sort()).toEqual([...past.lines.keys()].sort());
          for (const [name, { sellable, picked, unsellable, counted }] of stored) {
            const buckets = past.lines.get(name)?.buckets;
            expect({ sellable, picked, unsellable, counted }).toEqual({
              sellable: buckets?.sellable.quantity,
              picked: buckets?.picked.quantity,
              unsellable: buckets?.unsellable.quantity,
              counted: buckets?.sellable.count !== null,
            });
          }
        }),
        { numRuns: propertyRuns },
      );
    },
  );
});
