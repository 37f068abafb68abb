import { expect, test } from 'vitest';
import { layoutColumns, sortKeyOf } from './grid-column.ts';
import type { GridColumn } from './grid-column.ts';

interface Row {
  readonly name: string;
  readonly quantity: number | null;
}

const columns: GridColumn<Row>[] = [
  {
    id: 'name',
    kind: 'words',
    header: 'Item',
    width: 280,
    sticky: true,
    cell: (row) => row.name,
    sort: (row) => row.name,
  },
  { id: 'sku', kind: 'words', header: 'SKU', width: 100, cell: () => '' },
  { id: 'all', kind: 'figure', header: 'All', width: 92, sticky: true, figure: (row) => ({ value: row.quantity }) },
  {
    id: 'porto',
    kind: 'figure',
    header: 'Porto',
    width: 88,
    figure: (row) => ({ value: row.quantity }),
    sortable: false,
  },
];

const ids = (state: Parameters<typeof layoutColumns>[1]): string =>
  layoutColumns(columns, state, false)
    .columns.map((placed) => placed.column.id)
    .join(' ');

test('sticky columns come first and know where they stay', () => {
  const layout = layoutColumns(columns, {}, true);
  expect(layout.columns.map((placed) => [placed.column.id, placed.stickyStart])).toEqual([
    ['name', 36],
    ['all', 316],
    ['sku', null],
    ['porto', null],
  ]);
  expect(layout).toMatchObject({ stickyWidth: 408, width: 596, template: '36px 280px 92px 100px 88px' });
});

test('a person’s order, hiding and widths apply; columns that came later follow', () => {
  expect(ids({ order: ['porto', 'sku'] })).toBe('name all porto sku');
  expect(ids({ hidden: ['sku', 'gone'] })).toBe('name all porto');
  expect(layoutColumns(columns, { widths: { sku: 5, porto: 5000 } }, false).template).toBe('280px 92px 48px 800px');
});

test('only what has a key can be sorted by', () => {
  const keys = columns.map((column) => sortKeyOf(column)?.({ name: 'Oat', quantity: -2 }));
  expect(keys).toEqual(['Oat', undefined, -2, undefined]);
});
