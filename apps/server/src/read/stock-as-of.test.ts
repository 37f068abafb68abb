// What could be promised at a past moment: the shelf then, less what reservations held then, as known now.
import { expect, test } from 'vitest';
import { foldBatches } from '@streamstock/inventory/testing/fold-events';
import { makeEvent, minute, testId } from '@streamstock/inventory/testing/make-event';
import { msFromHybridTime } from '@streamstock/event-log';
import { ChainView } from './chain-view.ts';
import { createStockAsOf } from './stock-as-of.ts';

test('goods are available in the past as they were: before, while and after they were held', async () => {
  const at = (minutes: number) => ({ store: 'lisboa', at: minute(minutes) });
  const reserved = {
    request: null,
    order: null,
    owner: 'rita',
    lines: [{ item: 'feta', quantity: 4 }],
    expiresAt: minute(6),
  };
  const opened = { name: 'Lisboa', currency: 'EUR', timeZone: 'UTC', areas: [], silentAfterMs: 60_000, location: null };
  const tables = await foldBatches([
    [
      makeEvent('open', 'StoreOpened', { store: 'lisboa', ...opened }, at(0)),
      makeEvent('in', 'StockReceived', { document: 'd', lines: [{ item: 'feta', quantity: 10 }] }, at(1)),
      makeEvent('hold', 'StockReserved', reserved, at(2)),
      makeEvent('early', 'StockReserved', { ...reserved, lines: [{ item: 'rice', quantity: 2 }] }, at(2)),
      makeEvent(
        'pick',
        'OrderPicked',
        { order: testId('o'), reservation: testId('hold'), lines: [{ item: 'feta', quantity: 1 }] },
        at(4),
      ),
      makeEvent('end', 'ReservationReleased', { reservation: testId('hold'), reason: 'cancelled' }, at(5)),
    ],
  ]);
  const view = new ChainView();
  await view.load(tables, 6);
  const asOf = createStockAsOf(view, tables);
  const available = async (minutes: number) => {
    const { items, columns } = await asOf(msFromHybridTime(minute(minutes)), new AbortController().signal);
    return Object.fromEntries(items.map(([item], index) => [item, columns[0]?.available.get(index)]));
  };
  expect(await available(0.5)).toEqual({ feta: null, rice: null });
  expect(await available(1)).toEqual({ feta: 10, rice: null });
  expect(await available(3)).toEqual({ feta: 6, rice: -2 });
  expect(await available(4)).toEqual({ feta: 6, rice: -2 });
  expect(await available(5)).toEqual({ feta: 9, rice: -2 });
  expect(await available(6)).toEqual({ feta: 9, rice: null });
  view.passTime(minute(7));
  expect(view.snapshot().columns[0]?.available.get(view.indexOf('feta') ?? -1)).toBe(9);
});
