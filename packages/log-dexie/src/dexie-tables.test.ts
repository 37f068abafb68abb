import { MemoryTables, type ClearableTables, type Row } from '@streamstock/event-log';
import Dexie from 'dexie';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STORES } from './database.ts';
import { DexieTables, modelPlacement, recordPlacement, type Placement } from './dexie-tables.ts';
import { fakeDatabase } from './testing/fake-database.ts';

/** A small seeded source of randomness (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Step = (tables: ClearableTables) => Promise<unknown>;

/** Random work on two tables; reads come back as results to compare. */
function randomSteps(random: () => number, tableNames: readonly string[], count: number): Step[] {
  const int = (max: number) => Math.floor(random() * max);
  const key = (spread: number) => `s${int(3)}|${String(int(spread)).padStart(5, '0')}`;
  return Array.from({ length: count }, (): Step => {
    const table = tableNames[int(tableNames.length)] ?? '';
    const spread = [20, 300, 40_000][int(3)] ?? 20;
    const keys = Array.from({ length: 1 + int(60) }, () => key(spread));
    const kind = int(10);
    if (kind < 4) {
      const rows: Row<unknown>[] = [...new Set(keys)].map((name) => ({
        key: name,
        value: { name, number: int(1_000) },
      }));
      return (tables) => tables.putMany(table, rows);
    }
    if (kind < 5) return (tables) => tables.deleteMany(table, keys);
    if (kind < 8) return (tables) => tables.getMany(table, keys);
    if (kind === 8 && random() < 0.1) return (tables) => tables.clear(table);
    const from = random() < 0.5 ? { from: key(spread) } : {};
    const to = random() < 0.5 ? { to: key(spread) } : {};
    const range = { ...from, ...to, reverse: random() < 0.5, rowsMax: 1 + int(50) };
    return (tables) => tables.range(table, range);
  });
}

describe('DexieTables', () => {
  let database: Dexie;

  beforeEach(async () => {
    const { indexedDb, keyRange } = fakeDatabase();
    database = new Dexie('tables', { indexedDB: indexedDb, IDBKeyRange: keyRange, cache: 'disabled' });
    database.version(1).stores(STORES);
    await database.open();
  });
  afterEach(() => database.close());

  it.each<[string, Placement, readonly string[]]>([
    ['read models', modelPlacement, ['stock', 'stock-lines']],
    ['records', recordPlacement, ['own', 'events']],
  ])('%s answer like tables in memory, whatever is asked in whatever order', async (_name, placement, tableNames) => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const memory = new MemoryTables();
      const steps = randomSteps(seeded(seed), tableNames, 40);
      const expected: unknown[] = [];
      for (const step of steps) expected.push(await step(memory));
      const answers = await database.transaction('rw', Object.keys(STORES), async (transaction) => {
        const tables = new DexieTables((store) => transaction.table(store), placement);
        for (const table of tableNames) await tables.clear(table);
        const results: unknown[] = [];
        for (const step of steps) results.push(await step(tables));
        return results;
      });
      expect(answers, `seed ${seed}`).toEqual(expected);
    }
  });

  it('keeps tables apart whose names begin alike', async () => {
    const answers = await database.transaction('rw', ['rows'], async (transaction) => {
      const tables = new DexieTables((store) => transaction.table(store), modelPlacement);
      await tables.putMany('stock', [{ key: 'a', value: 1 }]);
      await tables.putMany('stock-lines', [{ key: 'a', value: 2 }]);
      await tables.clear('stock');
      return [await tables.range('stock', { rowsMax: 9 }), await tables.range('stock-lines', { rowsMax: 9 })];
    });
    expect(answers).toEqual([[], [{ key: 'a', value: 2 }]]);
  });
});
