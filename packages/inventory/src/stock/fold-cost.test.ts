// What a batch costs in calls to the tables: on a device each call is a request to IndexedDB.
import { projectBatch, type Event, type Tables } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { CountingTables, type TableCall } from '../testing/counting-tables.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, minute } from '../testing/make-event.ts';
import { counted, received, sold } from '../testing/short-events.ts';
import { compactLine } from './compaction.ts';
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
  const salesAt = (from: number, events: number): Event[] =>
    Array.from({ length: events }, (_, index) =>
      sold(`sale-${from}-${index}`, from + index / 100, 1, {
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

  it('LI10 movements after the horizon of compacted lines: no range, one read more', async () => {
    const compacted = known.clone();
    for (const item of ITEMS) {
      await compactLine(compacted, 'lisboa', item, minute(PAST + 10), minute(PAST + 100 * 24 * 60));
    }
    const whole = await callsFor(known.clone(), salesAt(PAST + 20, 500));
    const calls = await callsFor(compacted, salesAt(PAST + 20, 500));
    expect(calls.filter(({ method }) => method === 'range')).toEqual([]);
    expect(calls.length).toBe(whole.length + 1);
  });

  it('LI3 closing a session reads whom it concerns, and walks no other session', async () => {
    const areas = { scope: { kind: 'store' as const }, areas: ['front', 'back'], blind: false };
    const week = 7 * 24 * 60;
    const tables = known.clone();
    await callsFor(tables, [
      makeEvent('open', 'CountOpened', { session: 's', ...areas }, { at: minute(PAST + week) }),
      ...ITEMS.map((item) => counted(`s-${item}`, PAST + week + 60, 3, { item, session: 's', device: 'till' })),
    ]);
    const close = makeEvent('close', 'CountClosed', { session: 's' }, { at: minute(PAST + 2 * week) });
    const calls = await callsFor(tables, [close]);
    expect(calls.filter(({ method }) => method === 'range')).toEqual([
      { method: 'range', table: 'stock-session-entries', rows: ITEMS.length },
    ]);
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
