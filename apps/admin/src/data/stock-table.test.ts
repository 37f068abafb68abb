import type { LiveStockChange } from '@streamstock/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleMatrix, sampleStore } from '../testing/sample-matrix.ts';
import { applyStockMessage, catchUp, stockTableOf, withStoreHeads, type StockMessage } from './stock-table.ts';

const stores = ['a', 'b', 'c'].map((id) => sampleStore(id));
const change = (store: string, item: string, onHand: number, recount = false): LiveStockChange => ({
  store,
  item,
  onHand,
  available: onHand,
  recount,
});

const table = stockTableOf(
  sampleMatrix(stores, [
    [5, null],
    [0, 7],
    [-2, null],
  ]),
);

const figures = (of: typeof table): (number | null)[][] => of.rows.map((row) => [...row.onHand]);

test('totals add what is known: zero counts, unknown does not, and nothing known stays unknown', () => {
  expect(table.rows.map((row) => row.total)).toEqual([3, 7]);
  const empty = stockTableOf(sampleMatrix(stores, [[null], [null], [null]]));
  expect(empty.rows[0]?.total).toBeNull();
});

test('a change sets its cell, its total and the position, and leaves other rows the same object', () => {
  const { table: next, changed } = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 4)] });
  expect(next.rows[0]).toMatchObject({ onHand: [4, 0, -2], total: 2 });
  expect(next.position).toBe(2);
  expect(changed).toBe(1);
  expect(next.rows[1]).toBe(table.rows[1]);
  expect(table.rows[0]?.onHand).toEqual([5, 0, -2]);
});

test('a first zero makes an unknown figure known; a figure can become unknown again', () => {
  const known = applyStockMessage(table, { position: 2, changes: [change('a', 'i1', 0)] }).table;
  expect(known.rows[1]).toMatchObject({ onHand: [0, 7, null], total: 7 });
  const gone = applyStockMessage(known, { position: 3, changes: [{ ...change('b', 'i1', 0), onHand: null }] }).table;
  expect(gone.rows[1]).toMatchObject({ onHand: [0, null, null], total: 0 });
});

test('a message older than the table changes nothing', () => {
  expect(applyStockMessage(table, { position: 0, changes: [change('a', 'i0', 99)] }).table).toBe(table);
});

test('two messages may stand at one position: the second tells of other lines', () => {
  const first = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 4)] }).table;
  const both = applyStockMessage(first, { position: 2, changes: [change('b', 'i0', 1)] }).table;
  expect(both.rows[0]?.onHand).toEqual([4, 1, -2]);
});

test('a message that repeats what is known moves the position and no row', () => {
  const next = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 5)] }).table;
  expect(next.position).toBe(2);
  expect(next.rows).toBe(table.rows);
});

test('an unknown item or store asks for reading the whole again, and the rest still goes in', () => {
  const update = applyStockMessage(table, { position: 2, changes: [change('new', 'i0', 1), change('b', 'i0', 6)] });
  expect(update.incomplete).toBe(true);
  expect(update.table.rows[0]?.onHand[1]).toBe(6);
});

test('a recount flag comes and goes without a figure changing', () => {
  const flagged = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 5, true)] });
  expect(flagged.table.rows[0]?.recount).toEqual([0]);
  expect(flagged.changed).toBe(0);
  const cleared = applyStockMessage(flagged.table, { position: 3, changes: [change('a', 'i0', 5)] });
  expect(cleared.table.rows[0]?.recount).toEqual([]);
});

test('recount flags are read from the matrix, by store', () => {
  const matrix = {
    ...sampleMatrix(stores, [
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    recount: [[1], [], [0, 1]],
  };
  expect(stockTableOf(matrix).rows.map((row) => row.recount)).toEqual([[2], [0, 2]]);
});

test('read at any moment and caught up with the stream, the table equals the one that listened from the start', () => {
  const messages = fc.array(
    fc.array(
      fc.record({
        store: fc.constantFrom('a', 'b', 'c'),
        item: fc.constantFrom('i0', 'i1'),
        onHand: fc.integer({ min: -9, max: 9 }),
        recount: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(messages, fc.nat(12), fc.nat(12), (batches, readAt, heardFrom) => {
      const stream: StockMessage[] = batches.map((batch, index) => ({
        position: index + 2,
        changes: batch.map((each) => change(each.store, each.item, each.onHand, each.recount)),
      }));
      const whole = catchUp(table, stream).table;
      const read = catchUp(table, stream.slice(0, readAt)).table;
      // What was heard may begin before the moment of reading, never after it.
      const late = catchUp(read, stream.slice(Math.min(heardFrom, readAt))).table;
      expect(late.rows).toEqual(whole.rows);
      const columns = stores.map((_, store) => figures(late).map((row) => row[store] ?? null));
      const readAnew = stockTableOf(sampleMatrix(stores, columns));
      expect(late.rows.map((row) => row.total)).toEqual(readAnew.rows.map((row) => row.total));
    }),
  );
});

test('heads of the same stores go in, in the order of the table; another set of stores does not', () => {
  const renamed = [sampleStore('c', { name: 'New name' }), sampleStore('a'), sampleStore('b')];
  expect(withStoreHeads(table, renamed)?.stores.map((store) => store.name)).toEqual(['Store a', 'Store b', 'New name']);
  expect(withStoreHeads(table, renamed.slice(1))).toBeUndefined();
  expect(withStoreHeads(table, [sampleStore('a'), sampleStore('b'), sampleStore('d')])).toBeUndefined();
});
