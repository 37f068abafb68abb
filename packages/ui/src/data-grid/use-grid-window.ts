// Which rows and columns exist at the moment: those in view, a few around, and the one in the tab order, so that focus is
// never lost to scrolling. Row height follows the density.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useState } from 'react';
import type { RefObject } from 'react';
import type { ColumnLayout, PlacedColumn } from './grid-column.ts';

const overscanRows = 8;
const overscanColumns = 3;
/** Up to so many moving columns are simply all drawn. */
const plainColumnsMax = 24;
/** Before anything has been measured: a laptop's screen. */
const firstRect = { width: 1200, height: 700 };

const withIndex = (indexes: number[], index: number, count: number): number[] =>
  index < 0 || index >= count || indexes.includes(index) ? indexes : [...indexes, index].toSorted((a, b) => a - b);

export interface GridWindow<Row> {
  readonly rows: readonly { readonly index: number; readonly start: number }[];
  readonly columns: readonly PlacedColumn<Row>[];
  readonly bodyHeight: number;
  /** Rows that fit into the view. */
  readonly pageRows: number;
}

function useRowHeight(root: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(32);
  useLayoutEffect(() => {
    const read = (): void => {
      const given = root.current && getComputedStyle(root.current).getPropertyValue('--ss-row');
      const parsed = Number.parseFloat(given ?? '');
      if (parsed > 0) setHeight(parsed);
    };
    read();
    // A finger may take over from a mouse, and a person may choose another density.
    const coarse = matchMedia('(pointer: coarse)');
    const density = new MutationObserver(read);
    coarse.addEventListener('change', read);
    density.observe(document.documentElement, { attributeFilter: ['data-density'] });
    return () => {
      coarse.removeEventListener('change', read);
      density.disconnect();
    };
  }, [root]);
  return height;
}

function drawnColumns<Row>(layout: ColumnLayout<Row>, indexes: string): readonly PlacedColumn<Row>[] {
  if (indexes === 'all') return layout.columns;
  const drawn = new Set(indexes.split(',').map(Number));
  let movingIndex = -1;
  return layout.columns.filter((placed) => {
    if (placed.stickyStart !== null) return true;
    movingIndex += 1;
    return drawn.has(movingIndex);
  });
}

export function useGridWindow<Row>(
  root: RefObject<HTMLElement | null>,
  rowCount: number,
  layout: ColumnLayout<Row>,
  activeRow: number,
  activeColumn: number,
): GridWindow<Row> {
  const rowHeight = useRowHeight(root);
  const moving = useMemo(() => layout.columns.filter((placed) => placed.stickyStart === null), [layout]);
  const stickyCount = layout.columns.length - moving.length;

  // What it returns changes without changing identity; nothing here is memoised on it.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => root.current,
    estimateSize: () => rowHeight,
    overscan: overscanRows,
    initialRect: firstRect,
    rangeExtractor: (range) => withIndex(defaultRangeExtractor(range), activeRow, rowCount),
  });
  const columns = useVirtualizer({
    count: moving.length,
    horizontal: true,
    enabled: moving.length > plainColumnsMax,
    getScrollElement: () => root.current,
    estimateSize: (index) => moving[index]?.width ?? 0,
    overscan: overscanColumns,
    initialRect: firstRect,
    rangeExtractor: (range) => withIndex(defaultRangeExtractor(range), activeColumn - stickyCount, moving.length),
  });

  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  useLayoutEffect(() => columns.measure(), [columns, moving]);

  const virtual = moving.length > plainColumnsMax;
  const drawnIndexes = virtual
    ? columns
        .getVirtualItems()
        .map((item) => item.index)
        .join()
    : 'all';
  // The same array while the same columns are drawn: rows compare it to know whether they have anything to do.
  const drawn = useMemo(() => drawnColumns(layout, drawnIndexes), [layout, drawnIndexes]);
  return {
    rows: rows.getVirtualItems().map(({ index }) => ({ index, start: index * rowHeight })),
    columns: drawn,
    bodyHeight: rowCount * rowHeight,
    pageRows: Math.max(1, Math.floor((rows.scrollRect?.height ?? firstRect.height) / rowHeight) - 2),
  };
}
