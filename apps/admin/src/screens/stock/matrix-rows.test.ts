import { expect, test } from 'vitest';
import { stockTableOf } from '../../data/stock-table.ts';
import { sampleMatrix, sampleStore } from '../../testing/sample-matrix.ts';
import { categoriesOf, inOrder, matrixRows, ranksOf, viewCounts } from './matrix-rows.ts';
import { readMatrixSearch, readSort } from './matrix-search.ts';

const usual = readMatrixSearch({});
const stores = [sampleStore('a'), sampleStore('b')];
const table = stockTableOf(
  sampleMatrix(stores, [
    [3, 0, -2, null, 1_000_000],
    [1, null, 5, null, -1_204],
  ]),
);
const shown = (over: Partial<typeof usual>): string[] =>
  matrixRows(table.rows, { ...usual, ...over }).map((row) => row.item);
const sorted = (sort: string): string[] =>
  inOrder(table, ranksOf(table.rows), table.rows, readSort(sort)).map((row) => row.item);

test('views take the rows in which a store is below zero, or at exactly zero; unknown is neither', () => {
  expect(shown({ view: 'oversold' })).toEqual(['i2', 'i4']);
  expect(shown({ view: 'out' })).toEqual(['i1']);
  expect(viewCounts(table.rows)).toEqual({ oversold: 2, out: 1 });
});

test('search and category narrow together', () => {
  expect(shown({ query: 'sku-1' })).toEqual(['i1']);
  expect(categoriesOf(table.rows)).toEqual(['Even', 'Odd']);
  expect(shown({ category: 'Odd', query: 'item' })).toEqual(['i1', 'i3']);
});

test('the usual screen shows the very rows of the table, so that nothing is compared or drawn anew', () => {
  expect(matrixRows(table.rows, usual)).toBe(table.rows);
});

test('items are in order of their names, numbers in names counted as numbers', () => {
  const many = stockTableOf(sampleMatrix([sampleStore('a')], [Array.from({ length: 12 }, () => 1)]));
  const names = inOrder(many, ranksOf(many.rows), many.rows.toReversed(), usual.sort).map((row) => row.name);
  expect(names).toEqual(many.rows.map((row) => row.name));
});

test('sorting by a figure puts unknown ones last, up and down, and equal ones by name', () => {
  expect(sorted('store.a')).toEqual(['i2', 'i1', 'i0', 'i4', 'i3']);
  expect(sorted('-store.a')).toEqual(['i4', 'i0', 'i1', 'i2', 'i3']);
  expect(sorted('total')).toEqual(['i1', 'i2', 'i0', 'i4', 'i3']);
  expect(sorted('store.gone')).toEqual(['i0', 'i1', 'i2', 'i3', 'i4']);
});
