import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceTransaction, HeldPage } from './device-storage.ts';
import { LayeredTables } from './layered-tables.ts';
import { lineSum } from './line-sum.ts';
import { MemoryTables } from './memory-tables.ts';
import { BaseDamaged, PackedBase } from './packed-base.ts';
import { sortableNumber, type Range, type Row, type Tables } from './tables.ts';
import { pagesOf } from './testing/sample-snapshot.ts';

const TABLES = ['stock', 'stock-lines'];
const key = fc.integer({ min: 0, max: 60 }).map((number) => `k${String(number).padStart(3, '0')}`);

type Step =
  | { readonly kind: 'put' | 'delete' | 'get'; readonly table: string; readonly keys: readonly string[] }
  | { readonly kind: 'range'; readonly table: string; readonly range: Range };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom<'put' | 'delete' | 'get'>('put', 'delete', 'get'),
    table: fc.constantFrom(...TABLES),
    keys: fc.array(key, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    kind: fc.constant('range' as const),
    table: fc.constantFrom(...TABLES),
    range: fc.record(
      { from: key, to: key, reverse: fc.boolean(), rowsMax: fc.integer({ min: 1, max: 40 }) },
      { requiredKeys: ['rowsMax'] },
    ),
  }),
);

/** A base of these rows, and empty rows over it. */
async function layersOver(
  rows: Readonly<Record<string, readonly Row<unknown>[]>>,
  rowsPerPage: number,
): Promise<{ readonly tables: LayeredTables; readonly transaction: DeviceTransaction; readonly base: PackedBase }> {
  const { heads, pages } = pagesOf(rows, rowsPerPage);
  const transaction = { records: new MemoryTables(), rows: new MemoryTables(), pages: new MemoryTables() };
  const texts = pages.map(({ index, text }) => ({ key: sortableNumber(index), value: text }));
  await transaction.pages.putMany('s', texts);
  const held = heads.map((head, index): HeldPage => ({ ...head, sum: lineSum(pages[index]?.text ?? '') }));
  const base = new PackedBase({ id: 's', pages: held });
  return { tables: new LayeredTables(transaction, base), transaction, base };
}

async function take(tables: Tables, one: Step, number: number): Promise<unknown> {
  switch (one.kind) {
    case 'put':
      return tables.putMany(
        one.table,
        one.keys.map((name) => ({ key: name, value: { name, number } })),
      );
    case 'delete':
      return tables.deleteMany(one.table, one.keys);
    case 'get':
      return tables.getMany(one.table, one.keys);
    case 'range':
      return tables.range(one.table, one.range);
  }
}

describe('LayeredTables', () => {
  it('answers as one table that holds the base’s rows and what was written since', async () => {
    const keys = fc.uniqueArray(key, { maxLength: 60 }).map((names) => names.toSorted());
    const examples = fc.tuple(keys, keys, fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 40 }));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(examples, async ([stock, lines, rowsPerPage, steps]) => {
        const rowsOf = (names: readonly string[]) => names.map((name) => ({ key: name, value: { name, number: -1 } }));
        const rows = { stock: rowsOf(stock), 'stock-lines': rowsOf(lines) };
        const { tables } = await layersOver(rows, rowsPerPage);
        const model = new MemoryTables();
        for (const [table, held] of Object.entries(rows)) await model.putMany(table, held);
        for (const [number, one] of steps.entries()) {
          expect(await take(tables, one, number)).toEqual(await take(model, one, number));
          answered += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(answered).toBeGreaterThan(1_000);
  });

  it('reads through long stretches of deleted rows', async () => {
    const rows = Array.from({ length: 900 }, (_, index) => ({ key: sortableNumber(index), value: index }));
    const { tables } = await layersOver({ stock: rows }, 50);
    await tables.deleteMany(
      'stock',
      rows.slice(0, 890).map((row) => row.key),
    );
    expect(await tables.range('stock', { rowsMax: 2 })).toEqual(rows.slice(890, 892));
    expect(await tables.range('stock', { rowsMax: 1, to: sortableNumber(895), reverse: true })).toEqual([rows[894]]);
  });

  it('says when a page is gone or is not what it was', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => ({ key: sortableNumber(index), value: index }));
    const { tables, transaction } = await layersOver({ stock: rows }, 3);
    await transaction.pages.putMany('s', [{ key: sortableNumber(1), value: '[["0000000000000003",4]]' }]);
    expect(await tables.getMany('stock', [sortableNumber(1)])).toEqual([1]);
    await expect(tables.getMany('stock', [sortableNumber(3)])).rejects.toBeInstanceOf(BaseDamaged);
    await transaction.pages.deleteMany('s', [sortableNumber(2)]);
    await expect(tables.range('stock', { rowsMax: 9 })).rejects.toBeInstanceOf(BaseDamaged);
  });

  it('keeps no more parsed pages than fit, and answers the same', async () => {
    const long = 'x'.repeat(200_000);
    const rows = Array.from({ length: 100 }, (_, index) => ({ key: sortableNumber(index), value: { index, long } }));
    const { tables, transaction } = await layersOver({ stock: rows }, 1);
    expect(await tables.range('stock', { rowsMax: 100 })).toHaveLength(100);
    await transaction.pages.clear('s');
    const kept = await Promise.all(rows.map((row) => tables.getMany('stock', [row.key]).catch(() => 'gone')));
    expect(kept.filter((value) => value === 'gone').length).toBeGreaterThan(50);
    expect(kept.filter((value) => value !== 'gone').length).toBeGreaterThan(10);
  });
});
