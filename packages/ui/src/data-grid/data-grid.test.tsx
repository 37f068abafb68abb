import { expect, test } from 'vitest';
import { render, textOf } from '../testing/render.tsx';
import { DataGrid } from './data-grid.tsx';
import type { DataGridProps } from './data-grid.tsx';
import type { GridColumn } from './grid-column.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly quantity: number | null;
}

const rows: Row[] = Array.from({ length: 50_000 }, (_, index) => ({
  id: `item-${index}`,
  name: `Item ${index}`,
  quantity: index === 1 ? null : 50_000 - index,
}));

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
  {
    id: 'lisboa',
    kind: 'figure',
    header: 'Lisboa',
    width: 88,
    figure: (row) => ({
      value: row.quantity,
      unknownReason: 'Never counted',
      state: row.quantity === 50_000 ? 'overstock' : null,
    }),
  },
];

const grid = (props: Partial<DataGridProps<Row>> = {}): string =>
  render(<DataGrid label="Stock" rows={rows} rowId={(row) => row.id} columns={columns} {...props} />);

const firstNames = (html: string): string[] =>
  [...html.matchAll(/role="rowheader".*?<\/div>/g)].slice(0, 3).map((match) => textOf(`<${match[0]}`));

test('fifty thousand rows are told but not made', () => {
  const html = grid();
  expect(html).toContain('aria-rowcount="50001"');
  expect(html).toContain('aria-rowindex="2"');
  expect(html.match(/role="row"/g)!.length).toBeLessThan(60);
  expect(textOf(html)).toContain('50,000 rows');
});

test('rows at the source that are not loaded are counted too', () => {
  expect(grid({ totalCount: 60_000 })).toContain('aria-rowcount="60001"');
});

test('exactly one cell is in the tab order', () => {
  expect(grid().match(/tabindex="0"/g)).toHaveLength(1);
});

test('sorting is shown in the head and done in the rows', () => {
  const html = grid({ sort: { columnId: 'lisboa', direction: 'ascending' } });
  expect(html.match(/aria-sort="ascending"/g)).toHaveLength(1);
  expect(html.match(/aria-sort="none"/g)).toHaveLength(1);
  expect(firstNames(html)).toEqual(['Item 49999', 'Item 49998', 'Item 49997']);
});

test('an unknown figure is a dash with its reason, an exception has a named icon', () => {
  const html = grid();
  expect(html).toContain('title="Never counted"');
  expect(textOf(html)).toContain('Item 1 — Unknown Never counted');
  expect(html).toContain('aria-label="Overstock"');
});

test('selection is by id, and what the filter hides is counted', () => {
  const html = grid({ selection: new Set(['item-0', 'gone']), onSelect: () => undefined });
  expect(html.match(/aria-selected="true"/g)).toHaveLength(1);
  expect(html).toContain('aria-multiselectable="true"');
  expect(textOf(html)).toContain('2 selected, 1 not in view');
});

test('while rows are on their way the grid is busy; without rows it says what to do', () => {
  expect(grid({ rows: null })).toContain('aria-busy="true"');
  expect(textOf(grid({ rows: [], empty: 'Nothing matches' }))).toContain('Nothing matches');
});
