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

test('totals add what is known: zero counts, unknown does not, and nothing known stays unknown', () => {
  expect(table.totals).toEqual([3, 7]);
  const empty = stockTableOf(sampleMatrix(stores, [[null], [null], [null]]));
  expect(empty.totals).toEqual([null]);
});

test('a change sets its cell, its total and the position, says the difference, and leaves other columns the same object', () => {
  const { table: next, changes } = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 4)] });
  expect(next.onHand[0]).toEqual([4, null]);
  expect(next.totals[0]).toBe(2);
  expect(next.position).toBe(2);
  expect(changes).toEqual([{ store: 'a', item: 'i0', delta: -1 }]);
  expect(next.onHand[1]).toBe(table.onHand[1]);
  expect(table.onHand[0]).toEqual([5, null]);
});

test('the first figure of an unknown cell is its whole difference; a first zero is no difference but is known', () => {
  const { table: next, changes } = applyStockMessage(table, {
    position: 2,
    changes: [change('a', 'i1', 0), change('c', 'i1', 3)],
  });
  expect(next.onHand[0]?.[1]).toBe(0);
  expect(changes).toEqual([{ store: 'c', item: 'i1', delta: 3 }]);
});

test('a message the table already holds changes nothing', () => {
  expect(applyStockMessage(table, { position: 1, changes: [change('a', 'i0', 99)] }).table).toBe(table);
});

test('an unknown item or store asks for reading the whole again, and the rest still goes in', () => {
  const update = applyStockMessage(table, { position: 2, changes: [change('new', 'i0', 1), change('b', 'i0', 6)] });
  expect(update.incomplete).toBe(true);
  expect(update.table.onHand[1]?.[0]).toBe(6);
});

test('a recount flag comes and goes without a figure changing', () => {
  const flagged = applyStockMessage(table, { position: 2, changes: [change('a', 'i0', 5, true)] });
  expect(flagged.table.recount[0]?.has(0)).toBe(true);
  expect(flagged.changes).toEqual([]);
  const cleared = applyStockMessage(flagged.table, { position: 3, changes: [change('a', 'i0', 5)] });
  expect(cleared.table.recount[0]?.has(0)).toBe(false);
  expect(flagged.table.recount[0]?.has(0)).toBe(true);
});

test('read at any moment and caught up with the stream, the table equals the one that listened from the start', () => {
  const messages = fc.array(
    fc.array(
      fc.record({
        store: fc.constantFrom('a', 'b', 'c'),
        item: fc.constantFrom('i0', 'i1'),
        onHand: fc.integer({ min: -9, max: 9 }),
      }),
      { maxLength: 4 },
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(messages, fc.nat(12), fc.nat(12), (batches, readAt, heardFrom) => {
      const stream: StockMessage[] = batches.map((batch, index) => ({
        position: index + 2,
        changes: batch.map((each) => change(each.store, each.item, each.onHand)),
      }));
      const whole = catchUp(table, stream).table;
      const read = catchUp(table, stream.slice(0, readAt)).table;
      // What was heard may begin before the moment of reading, never after it.
      const late = catchUp(read, stream.slice(Math.min(heardFrom, readAt))).table;
      expect(late.onHand).toEqual(whole.onHand);
      expect(late.totals).toEqual(whole.totals);
      expect(late.totals).toEqual(
        stockTableOf(
          sampleMatrix(
            stores,
            late.onHand.map((column) => [...column]),
          ),
        ).totals,
      );
    }),
  );
});

test('heads of the same stores go in, in the order of the table; another set of stores does not', () => {
  const renamed = [sampleStore('c', { name: 'New name' }), sampleStore('a'), sampleStore('b')];
  expect(withStoreHeads(table, renamed)?.stores.map((store) => store.name)).toEqual(['Store a', 'Store b', 'New name']);
  expect(withStoreHeads(table, renamed.slice(1))).toBeUndefined();
  expect(withStoreHeads(table, [sampleStore('a'), sampleStore('b'), sampleStore('d')])).toBeUndefined();
});
