// Sales by hour: what counts, at its effective time, in exact money.
import { hybridTimeFromMs } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, testId } from '../testing/make-event.ts';
import { inEveryOrder, reversed } from '../testing/short-events.ts';
import { salesBetween, salesByHour } from './sales-queries.ts';

const HOUR = 3_600_000;
const MORNING = Date.UTC(2026, 10, 2, 9);
const cents = (minorUnits: number) => ({ minorUnits, scale: 2 });

interface Line {
  readonly quantity: number;
  readonly unitPrice: { minorUnits: number; scale: number } | null;
  readonly unit?: 'gram';
}

function sale(name: string, atMs: number, lines: readonly Line[]) {
  const payload = { document: name, lines: lines.map((line) => ({ item: 'feta', ...line })) };
  return makeEvent(name, 'StockSold', payload, { at: hybridTimeFromMs(atMs) });
}

function refund(name: string, atMs: number, quantity: number) {
  const lines = [{ item: 'feta', quantity, disposition: 'damaged' as const }];
  return makeEvent(name, 'StockReturned', { document: name, lines }, { at: hybridTimeFromMs(atMs) });
}

const basket = sale('basket', MORNING + 5, [
  { quantity: 3, unitPrice: cents(199) },
  { quantity: 2, unitPrice: null },
  { quantity: 350, unitPrice: { minorUnits: 1_290, scale: 5 }, unit: 'gram' },
]);

it('R33 an hour sums documents, lines, pieces, money and returns; weighed lines are one piece each', async () => {
  await inEveryOrder(
    [basket, sale('gift', MORNING, [{ quantity: 1, unitPrice: cents(0) }]), refund('r', MORNING, 2)],
    async (tables) => {
      expect(await salesByHour(tables, 'lisboa', MORNING, MORNING + HOUR)).toEqual([
        {
          fromMs: MORNING,
          sales: 2,
          lines: 4,
          pieces: 7,
          unpricedLines: 1,
          revenue: '10.485',
          returns: 1,
          returnedPieces: 2,
        },
      ]);
    },
  );
});

it('R33 a reversed line leaves the sums, a reversed sale too, and an hour with nothing left has no row', async () => {
  const hours = async (events: Parameters<typeof foldBatches>[0][number]) =>
    salesByHour(await foldBatches(events.map((event) => [event])), 'lisboa', MORNING, MORNING + HOUR);
  expect(await hours([reversed('undo', 9, 'basket', 0), basket])).toMatchObject([
    { sales: 1, lines: 2, revenue: '4.515' },
  ]);
  expect(await hours([basket, reversed('undo', 9, 'basket')])).toEqual([]);
});

it('R33 a re-timed sale counts in the hour that was ruled', async () => {
  const effectiveAt = hybridTimeFromMs(MORNING - HOUR);
  const ruling = makeRuling('ruling', 'EventRetimed', testId('basket'), { effectiveAt, uncertaintyMs: 0 });
  await inEveryOrder([basket, ruling], async (tables) => {
    const hours = await salesByHour(tables, 'lisboa', MORNING - 2 * HOUR, MORNING + HOUR);
    expect(hours.map(({ fromMs }) => fromMs)).toEqual([MORNING - HOUR]);
  });
});

it('R34 a span takes the hours it begins and ends in, of one store, in exact money past 2^53', async () => {
  const huge = { minorUnits: 1_000_000_000_000, scale: 0 };
  const tables = await foldBatches([
    [
      sale('early', MORNING - 1, [{ quantity: 1, unitPrice: cents(100) }]),
      sale('first', MORNING + HOUR - 1, [{ quantity: 1, unitPrice: cents(1) }]),
      sale('second', MORNING + HOUR, [{ quantity: 1_000_000_000, unitPrice: huge }]),
      sale('late', MORNING + 2 * HOUR, [{ quantity: 1, unitPrice: cents(100) }]),
    ],
  ]);
  const totals = await salesBetween(tables, 'lisboa', MORNING + 10, MORNING + HOUR + 10);
  expect(totals).toMatchObject({ sales: 2, pieces: 1_000_000_001, revenue: '1000000000000000000000.01' });
  expect(await salesBetween(tables, 'porto', MORNING, MORNING + HOUR)).toMatchObject({ sales: 0, revenue: '0.00' });
});

it('LI6 goods handed over for an order are sold in that hour; one that is reversed is not', async () => {
  const lines = [
    { item: 'feta', quantity: 2, unitPrice: cents(150) },
    { item: 'rice', quantity: 400, unitPrice: null, unit: 'gram' as const },
  ];
  const handed = makeEvent(
    'handed',
    'OrderFulfilled',
    { order: testId('order'), document: 'handed', lines },
    { at: hybridTimeFromMs(MORNING + 9) },
  );
  await inEveryOrder([handed], async (tables) => {
    expect(await salesByHour(tables, 'lisboa', MORNING, MORNING + HOUR)).toMatchObject([
      { sales: 1, lines: 2, pieces: 3, unpricedLines: 1, revenue: '3.00' },
    ]);
  });
  await inEveryOrder([handed, reversed('line', 0, 'handed', 0)], async (tables) => {
    expect(await salesByHour(tables, 'lisboa', MORNING, MORNING + HOUR)).toMatchObject([
      { sales: 1, lines: 1, pieces: 1, unpricedLines: 1, revenue: '0.00' },
    ]);
  });
  await inEveryOrder([handed, reversed('all', 0, 'handed')], async (tables) => {
    expect(await salesByHour(tables, 'lisboa', MORNING, MORNING + HOUR)).toEqual([]);
  });
});
