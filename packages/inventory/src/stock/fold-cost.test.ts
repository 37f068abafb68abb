// What a batch costs in calls to the tables: on a device each call is a request to IndexedDB.
import { projectBatch, type Event, type Tables } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { CountingTables, type TableCall } from '../testing/counting-tables.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { counted, received, sold } from '../testing/short-events.ts';
import { stockProjector } from './stock-projector.ts';

const ITEMS = Array.from({ length: 40 }, (_, index) => `item-${index}`);
const PAST = 300;

/** Every item delivered, sold from for `PAST` minutes, then counted. */
function past(): Event[] {
  return ITEMS.flatMap((item) => [
    received(`in-${item}`, 0, 1_000, { item }),
    ...Array.from({ length: PAST / 10 }, (_, index) => sold(`past-${item}-${index}`, 1 + index * 10, 1, { item })),
    counted(`count-${item}`, PAST + 1, 900, { item, device: 'phone' }),
  ]);
}

async function callsFor(tables: Tables, events: readonly Event[]): Promise<readonly TableCall[]> {
  const counting = new CountingTables(tables);
  await projectBatch(
    counting,
    events.map((event) => ({ event })),
    [stockProjector],
    async () => [],
  );
  return counting.calls;
}

function shape(calls: readonly TableCall[]): readonly string[] {
  return calls.map(({ method, table }) => `${method} ${table}`);
}

describe('what a batch costs', async () => {
  const known = await foldBatches([past()], [stockProjector]);
  const salesAt = (minute: number, events: number): Event[] =>
    Array.from({ length: events }, (_, index) =>
      sold(`sale-${minute}-${index}`, minute + index / 100, 1, {
        item: ITEMS[index % ITEMS.length] ?? '',
        device: 'till',
      }),
    );

  it('R54 movements after the counts: no range, and as many calls for 500 events as for one', async () => {
    const one = await callsFor(known.clone(), salesAt(PAST + 20, 1));
    const many = await callsFor(known.clone(), salesAt(PAST + 20, 500));
    expect(shape(many)).toEqual(shape(one));
    expect(many.filter(({ method }) => method === 'range')).toEqual([]);
    expect(many.length).toBeLessThanOrEqual(10);
  });

  it('R54 counts that are the newest news: no range, and as many calls for 40 lines as for one', async () => {
    const week = 7 * 24 * 60;
    const counts = ITEMS.map((item) => counted(`new-${item}`, PAST + week + 60, 3, { item, device: 'till' }));
    const one = await callsFor(known.clone(), counts.slice(0, 1));
    const many = await callsFor(known.clone(), counts);
    expect(shape(many)).toEqual(shape(one));
    expect(many.filter(({ method }) => method === 'range')).toEqual([]);
  });

  it('R55 late movements that the counts had seen: no range', async () => {
    const calls = await callsFor(known.clone(), salesAt(5, 200));
    expect(calls.filter(({ method }) => method === 'range')).toEqual([]);
  });

  it('R55 a late count walks the journal of its line since, and no more', async () => {
    const since = ITEMS.slice(0, 1).flatMap((item) =>
      Array.from({ length: 6 }, (_, index) => sold(`since-${index}`, PAST + 10 + index, 1, { item })),
    );
    const tables = await foldBatches([past(), since], [stockProjector]);
    const late = counted('late', PAST + 5, 800, { item: ITEMS[0] ?? '' });
    const calls = await callsFor(tables, [late]);
    expect(calls.filter(({ method }) => method === 'range')).toEqual([
      { method: 'range', table: 'stock-journal', rows: since.length + 1 },
    ]);
  });
});
