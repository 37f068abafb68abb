// Analytics: sums that do not care for order, and what the figures say.
import fc from 'fast-check';
import { hybridTimeFromMs, type Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { microsText, moneyMicros } from '../money.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { understands } from '../testing/compare-book.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, testId } from '../testing/make-event.ts';
import { countingEvents, groups, readSet, sum } from '../testing/naive-set.ts';
import { randomHistory } from '../testing/random-history.ts';
import { propertyRuns } from '../testing/runs.ts';
import { reversed } from '../testing/short-events.ts';
import { valuesProjector } from '../value/values-projector.ts';
import { eventStatisticsProjector } from './event-statistics.ts';
import { eventStatistics, listLineTotals, salesByDay, tradingDays } from './analytics-queries.ts';
import { classifyAbc, deadStock, meanLevel, shrinkageOf, stockOutTime, topMovers, turnsPerYear } from './findings.ts';
import { localDays } from './local-days.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MORNING = Date.UTC(2026, 10, 2, 9);
const ALWAYS = { fromMs: 0, toMs: Date.UTC(2100, 0) };
const PROJECTORS = [valuesProjector, eventStatisticsProjector];
const cents = (minorUnits: number) => ({ minorUnits, scale: 2 });

function sale(
  name: string,
  atMs: number,
  quantity: number,
  priceCents: number | null,
  item = 'feta',
  store = 'lisboa',
) {
  const unitPrice = priceCents === null ? null : cents(priceCents);
  const lines = [{ item, quantity, unitPrice }];
  return makeEvent(name, 'StockSold', { document: name, lines }, { store, at: hybridTimeFromMs(atMs) });
}

function gone(name: string, atMs: number, reason: 'stolen' | 'damaged' | 'written-off' | 'found', quantity: number) {
  const lines = [{ item: 'feta', quantity }];
  return makeEvent(name, 'StockAdjusted', { document: name, reason, lines }, { at: hybridTimeFromMs(atMs) });
}

const refund = makeEvent(
  'refund',
  'StockReturned',
  {
    document: 'refund',
    lines: [{ item: 'feta', quantity: 1, disposition: 'damaged', unitPrice: cents(199) }],
  },
  { at: hybridTimeFromMs(MORNING + 2 * HOUR) },
);
const handedOver = makeEvent(
  'order',
  'OrderFulfilled',
  { order: testId('placed'), document: 'o', lines: [{ item: 'feta', quantity: 2, unitPrice: cents(100) }] },
  { at: hybridTimeFromMs(MORNING + HOUR) },
);

