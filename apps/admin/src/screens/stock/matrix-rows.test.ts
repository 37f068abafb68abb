import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stockTableOf } from '../../data/stock-table.ts';
import { sampleMatrix, sampleStore } from '../../testing/sample-matrix.ts';
import { holdRows, type HeldRows } from './held-rows.ts';
import { categoriesOf, matrixRows, viewCounts } from './matrix-rows.ts';
import { readMatrixSearch, readSort } from './matrix-search.ts';

const usual = readMatrixSearch({});
const stores = [sampleStore('a'), sampleStore('b')];
const table = stockTableOf(
  sampleMatrix(stores, [
    [3, 0, -2, null, 1_000_000],
    [1, null, 5, null, -1_204],
  ]),
);

test('items are in order of their names, numbers in names counted as numbers', () => {
  const many = stockTableOf(sampleMatrix([sampleStore('a')], [Array.from({ length: 12 }, () => 1)]));
  expect(matrixRows(many, usual)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('views take the rows in which a store is below zero, or at exactly zero; unknown is neither', () => {
  expect(matrixRows(table, { ...usual, view: 'oversold' })).toEqual([2, 4]);
  expect(matrixRows(table, { ...usual, view: 'out' })).toEqual([1]);
  expect(viewCounts(table)).toEqual({ oversold: 2, out: 1 });
});

test('search and category narrow together', () => {
  expect(matrixRows(table, { ...usual, query: 'sku-1' })).toEqual([1]);
  expect(categoriesOf(table.items)).toEqual(['Even', 'Odd']);
  expect(matrixRows(table, { ...usual, category: 'Odd', query: 'item' })).toEqual([1, 3]);
});

test('sorting by a figure puts unknown ones last, up and down', () => {
  expect(matrixRows(table, { ...usual, sort: readSort('store.a') })).toEqual([2, 1, 0, 4, 3]);
  expect(matrixRows(table, { ...usual, sort: readSort('-store.a') })).toEqual([4, 0, 1, 2, 3]);
  expect(matrixRows(table, { ...usual, sort: readSort('total') })).toEqual([1, 2, 0, 4, 3]);
  expect(matrixRows(table, { ...usual, sort: readSort('store.gone') })).toEqual([0, 1, 2, 3, 4]);
});

test('while somebody is in the grid rows stay and the change is only told', () => {
  const wanted = { rows: [0, 1, 2], items: table.items, itemIndex: table.itemIndex, asked: 'q', busy: true };
  const held = holdRows(undefined, wanted);
  const moved = holdRows(held, { ...wanted, rows: [2, 0, 1] });
  expect(moved).toMatchObject({ rows: [0, 1, 2], changed: true });
  expect(holdRows(moved, { ...wanted, rows: [0, 1, 2] })).toMatchObject({ changed: false });
  expect(holdRows(moved, { ...wanted, rows: [2, 0, 1], busy: false })).toMatchObject({
    rows: [2, 0, 1],
    changed: false,
  });
});

test('what the person asks for is applied at once, also with the pointer in the grid', () => {
  const wanted = { rows: [0, 1], items: table.items, itemIndex: table.itemIndex, asked: 'q', busy: true };
  expect(holdRows(holdRows(undefined, wanted), { ...wanted, rows: [1], asked: 'other' })).toMatchObject({
    rows: [1],
    changed: false,
  });
});

test('held rows are the same items whatever catalogue they are looked up in', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 }),
      fc.uniqueArray(fc.nat(30), { maxLength: 20 }),
      (before, after) => {
        const items = (numbers: number[]) =>
          numbers.map((each) => [`i${each}`, '', '', '', '', 0] as [string, string, string, string, string, number]);
        const old = items(before);
        const next = items(after);
        const index = new Map(next.map((item, row) => [item[0], row]));
        const held: HeldRows = { rows: old.map((_, row) => row), items: old, asked: '', changed: false };
        const carried = holdRows(held, {
          rows: next.map((_, row) => row),
          items: next,
          itemIndex: index,
          asked: '',
          busy: true,
        });
        const names = carried.rows.map((row) => carried.items[row]?.[0]);
        expect(names).toEqual(old.map((item) => item[0]).filter((id) => index.has(id)));
      },
    ),
  );
});
