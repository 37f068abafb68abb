// Demand: what customers wanted, told from what was sold, came back, was missing or never happened.
import fc from 'fast-check';
import { hybridTimeFromMs, type Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { localDays } from '../analytics/local-days.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { storesProjector } from '../stores/stores-projector.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import type { LineTrade } from '../value/value-queries.ts';
import { valuesProjector } from '../value/values-projector.ts';
import { cleanDemand, type DemandInput } from './demand.ts';
import { restockReport } from './restock-report.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A Monday. */
const START = Date.UTC(2026, 8, 7);
const UTC = localDays('UTC');
const FIRST = UTC.dayOf(START);

type Said = Partial<Pick<LineTrade, 'customer' | 'reference' | 'sale'>>;

function trade(kind: 'sold' | 'returned', name: string, atMs: number, quantity: number, said: Said = {}): LineTrade {
  return { kind, id: testId(name), at: hybridTimeFromMs(START + atMs), part: 0, quantity, ...said };
}
const bought = (name: string, atMs: number, quantity: number, said: Said = {}) =>
  trade('sold', name, atMs, quantity, said);
const back = (name: string, atMs: number, quantity: number, said: Said = {}) =>
  trade('returned', name, atMs, quantity, said);

/** `days` whole days on all of which the store traded, and a level nobody knows. */
function demandOf(trades: readonly LineTrade[], days = 4, more: Partial<DemandInput> = {}) {
  const tradingDays = new Set(Array.from({ length: days }, (_, index) => FIRST + index));
  return cleanDemand({ trades, levels: null, tradingDays, days: UTC, endMs: START + days * DAY, ...more });
}

describe('returns', () => {
  it('DE1 an order of 80,995 that is cancelled 12 minutes later is no demand, on either day', () => {
    const giant = [bought('s', HOUR, 80_995), back('r', HOUR + 12 * MINUTE, 80_995)];
    expect(demandOf([bought('a', 0, 2), ...giant, bought('b', DAY, 3)])).toMatchObject({
      series: [2, 3, 0, 0],
      sold: 81_000,
      cancelled: 80_995,
      unmatched: 0,
    });
    const overnight = [bought('s', DAY - MINUTE, 74_215), back('r', DAY + MINUTE, 74_215)];
    expect(demandOf([bought('a', 0, 2), ...overnight]).series).toEqual([2, 0, 0, 0]);
  });

  it('DE1 a return takes from the sale it names, in part too, and never more than that was', () => {
    const sales = [bought('first', 0, 5), bought('second', DAY, 5)];
    const named = { sale: testId('first') };
    expect(demandOf([...sales, back('r', 2 * DAY, 2, named)]).series).toEqual([3, 5, 0, 0]);
    expect(demandOf([...sales, back('r', 2 * DAY, 7, named)])).toMatchObject({ series: [0, 5, 0, 0], unmatched: 2 });
    expect(demandOf([...sales, back('r', 2 * DAY, 4, named), back('q', 3 * DAY, 4, named)])).toMatchObject({
      series: [0, 5, 0, 0],
      unmatched: 3,
    });
  });

  it('DE2 a return without a name: the latest sale of the same customer or document, else of just that quantity', () => {
    const sales = [
      bought('ana', 0, 5, { customer: 'ana', reference: '17' }),
      bought('rui', DAY, 5, { customer: 'rui' }),
    ];
    expect(demandOf([...sales, back('r', 2 * DAY, 3, { customer: 'ana' })]).series).toEqual([2, 5, 0, 0]);
    expect(demandOf([...sales, back('r', 2 * DAY, 3, { reference: '17' })]).series).toEqual([2, 5, 0, 0]);
    expect(demandOf([...sales, back('r', 2 * DAY, 5)]).series).toEqual([5, 0, 0, 0]);
    expect(demandOf([...sales, back('r', 2 * DAY, 5, { customer: 'eva' })])).toMatchObject({
      series: [5, 5, 0, 0],
      unmatched: 5,
    });
    expect(demandOf([...sales, back('r', 2 * DAY, 4)])).toMatchObject({ series: [5, 5, 0, 0], unmatched: 4 });
  });

  it('DE2 a sale after the return, or more than 30 days before it, does not fit; a sale is given back once', () => {
    expect(demandOf([back('r', HOUR, 5), bought('s', 2 * HOUR, 5)])).toMatchObject({ sold: 5, cancelled: 0 });
    expect(demandOf([bought('s', 0, 5), back('r', 31 * DAY, 5)], 40)).toMatchObject({ cancelled: 0, unmatched: 5 });
    expect(demandOf([bought('s', 0, 5), back('r', HOUR, 5), back('q', 2 * HOUR, 5)])).toMatchObject({
      cancelled: 5,
      unmatched: 5,
    });
  });

  it('DE3 S13 returns of what was never bought make no negative demand; what is left is sales less what was matched', () => {
    const trades = fc.array(
      fc.record({
        returned: fc.boolean(),
        atMs: fc.nat({ max: 20 * DAY }),
        quantity: fc.integer({ min: 1, max: 4 }),
        customer: fc.constantFrom(undefined, 'ana', 'rui'),
        names: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(trades, fc.nat(), (made, turn) => {
        const all = made.map(({ returned, atMs, quantity, customer, names }, index) =>
          trade(returned ? 'returned' : 'sold', `t-${index}`, atMs, quantity, {
            ...(customer === undefined ? {} : { customer }),
            ...(names === undefined || !returned ? {} : { sale: testId(`t-${names}`) }),
          }),
        );
        const demand = demandOf(all, 22);
        expect(demand.series.every((quantity) => quantity >= 0)).toBe(true);
        const returned = all.filter(({ kind }) => kind === 'returned').reduce((sum, { quantity }) => sum + quantity, 0);
        expect(demand.cancelled + demand.unmatched).toBe(returned);
        expect(demand.series.reduce((sum, quantity) => sum + quantity, 0)).toBe(demand.sold - demand.cancelled);
        const turned = [...all.slice(turn % (all.length + 1)), ...all.slice(0, turn % (all.length + 1))];
        expect(demandOf(turned, 22)).toEqual(demand);
      }),
      { numRuns: propertyRuns },
    );
  });
});

describe('days', () => {
  const level = (atMs: number, held: number) => ({ at: hybridTimeFromMs(START + atMs), level: held });

  it('DE4 S13 a day half of it without goods says nothing; a day on which goods were sold from nothing does', () => {
    const levels = [level(0, 5), level(DAY + HOUR, 0), level(2 * DAY + 6 * HOUR, 9)];
    expect(demandOf([bought('a', 0, 5)], 4, { levels })).toMatchObject({
      usable: [true, false, true, true],
      stockOutDays: 1,
    });
    const wrongBook = [bought('a', 0, 5), bought('b', DAY + 2 * HOUR, 1)];
    expect(demandOf(wrongBook, 4, { levels }).usable).toEqual([true, true, true, true]);
    expect(demandOf([bought('a', 0, 5)], 4, { levels: null }).stockOutDays).toBe(0);
  });

  it('DE5 S13 a trading store that sold nothing on a day was closed or its data is missing: masked, not zero', () => {
    const every = (days: number, without: (day: number) => boolean) =>
      new Set(
        Array.from({ length: days }, (_, index) => index)
          .filter((day) => !without(day))
          .map((day) => FIRST + day),
      );
    const trades = [bought('a', 0, 1)];
    const holiday = demandOf(trades, 42, { tradingDays: every(42, (day) => day === 9) });
    expect(holiday.missingDays).toBe(1);
    expect(holiday.usable[9]).toBe(false);
    const closedOnSundays = demandOf(trades, 42, { tradingDays: every(42, (day) => day % 7 === 6) });
    expect(closedOnSundays).toMatchObject({ missingDays: 0 });
    const quiet = demandOf(trades, 42, { tradingDays: every(42, (day) => day % 3 !== 0) });
    expect(quiet).toMatchObject({ missingDays: 0 });
  });

  it('DE6 S13 days are whole days of the store: from the first sale to the last day that is over', () => {
    const running = demandOf([bought('a', DAY, 1), bought('b', 3 * DAY + HOUR, 9)], 4, {
      endMs: START + 3 * DAY + 2 * HOUR,
    });
    expect(running).toMatchObject({ firstDay: FIRST + 1, lastDay: FIRST + 2, series: [1, 0] });
    const tokyo = localDays('Asia/Tokyo');
    const evening = demandOf([bought('a', 16 * HOUR, 1)], 4, { days: tokyo });
    expect(tokyo.textOf(evening.firstDay)).toBe('2026-09-08');
    expect(demandOf([])).toMatchObject({ series: [], sold: 0 });
  });

  it('DE7 transfers, losses, corrections, deliveries and gifts are no demand; an order that was handed over is', async () => {
    const at = (days: number, hours = 9) => ({ at: hybridTimeFromMs(START + days * DAY + hours * HOUR) });
    const line = { item: 'feta', quantity: 7 };
    const store = {
      store: 'lisboa',
      name: 'Lisboa',
      currency: 'EUR',
      timeZone: 'UTC',
      areas: [],
      silentAfterMs: 3_600_000,
      location: null,
    };
    const events: Event[] = [
      makeEvent('o', 'StoreOpened', store, at(0)),
      makeEvent('in', 'StockReceived', { document: 'in', lines: [{ ...line, quantity: 90 }] }, at(0)),
      makeEvent('lost', 'StockAdjusted', { document: 'l', reason: 'lost', lines: [line] }, at(1)),
      makeEvent('down', 'StockAdjusted', { document: 'd', reason: 'corrected-down', lines: [line] }, at(2)),
      makeEvent(
        'out',
        'TransferDispatched',
        { document: 'out', request: null, to: 'porto', expectedAt: null, lines: [{ ...line, unitCost: null }] },
        at(3),
      ),
      ...Array.from({ length: 30 }, (_, day) =>
        makeEvent(
          `s-${day}`,
          'StockSold',
          { document: `s-${day}`, lines: [{ item: 'feta', quantity: 2, unitPrice: null }] },
          at(day, 10),
        ),
      ),
      makeEvent(
        'order',
        'OrderFulfilled',
        { order: testId('placed'), document: 'f', lines: [{ item: 'feta', quantity: 3, unitPrice: null }] },
        at(5),
      ),
      makeEvent(
        'gift',
        'StockSold',
        { document: 'gift', lines: [{ item: 'feta', quantity: 4, unitPrice: { minorUnits: 0, scale: 2 } }] },
        at(6),
      ),
    ];
    const projectors = [storesProjector, stockProjector, valuesProjector];
    const report = await restockReport(await foldBatches([events], projectors), { top: 5, nowMs: START + 60 * DAY });
    expect(report?.lastDay).toBe('2026-10-06');
    const [found] = report?.lines ?? [];
    expect(found?.demand).toMatchObject({ sold: 63, given: 4 });
    expect(found?.demand.series.slice(0, 7)).toEqual([2, 2, 2, 2, 2, 5, 2]);
    expect(found?.available).toBe(90 - 21 - 60 - 4);
    expect(found?.forecast.ok).toBe(true);
    expect(found?.proposal.arithmetic.assumed).toEqual(['leadTimeDays', 'serviceLevelPermille', 'targetCoverDays']);
  });
});