describe('sums by line and hour', () => {
  it('AN1 what was sold, handed over, brought back, delivered and lost is summed per line, in exact money', async () => {
    const story = [
      sale('a', MORNING, 3, 199),
      sale('b', MORNING + 1, 1, null),
      handedOver,
      refund,
      gone('s', MORNING, 'stolen', 2),
      gone('d', MORNING, 'damaged', 5),
      gone('f', MORNING, 'found', 7),
    ];
    const [line] = await listLineTotals(await foldBatches([story], PROJECTORS), {}, ALWAYS);
    expect(line).toEqual({
      store: 'lisboa',
      item: 'feta',
      sold: 6,
      soldLines: 3,
      unpricedLines: 1,
      returned: 1,
      received: 0,
      revenueMicros: 7_970_000n,
      refundMicros: 1_990_000n,
      losses: { stolen: 2 },
      lastSaleMs: MORNING + HOUR,
    });
  });

  it('AN1 what is reversed or voided leaves nothing behind', async () => {
    const undone = [
      sale('a', MORNING, 3, 199),
      reversed('undo', 1, 'a'),
      refund,
      makeRuling('v', 'EventVoided', testId('refund')),
    ];
    for (const batches of [[undone], undone.map((event) => [event]), undone.toReversed().map((event) => [event])]) {
      const tables = await foldBatches(batches, [valuesProjector]);
      expect(tables.dump()['item-hours'] ?? []).toEqual([]);
    }
  });

  it('AN2 a span is widened to whole hours; days are those of the time zone asked for', async () => {
    const late = Date.UTC(2026, 10, 2, 23, 30);
    const story = [sale('a', MORNING, 1, 100), sale('b', late, 2, 100), sale('c', late + HOUR, 4, 100)];
    const tables = await foldBatches([story], [stockProjector, ...PROJECTORS]);
    const byDay = async (zone: string) =>
      (await salesByDay(tables, { store: 'lisboa' }, ALWAYS, localDays(zone))).map(({ day, sold, revenue }) => [
        day,
        sold,
        revenue,
      ]);
    expect(await byDay('UTC')).toEqual([
      ['2026-11-02', 3, '3.00'],
      ['2026-11-03', 4, '4.00'],
    ]);
    expect(await byDay('Asia/Tokyo')).toEqual([
      ['2026-11-02', 1, '1.00'],
      ['2026-11-03', 6, '6.00'],
    ]);
    const narrow = { fromMs: late, toMs: late + 1 };
    expect((await listLineTotals(tables, { store: 'lisboa', item: 'feta' }, narrow)).map(({ sold }) => sold)).toEqual([
      2,
    ]);
    expect(await tradingDays(tables, 'lisboa', ALWAYS, localDays('UTC'))).toEqual(new Set([20_759, 20_760]));
  });

  it('AN2 a calendar knows its weekdays and begins its days, also where clocks change at midnight', () => {
    const lisbon = localDays('Europe/Lisbon');
    const day = lisbon.dayOf(Date.UTC(2026, 9, 25, 12));
    expect([lisbon.textOf(day), lisbon.weekdayOf(day)]).toEqual(['2026-10-25', 6]);
    expect(lisbon.startMs(day)).toBe(Date.UTC(2026, 9, 24, 23));
    expect(lisbon.startMs(day + 1)).toBe(Date.UTC(2026, 9, 26));
    const santiago = localDays('America/Santiago');
    const spring = santiago.dayOf(Date.UTC(2026, 8, 6, 12));
    expect(santiago.dayOf(santiago.startMs(spring))).toBe(spring);
    expect(santiago.dayOf(santiago.startMs(spring) - 1)).toBe(spring - 1);
  });

  it(
    'AN3 X31 any order, split and repetition gives the sums of a book that starts from scratch',
    { timeout: 600_000 },
    async () => {
      const histories = fc.record({
        tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 500, size: 'max' }),
        events: fc.integer({ min: 1, max: 35 }),
        order: fc.nat(),
        longest: fc.integer({ min: 1, max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(histories, async ({ tape, events, order, longest }) => {
          const history = randomHistory(tapeChoices(tape), events);
          const choices = seededChoices(order);
          const tables = await foldBatches(inBatches(choices, shuffled(choices, history), longest), PROJECTORS);
          expect(tables.dump()).toEqual((await foldBatches([history], PROJECTORS)).dump());
          const totals = await listLineTotals(tables, {}, ALWAYS);
          expect(
            totals
              .filter(({ soldLines, returned, received }) => soldLines + returned + received > 0)
              .map(({ store, item, sold, returned, received, revenueMicros }) =>
                [store, item, sold, returned, received, microsText(revenueMicros)].join(' '),
              ),
          ).toEqual(naiveTotals(history));
          for (const store of ['lisboa', 'porto']) {
            const { mix } = await eventStatistics(tables, store, ALWAYS);
            expect(Object.fromEntries(mix.map(({ type, events: count }) => [type, count]))).toEqual(
              naiveMix(history, store),
            );
          }
        }),
        { numRuns: propertyRuns },
      );
    },
  );
});

function naiveTotals(history: readonly Event[]): string[] {
  const lines = readSet(history, understands).facts.flatMap((fact) =>
    fact.lines.map((line) => ({ type: fact.type, key: `${fact.store} ${line.item}`, line })),
  );
  return [...groups(lines, ({ key }) => key)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, own]) => {
      const of = (...types: string[]) => own.filter(({ type }) => types.includes(type));
      const pieces = (...types: string[]) => sum(of(...types).map(({ line }) => line.quantity));
      if (of('StockSold', 'OrderFulfilled', 'StockReturned', 'StockReceived').length === 0) return [];
      const revenue = of('StockSold', 'OrderFulfilled').reduce(
        (micros, { line }) => micros + (line.unitPrice ? BigInt(line.quantity) * moneyMicros(line.unitPrice) : 0n),
        0n,
      );
      const figures = [pieces('StockSold', 'OrderFulfilled'), pieces('StockReturned'), pieces('StockReceived')];
      return [[key, ...figures, microsText(revenue)].join(' ')];
    });
}

