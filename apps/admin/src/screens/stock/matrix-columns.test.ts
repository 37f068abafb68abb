import { expect, test } from 'vitest';
import { stockTableOf } from '../../data/stock-table.ts';
import { sampleMatrix, sampleStore } from '../../testing/sample-matrix.ts';
import { cellState, columnIdOf, matrixColumns, matrixWidths, sortColumnOf } from './matrix-columns.tsx';
import { matrixCsv } from './matrix-csv.ts';
import { ranksOf } from './matrix-rows.ts';
import { readSort } from './matrix-search.ts';

const nowMs = 100_000_000_000;
const heard = (ageMs: number) => ({ asOfMs: nowMs - ageMs, unsent: 0, oldestUnsentAtMs: null, silent: false });
const stores = [
  sampleStore('a', { freshness: heard(0) }),
  sampleStore('b', { freshness: heard(3_600_000), name: 'A shop with a name that goes on and on and on' }),
];
const table = stockTableOf({
  ...sampleMatrix(stores, [
    [-2, 1_000_000, null],
    [0, 5, -1_204],
  ]),
  recount: [[], [1]],
});
const words = {
  item: 'Item',
  sku: 'SKU',
  allStores: 'All stores',
  nothingKnown: 'Nothing recorded',
  asOf: (atMs: number) => `as of ${atMs}`,
  staleStores: (count: number) => `${count} stale`,
};
const input = {
  table,
  ranks: ranksOf(table.rows),
  widths: matrixWidths(table),
  nowMs,
  staleOnly: false,
  narrow: false,
  words,
};

function figuresOf(columnId: string, over: Partial<typeof input> = {}) {
  const column = matrixColumns({ ...input, ...over }).find((each) => each.id === columnId);
  if (column?.kind !== 'figure') throw new Error(`${columnId} is no column of figures`);
  return { column, figures: table.rows.map((row) => column.figure(row)) };
}

test('below zero, zero, recount and unknown are told apart; ordinary figures say nothing', () => {
  expect(figuresOf('a').figures.map((figure) => figure.state ?? null)).toEqual(['oversold', null, null]);
  expect(figuresOf('b').figures.map((figure) => figure.state ?? null)).toEqual(['out', 'recount', 'oversold']);
  expect(figuresOf('a').figures[2]).toEqual({ value: null, unknownReason: 'Nothing recorded' });
  expect(cellState(0, true)).toBe('out');
});

test('a stale store marks its head and every figure, and the sum; a fresh one marks nothing', () => {
  expect(figuresOf('a').column.freshness).toBeUndefined();
  expect(figuresOf('b').column.freshness?.kind).toBe('stale');
  expect(figuresOf('b').figures[0]?.freshness?.kind).toBe('stale');
  expect(figuresOf('.total').figures[0]?.freshness?.kind).toBe('stale');
});

test('what is only worth asking for stands in the hint: minutes of age, and which part of the sum is stale', () => {
  const aging = { ...table, stores: [sampleStore('a', { freshness: heard(5 * 60_000) }), ...table.stores.slice(1)] };
  expect(figuresOf('a', { table: aging }).column).toMatchObject({ hint: `as of ${nowMs - 5 * 60_000}` });
  expect(figuresOf('a').column.hint).toBeUndefined();
  expect(figuresOf('.total').column.hint).toBe('1 stale');
});

test('a silent store is told by its state, too', () => {
  const silent = { ...heard(60_000), silent: true };
  const quiet = { ...table, stores: [sampleStore('a', { freshness: silent }), ...table.stores.slice(1)] };
  expect(figuresOf('a', { table: quiet }).column).toMatchObject({ state: 'silent', freshness: { kind: 'stale' } });
});

test('in the view of stale stores only those have a column', () => {
  const ids = matrixColumns({ ...input, staleOnly: true }).map((column) => column.id);
  expect(ids).toEqual(['.name', '.sku', '.total', 'b']);
});

test('columns are wide enough for a million, and no name makes one endless', () => {
  expect(input.widths.stores.get('a')).toBeGreaterThanOrEqual('1,000,000'.length * 7 + 40);
  expect(input.widths.stores.get('b')).toBeLessThanOrEqual(148);
});

test('on a narrow window only the name stays', () => {
  const sticky = matrixColumns({ ...input, narrow: true }).filter((column) => column.sticky);
  expect(sticky.map((column) => column.id)).toEqual(['.name']);
});

test('a sort and its column name each other', () => {
  for (const text of ['name', 'sku', 'total', 'store.a']) {
    const sort = readSort(text);
    expect(sortColumnOf(columnIdOf(sort))).toEqual(sort.column);
  }
});

test('the file holds what is seen, with its moment; text is never a formula, unknown is empty', () => {
  const evil = { ...table, rows: table.rows.map((row, at) => (at === 0 ? { ...row, name: '=1+1' } : row)) };
  const csv = matrixCsv({
    table: evil,
    rows: evil.rows,
    stores: [1, 0],
    atMs: Date.UTC(2026, 10, 17, 14, 20),
    words: {
      ...words,
      asOf: 'Stock as of',
      shown: 'Shown',
      filter: 'Oversold',
      category: 'Category',
      unit: 'Unit',
      store: (index) => `Store ${index}`,
    },
  });
  expect(csv.slice(1).split('\r\n')).toEqual([
    'Stock as of,2026-11-17T14:20:00.000Z',
    'Shown,Oversold',
    '',
    'Item,SKU,Category,Unit,All stores,Store 1,Store 0',
    "'=1+1,SKU-0,Even,pcs,-2,0,-2",
    'Item 1,SKU-1,Odd,pcs,1000005,5,1000000',
    'Item 2,SKU-2,Even,pcs,-1204,-1204,',
    '',
  ]);
});
