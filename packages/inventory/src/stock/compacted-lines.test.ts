// Lines as a snapshot holds them, against each line compacted by itself in the centre's own tables.
import { hybridTimeFromMs, MemoryTables, msFromHybridTime, type Row } from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute } from '../testing/make-event.ts';
import { randomHistory } from '../testing/random-history.ts';
import { ITEMS, STORES } from '../testing/random-parts.ts';
import { propertyRuns } from '../testing/runs.ts';
import { received, sold } from '../testing/short-events.ts';
import { COMPACTED_TABLES, compactedLines } from './compacted-lines.ts';
import { compactLine, latestHorizon } from './compaction.ts';
import { restoreJournal } from './restore-journal.ts';
import { STOCK_JOURNAL_TABLE, STOCK_LINES_TABLE, type JournalValue, type StockLineRow } from './stock-tables.ts';

const DAY = 24 * 60;
const ROWS_MAX = 10_000;

async function cut(tables: MemoryTables, store: string, nowMs: number): Promise<Map<string, Row<unknown>[]>> {
  const rows = new Map<string, Row<unknown>[]>(COMPACTED_TABLES.map((table) => [table, []]));
  for await (const made of compactedLines(tables, store, nowMs))
    for (const { table, row } of made) rows.get(table)?.push(row);
  return rows;
}

async function rowsOf(tables: MemoryTables, table: string, store: string): Promise<Row<unknown>[]> {
  return tables.range<unknown>(table, { from: `${store}|`, to: `${store}}`, rowsMax: ROWS_MAX });
}

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 700, size: 'max' }),
  events: fc.integer({ min: 1, max: 60 }),
  now: fc.integer({ min: 0, max: 60 }),
  store: fc.constantFrom(...STORES),
});

it('SN3 every line is what compacting it gives, or whole where that is short', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ tape, events, now, store }) => {
      const centre = await foldBatches([randomHistory(tapeChoices(tape), events)]);
      const at = minute(35 * DAY + now);
      const whole = centre.dump();
      const rows = await cut(centre, store, msFromHybridTime(at));
      expect(centre.dump()).toEqual(whole);
      for (const item of ITEMS) {
        const line = rows.get(STOCK_LINES_TABLE)?.find(({ key }) => key === `${store}|${item}`)?.value as
          | StockLineRow
          | undefined;
        if (line?.horizon !== undefined) await compactLine(centre, store, item, latestHorizon(at), at);
      }
      for (const [table, made] of rows)
        expect({ table, made }).toEqual({ table, made: await rowsOf(centre, table, store) });
    }),
    { numRuns: Math.ceil(propertyRuns / 4) },
  );
});

it('SN3 with the journal of the centre a compacted line is whole again', async () => {
  const history = Array.from({ length: 40 }, (_, day) => sold(`sale-${day}`, day * DAY, 1));
  const centre = await foldBatches([[received('goods', 0, 100), ...history]]);
  const nowMs = msFromHybridTime(minute(60 * DAY));
  const device = new MemoryTables();
  for (const table of ['stock-entries', 'stock-reversals', 'sales-hours'])
    await device.putMany(table, await centre.range<unknown>(table, { rowsMax: ROWS_MAX }));
  const rows = await cut(centre, 'lisboa', nowMs);
  for (const [table, made] of rows) await device.putMany(table, made);
  const [line] = rows.get(STOCK_LINES_TABLE) ?? [];
  expect(line?.value).toMatchObject({ horizon: latestHorizon(hybridTimeFromMs(nowMs)), onHand: 60 });
  expect(rows.get(STOCK_JOURNAL_TABLE)?.length).toBeLessThan(41);
  const [, item = ''] = line?.key.split('|') ?? [];
  const journal = await centre.range<JournalValue>(STOCK_JOURNAL_TABLE, { rowsMax: ROWS_MAX });
  await restoreJournal(device, 'lisboa', item, journal);
  for (const table of COMPACTED_TABLES)
    expect({ table, rows: await rowsOf(device, table, 'lisboa') }).toEqual({
      table,
      rows: await rowsOf(centre, table, 'lisboa'),
    });
});

it('SN3 rows come in the order of their keys also where the name of an item begins another’s', async () => {
  const names = ['feta', 'feta-light', 'feta-x', 'fetaz'];
  const history = names.flatMap((item, index) => [
    received(`a${index}`, index, 5, { item }),
    sold(`b${index}`, 9, 1, { item }),
  ]);
  const rows = await cut(await foldBatches([history]), 'lisboa', msFromHybridTime(minute(0)));
  for (const table of [STOCK_JOURNAL_TABLE, STOCK_LINES_TABLE]) {
    const keys = rows.get(table)?.map(({ key }) => key) ?? [];
    expect(keys.length).toBeGreaterThanOrEqual(names.length);
    expect(keys).toEqual(keys.toSorted());
  }
});
