// What the centre knew at a position: always the fold of the log up to there, however it is read.
import type { Event, Position } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemEventsProjector } from '../catalogue/item-events.ts';
import { seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeRuling, minute, testId } from '../testing/make-event.ts';
import { randomHistory } from '../testing/random-history.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, ITEM, received, reversed, sold, STORE } from '../testing/short-events.ts';
import { eventLinksProjector } from './event-links.ts';
import { knownAt, type KnownStock, type ReadEventsAfter } from './known-at.ts';
import { itemKnownAt } from './known-item.ts';
import { LineBook } from './line-book.ts';

/** A central log: its events from position 1 on. */
function reading(log: readonly Event[]): ReadEventsAfter {
  return async (after, eventsMax) =>
    log.slice(after, after + eventsMax).map((event, index) => ({ event, position: after + index + 1 }));
}

async function shelfAt(log: readonly Event[], position: Position): Promise<number | undefined> {
  const { lines } = await knownAt(reading(log), position);
  return lines.find(({ store, item }) => store === STORE && item === ITEM)?.sellable;
}

async function itemAt(log: readonly Event[], position: Position, item: string): Promise<KnownStock> {
  const tables = await foldBatches([log], [itemEventsProjector, eventLinksProjector]);
  const readAt = async (positions: readonly Position[]) =>
    positions.map((position) => {
      const event = log[position - 1];
      if (event === undefined) throw new Error(`There is no position ${position}.`);
      return event;
    });
  return itemKnownAt(tables, readAt, position, { item });
}

const STORY = [
  received('in', 0, 20),
  sold('late', 10, 3),
  counted('count', 20, 15),
  makeRuling('slow-clock', 'EventRetimed', testId('late'), { effectiveAt: minute(30), uncertaintyMs: 0 }),
  reversed('oops', 40, 'count'),
  makeRuling('bad', 'EventSetAside', testId('oops')),
];

describe('known at a position', () => {
  it('KA3 what came after is not known yet: neither events nor rulings nor reversals', async () => {
    const figures = [];
    for (let position = 0; position <= STORY.length; position += 1) figures.push(await shelfAt(STORY, position));
    expect(figures).toEqual([undefined, 20, 17, 15, 12, 17, 12]);
    expect((await knownAt(reading(STORY), 99)).position).toBe(STORY.length);
  });

  it('KA4 both clocks: what had happened by a time, as far as was known then', async () => {
    const shelf = (known: KnownStock, at: number) => known.asOf(minute(at))[0]?.sellable;
    const before = await knownAt(reading(STORY), 3);
    const after = await knownAt(reading(STORY), 4);
    expect([shelf(before, 5), shelf(before, 15), shelf(before, 25), shelf(before, 35)]).toEqual([20, 17, 15, 15]);
    expect([shelf(after, 5), shelf(after, 15), shelf(after, 25), shelf(after, 35)]).toEqual([20, 20, 15, 12]);
  });

  it(
    'KA3 KA5 KA6 it is the fold of the log up to there, for all lines, for one store or item, and through the index',
    { timeout: 600_000 },
    async () => {
      const histories = fc.record({
        tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 700, size: 'max' }),
        events: fc.integer({ min: 1, max: 60 }),
        order: fc.nat(),
        minutes: fc.nat({ max: 14 }),
      });
      await fc.assert(
        fc.asyncProperty(histories, async ({ tape, events, order, minutes }) => {
          const choices = seededChoices(order);
          const made = shuffled(choices, randomHistory(tapeChoices(tape), events));
          // The log holds each event once.
          const log = [...new Map(made.map((event) => [event.id, event])).values()];
          const position = choices.int(log.length + 1);
          const book = new LineBook();
          for (const event of shuffled(choices, log.slice(0, position))) book.read(event);
          const at = minute(minutes);
          const all = await knownAt(reading(log), position);
          expect(all.lines).toEqual(book.lines());
          expect(all.asOf(at)).toEqual(book.linesAsOf(at));
          const one = book.lines()[0];
          if (one === undefined) return;
          for (const filter of [{ store: one.store }, { item: one.item }, { store: one.store, item: one.item }]) {
            const some = await knownAt(reading(log), position, filter);
            expect(some.lines).toEqual(book.lines(filter));
            expect(some.asOf(at)).toEqual(book.linesAsOf(at, filter));
          }
          const indexed = await itemAt(log, position, one.item);
          expect(indexed.lines).toEqual(book.lines({ item: one.item }));
          expect(indexed.asOf(at)).toEqual(book.linesAsOf(at, { item: one.item }));
        }),
        { numRuns: propertyRuns },
      );
    },
  );
});
