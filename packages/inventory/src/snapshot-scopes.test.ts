// The property behind snapshots: what is cut of the centre's tables for a store is what its devices fold of what they hear.
import {
  HeardFold,
  isHeardScope,
  isInAudience,
  isInScope,
  JUDGEMENTS_TABLE,
  MemoryTables,
  projectBatch,
  scopeKeys,
  snapshotTables,
  type Event,
  type Row,
  type SnapshotScope,
  type SnapshotTable,
} from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inventoryProjectors } from './projectors.ts';
import { addressed } from './testing/addressed.ts';
import { inBatches, seededChoices, tapeChoices } from './testing/choices.ts';
import { foldBatches } from './testing/fold-events.ts';
import { randomHistory } from './testing/random-history.ts';
import { ITEMS, STORES } from './testing/random-parts.ts';
import { propertyRuns } from './testing/runs.ts';

const TABLES = snapshotTables(inventoryProjectors);
const ROWS_MAX = 10_000;

const histories = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 700, size: 'max' }),
  events: fc.integer({ min: 1, max: 45 }),
  order: fc.nat(),
  longest: fc.integer({ min: 1, max: 12 }),
  store: fc.constantFrom(...STORES),
});

/** What a scope cuts of tables for a store; of scope `heard` all there is. */
async function cut(tables: MemoryTables, table: string, scope: SnapshotScope, store: string): Promise<Row<unknown>[]> {
  const keys = scopeKeys(scope, store) ?? {};
  const rows = await tables.range<unknown>(table, { ...keys, rowsMax: ROWS_MAX });
  return rows.filter((row) => isInScope(scope, row, store));
}

/** The same of a device's tables, where what it heard of others stands too: of scopes of both kinds `shared` names those rows. */
async function held(
  tables: MemoryTables,
  { table, scope }: SnapshotTable,
  store: string,
  shared: MemoryTables,
): Promise<Row<unknown>[]> {
  if (typeof scope !== 'object') return await cut(tables, table, scope, store);
  const keys = new Set((await shared.range<unknown>(table, { rowsMax: ROWS_MAX })).map(({ key }) => key));
  const rows = await tables.range<unknown>(table, { rowsMax: ROWS_MAX });
  return rows.filter((row) => keys.has(row.key) || isInScope(scope, row, store));
}

async function heardFold(events: readonly Event[], store: string, longest: number): Promise<MemoryTables> {
  const fold = new HeardFold(inventoryProjectors);
  const heard = events.flatMap((event, index) => (isInAudience(event, store) ? [{ event, position: index + 1 }] : []));
  for (const batch of inBatches(seededChoices(longest), heard, longest)) await fold.take(batch);
  return fold.tables;
}

/** Everything of a snapshot by table, as the centre that holds `events` would make it. */
async function snapshotOf(
  events: readonly Event[],
  store: string,
  longest: number,
): Promise<Map<string, Row<unknown>[]>> {
  const centre = await foldBatches(inBatches(seededChoices(longest), events, longest));
  const heard = await heardFold(events, store, longest);
  const rows = new Map<string, Row<unknown>[]>();
  for (const { table, scope } of TABLES) {
    const own = scope === 'heard' ? [] : await cut(centre, table, scope, store);
    const shared = isHeardScope(scope) ? await heard.range<unknown>(table, { rowsMax: ROWS_MAX }) : [];
    const all = new Map([...shared, ...own].map((row) => [row.key, row]));
    rows.set(
      table,
      [...all.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }
  return rows;
}

/** A device that starts from a snapshot: later rulings about what stands before it come with their target. */
async function installed(before: readonly Event[], store: string, longest: number): Promise<MemoryTables> {
  const tables = new MemoryTables();
  for (const [table, rows] of await snapshotOf(before, store, longest)) await tables.putMany(table, rows);
  const heard = before.filter((event) => isInAudience(event, store));
  const judgements = await (await foldBatches([heard])).range(JUDGEMENTS_TABLE, { rowsMax: ROWS_MAX });
  await tables.putMany(JUDGEMENTS_TABLE, judgements);
  return tables;
}

it('SN1 every table of a device has a scope', () => {
  const tables = inventoryProjectors.flatMap((projector) => projector.tables);
  expect(TABLES.map(({ table }) => table)).toEqual(tables);
  for (const { snapshot = {}, heard } of inventoryProjectors)
    expect(Object.values(snapshot).some(isHeardScope)).toBe(heard !== undefined);
});

it('SN1 what is cut for a store is what a fold of what it hears gives', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ tape, events, order, longest, store }) => {
      const history = addressed(seededChoices(order), randomHistory(tapeChoices(tape), events));
      const device = await foldBatches([history.filter((event) => isInAudience(event, store))]);
      const shared = await heardFold(history, store, longest);
      const snapshot = await snapshotOf(history, store, longest);
      for (const one of TABLES) {
        const { table } = one;
        const rows = snapshot.get(table);
        expect({ table, rows }).toEqual({ table, rows: await held(device, one, store, shared) });
      }
    }),
    { numRuns: Math.ceil(propertyRuns / 2), endOnFailure: true },
  );
});

it(
  'SN2 X18 a device that starts from a cut and one that heard everything hold the same',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async ({ tape, events, order, longest, store }, at) => {
        const history = addressed(seededChoices(order), randomHistory(tapeChoices(tape), events));
        const position = at % (history.length + 1);
        const tables = await installed(history.slice(0, position), store, longest);
        const heard = history.filter((event) => isInAudience(event, store));
        const known = new Map(history.slice(0, position).map((event) => [event.id, { event }]));
        for (const event of history.slice(position)) {
          if (!heard.includes(event)) continue;
          await projectBatch(tables, [{ event }], inventoryProjectors, async (ids) =>
            ids.flatMap((id) => {
              const found = known.get(id);
              return found !== undefined && isInAudience(found.event, store) ? [found] : [];
            }),
          );
          known.set(event.id, { event });
        }
        const device = await foldBatches([heard]);
        const shared = await heardFold(history, store, longest);
        for (const one of TABLES) {
          const { table } = one;
          const rows = await held(tables, one, store, shared);
          expect({ table, rows }).toEqual({ table, rows: await held(device, one, store, shared) });
        }
      }),
      { numRuns: Math.ceil(propertyRuns / 2), endOnFailure: true },
    );
  },
);

it('SN1 the cut is not empty where the store has goods, and holds none of another store', async () => {
  const history = addressed(seededChoices(7), randomHistory(seededChoices(9), 400));
  const [store, other] = STORES;
  const rows = await snapshotOf(history, store, 5);
  expect(rows.get('stock-lines')?.map(({ key }) => key)).toEqual([...ITEMS].sort().map((item) => `${store}|${item}`));
  for (const table of ['stock-lines', 'stock-journal', 'stock-counts', 'sales-hours'])
    expect(rows.get(table)?.filter(({ key }) => key.startsWith(`${other}|`))).toEqual([]);
  expect(rows.get('stock-entries')?.length).toBeGreaterThan(0);
});
