// The book in memory against the tables and against the independent book: three folds of one set of events.
import { contributionOf, NO_JUDGEMENT, type Event } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePayload, STOCK_FACT_TYPES, type TypedPayload } from '../payloads.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { understands } from '../testing/compare-book.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute } from '../testing/make-event.ts';
import { naiveBook } from '../testing/naive-book.ts';
import type { BookBucket, BookLine } from '../testing/naive-stock.ts';
import { randomHistory } from '../testing/random-history.ts';
import { propertyRuns } from '../testing/runs.ts';
import type { Bucket } from './adjust-reasons.ts';
import { tellMoves } from './goods-moves.ts';
import { LineBook, type LineFigures } from './line-book.ts';
import { lineEntries } from './line-entry.ts';
import { stockProjector } from './stock-projector.ts';
import { listStockAsOf, listStockLines } from './stock-queries.ts';
import type { CountSummary, StockLineRow } from './stock-tables.ts';

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 700, size: 'max' }),
  events: fc.integer({ min: 1, max: 60 }),
  order: fc.nat(),
});

function figuresOf(row: StockLineRow): LineFigures {
  const { store, item, sellable, picked, unsellable, onHand, lastChangeAt, lastCount, lastUnsellableCount } = row;
  const { recount, negativeSince, doubts, negative } = row;
  const quantities = { store, item, sellable, picked, unsellable, onHand, lastChangeAt };
  return { ...quantities, lastCount, lastUnsellableCount, recount, negativeSince, doubts, negative };
}

/** A line in the words of the independent book. */
function bookLineOf(line: LineFigures): BookLine {
  const bucket = (name: Bucket, summary: CountSummary | null): BookBucket => ({
    quantity: line[name],
    count:
      summary === null
        ? null
        : { at: summary.at, id: summary.id, session: summary.session, quantity: summary.quantity },
    doubts: line.doubts[name] ?? 0,
    negativeSince: line.negative[name] ?? null,
  });
  const { store, item, onHand, lastChangeAt } = line;
  const buckets = {
    sellable: bucket('sellable', line.lastCount),
    picked: bucket('picked', null),
    unsellable: bucket('unsellable', line.lastUnsellableCount),
  };
  return { store, item, buckets, onHand, lastChangeAt };
}

/** Read in between now and then: what waits for its bucket must not depend on when it is asked for. */
function bookOf(events: readonly Event[]): LineBook {
  const book = new LineBook();
  for (const [index, event] of events.entries()) {
    book.read(event);
    if (events.length % 2 === 0 && index % 3 === 0) book.lines();
  }
  return book;
}

describe('a book in memory', () => {
  it('KA1 in any order, repeated or not, it says what the stored lines say', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ tape, events, order }) => {
        const history = randomHistory(tapeChoices(tape), events);
        const choices = seededChoices(order);
        const twice = [...history, ...history.filter(() => choices.int(3) === 0)];
        const book = bookOf(shuffled(choices, twice));
        const tables = await foldBatches(inBatches(choices, history, 20), [stockProjector]);
        expect(book.lines()).toEqual((await listStockLines(tables)).map(figuresOf));
        const at = minute(choices.int(14));
        expect(book.linesAsOf(at)).toEqual(await listStockAsOf(tables, at));
      }),
      { numRuns: propertyRuns },
    );
  });

  it('KA1 in any order, repeated or not, it says what the independent book says', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(histories, ({ tape, events, order }) => {
        const history = randomHistory(tapeChoices(tape), events);
        const choices = seededChoices(order);
        const twice = [...history, ...history.filter(() => choices.int(3) === 0)];
        const book = bookOf(shuffled(choices, twice));
        expect(new Map(book.lines().map((line) => [`${line.store}|${line.item}`, bookLineOf(line)]))).toEqual(
          new Map([...naiveBook(history, understands).lines].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        );
      }),
      { numRuns: propertyRuns },
    );
  });

  it('KA1 it reads of each line of a document what the journal reads', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      for (const event of randomHistory(seededChoices(seed), 40)) {
        const typed = parsePayload(event);
        const contribution = contributionOf(event, NO_JUDGEMENT);
        if (!typed.ok || contribution === null || event.store === null) continue;
        const entries = lineEntries(event, typed, contribution, undefined);
        expect(movesTold(typed)).toEqual(
          entries.flatMap(({ item, line, value }) =>
            value.kind === 'counted'
              ? []
              : (Object.entries(value.moves) as [Bucket, number][]).map(([bucket, change]) => ({
                  line,
                  item,
                  bucket,
                  change,
                })),
          ),
        );
        if (entries.length > 0) seen.add(event.type);
      }
    }
    expect([...seen].sort()).toEqual([...STOCK_FACT_TYPES].sort());
  });
});

function movesTold(typed: TypedPayload): object[] {
  const told: object[] = [];
  tellMoves(typed, { move: (line, item, bucket, change) => void told.push({ line, item, bucket, change }) });
  return told;
}