function naiveMix(history: readonly Event[], store: string): Record<string, number> {
  const own = countingEvents(history).filter((event) => event.store === store);
  return Object.fromEntries([...groups(own, ({ type }) => type)].map(([type, all]) => [type, all.length]));
}

describe('statistics of events', () => {
  it('AN4 events that count, by type and hour of effective time; rulings and what does not count are left out', async () => {
    const story = [
      sale('a', MORNING, 1, 100),
      sale('b', MORNING + 90 * 60_000, 1, 100),
      refund,
      sale('void', MORNING, 1, 100),
      makeRuling('v', 'EventVoided', testId('void')),
    ];
    const tables = await foldBatches([story.slice(0, 4), story.slice(4)], PROJECTORS);
    expect(await eventStatistics(tables, 'lisboa', { fromMs: MORNING, toMs: MORNING + 6 * HOUR })).toEqual({
      events: 3,
      mix: [
        { type: 'StockSold', events: 2 },
        { type: 'StockReturned', events: 1 },
      ],
      hours: [
        { fromMs: MORNING, events: 1 },
        { fromMs: MORNING + HOUR, events: 1 },
        { fromMs: MORNING + 2 * HOUR, events: 1 },
      ],
      perHour: 0.5,
    });
    expect((await eventStatistics(tables, null, ALWAYS)).events).toBe(0);
  });
});

describe('what the figures say', () => {
  it('AN5 classes by revenue: 80 %, the next 15 %, the rest; what crosses a border stays before it, equals stay together', () => {
    const figures = [50n, 30n, 10n, 5n, 5n, 0n].map((revenueMicros, index) => ({ key: index, revenueMicros }));
    expect(classifyAbc(figures).map((line) => [line.key, line.rank, line.class, line.cumulativePpm])).toEqual([
      [0, 1, 'A', 500_000],
      [1, 2, 'A', 800_000],
      [2, 3, 'B', 900_000],
      [3, 4, 'B', 1_000_000],
      [4, 4, 'B', 1_000_000],
      [5, 6, 'C', 1_000_000],
    ]);
    expect(classifyAbc([{ key: 'gift', revenueMicros: 0n }])).toMatchObject([{ class: 'C', cumulativePpm: 0 }]);
    expect(classifyAbc([])).toEqual([]);
  });

  it('AN6 dead stock is stock that was not sold for long, or never; top movers are what sold most', () => {
    const lines = [
      { item: 'old', onHand: 4, sold: 1, lastSaleMs: 10 },
      { item: 'never', onHand: 1, sold: 0, lastSaleMs: null },
      { item: 'new', onHand: 4, sold: 9, lastSaleMs: 100 },
      { item: 'empty', onHand: 0, sold: 5, lastSaleMs: null },
    ];
    expect(deadStock(lines, 100).map(({ item }) => item)).toEqual(['old', 'never']);
    expect(topMovers(lines, 2).map(({ item }) => item)).toEqual(['new', 'empty']);
  });

  it('AN7 shrinkage is known losses and what counts miss without a reason; turns are sales over mean stock, a year', () => {
    expect(shrinkageOf({ stolen: 2, 'written-off': 3, 'own-use': 9 }, [-4, 1])).toEqual({
      known: 5,
      unexplained: 3,
      total: 8,
    });
    expect(shrinkageOf({}, [0])).toEqual({ known: 0, unexplained: 0, total: 0 });
    expect(turnsPerYear(10, 5, 73)).toBe(10);
    expect(turnsPerYear(10, 0, 73)).toBe(null);
  });

  it('AN8 time out of stock is the time at zero or below, of the time in which a level is known', () => {
    const levels = [
      { at: hybridTimeFromMs(DAY), level: 4 },
      { at: hybridTimeFromMs(2 * DAY), level: 0 },
      { at: hybridTimeFromMs(2 * DAY + 6 * HOUR), level: 8 },
    ];
    expect(stockOutTime(levels, 0, 3 * DAY)).toEqual({ outMs: 6 * HOUR, knownMs: 2 * DAY });
    expect(stockOutTime(levels, 2 * DAY + HOUR, 2 * DAY + 2 * HOUR)).toEqual({ outMs: HOUR, knownMs: HOUR });
    expect(meanLevel(levels, DAY, 3 * DAY)).toBe((4 * 24 + 8 * 18) / 48);
    expect(meanLevel([], 0, DAY)).toBe(null);
  });
});
