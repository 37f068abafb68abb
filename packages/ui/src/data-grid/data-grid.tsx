// The one grid of the admin view: virtualised, sticky, fully keyboard driven, alive without moving under the eye.
// Rows and columns are the caller's and immutable: a live change brings a new array with new objects for what changed.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a virtualised grid cannot be a table element: most of its rows do not exist */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { CSSProperties, FocusEvent, PointerEvent, ReactNode, UIEvent } from 'react';
import { SkeletonRows } from '../components/skeleton-rows.tsx';
import { activeTag } from '../format/active-tag.ts';
import { createChangeMeter } from './change-meter.ts';
import classes from './data-grid.module.css';
import { FigureContent, placeAttributes } from './grid-cell.tsx';
import { layoutColumns, sortKeyOf } from './grid-column.ts';
import type { ColumnLayout, GridColumn, GridColumnState, GridFigure, PlacedColumn } from './grid-column.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { GridStrip } from './grid-strip.tsx';
import type { GridSort } from './row-order.ts';
import { emptySelection, selectedOutOfView } from './selection.ts';
import type { GridSelection } from './selection.ts';
import { useActivePlace } from './use-active-place.ts';
import { ChangeMeterContext } from './use-glow.ts';
import { gridHandlers } from './use-grid-input.ts';
import { useGridWindow } from './use-grid-window.ts';
import { useRowOrder } from './use-row-order.ts';

export interface DataGridProps<Row> {
  /** Names the grid for screen readers. */
  readonly label: string;
  /** Null while the first rows are on their way. */
  readonly rows: readonly Row[] | null;
  readonly rowId: (row: Row) => string;
  /** Keep it the same array from render to render: every row is drawn anew when it changes. */
  readonly columns: readonly GridColumn<Row>[];
  /** All rows that match at the source, when not all are in `rows`. */
  readonly totalCount?: number;
  readonly sort?: GridSort | null;
  readonly onSort?: (sort: GridSort | null) => void;
  /** Changes with filter and view: the order then applies at once, frozen or not. */
  readonly viewKey?: string;
  readonly selection?: GridSelection;
  readonly onSelect?: (selection: GridSelection) => void;
  readonly columnState?: GridColumnState;
  readonly onColumnState?: (state: GridColumnState) => void;
  /** Enter or a press on a cell. */
  readonly onOpen?: (row: Row, columnId: string) => void;
  /** First chance at Escape; return true when something was closed. */
  readonly onEscape?: () => boolean;
  /** Whether changes light up; false while looking at the past. */
  readonly live?: boolean;
  /** Figures of the row of sums at the bottom, by column id. */
  readonly totals?: Readonly<Record<string, GridFigure>>;
  /** Stands in place of the rows when there are none. */
  readonly empty?: ReactNode;
}

const noState: GridColumnState = {};
const noRows: readonly never[] = [];
const skeletonRowCount = 20;

/** Sets or clears a mark, touching the element only when it changes: each touch costs a restyling of the whole grid. */
function mark(element: HTMLElement, name: string, marked: boolean): void {
  if (marked === name in element.dataset) return;
  if (marked) element.dataset[name] = '';
  else delete element.dataset[name];
}

/** Marks how far the grid is scrolled, for the seams; it is no state of ours. */
function markScrolled({ currentTarget }: UIEvent<HTMLElement>): void {
  mark(currentTarget, 'scrolledBlock', currentTarget.scrollTop > 0);
  mark(currentTarget, 'scrolledInline', currentTarget.scrollLeft !== 0);
}

/** True while the pointer is over the grid or focus is in it: the order then holds still. */
function usePresence() {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const handlers = {
    onPointerEnter: () => setPointer(true),
    onPointerLeave: (event: PointerEvent<HTMLElement>) => {
      setPointer(false);
      // An element that vanishes with the focus in it says no goodbye.
      setFocus(event.currentTarget.contains(document.activeElement));
    },
    onFocusCapture: () => setFocus(true),
    onBlurCapture: (event: FocusEvent<HTMLElement>) => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setFocus(false);
    },
  };
  return { present: pointer || focus, handlers };
}

interface TotalsProps<Row> {
  readonly columns: readonly PlacedColumn<Row>[];
  readonly totals: Readonly<Record<string, GridFigure>>;
  readonly selectable: boolean;
  readonly rowNumber: number;
}

function Totals<Row>({ columns, totals, selectable, rowNumber }: TotalsProps<Row>): ReactNode {
  return (
    <div role="row" className={classes['totals']} aria-rowindex={rowNumber}>
      {columns.map((placed) => {
        const figure = totals[placed.column.id];
        return (
          <div
            key={placed.column.id}
            role="gridcell"
            className={classes['cell']}
            {...placeAttributes(placed, selectable)}
          >
            {figure && <FigureContent figure={figure} strong />}
          </div>
        );
      })}
    </div>
  );
}

function frameStyle<Row>(layout: ColumnLayout<Row>, hasTotals: boolean): CSSProperties {
  return {
    '--grid-columns': layout.template,
    '--grid-width': `${layout.width}px`,
    '--grid-head': '48px',
    '--grid-foot': hasTotals ? 'var(--ss-row)' : '0px',
    '--grid-sticky': `${layout.stickyWidth}px`,
  } as CSSProperties;
}

function useColumns<Row>(props: DataGridProps<Row>): ColumnLayout<Row> {
  const { columns, columnState = noState, onSelect } = props;
  const selectable = onSelect !== undefined;
  return useMemo(() => layoutColumns(columns, columnState, selectable), [columns, columnState, selectable]);
}

function useOrder<Row>(props: DataGridProps<Row>, present: boolean) {
  const { rows, rowId, columns, sort = null, viewKey = '' } = props;
  const sorted = sort === null ? undefined : columns.find((column) => column.id === sort.columnId);
  const collator = useMemo(() => new Intl.Collator(activeTag(), { numeric: true }), []);
  const keyOf = (sorted && sortKeyOf(sorted)) ?? null;
  const order = useRowOrder({ rows: rows ?? noRows, idOf: rowId, sort, keyOf, viewKey, frozen: present, collator });
  const shownIds = useMemo(() => order.shown.map(rowId), [order.shown, rowId]);
  return { ...order, shownIds };
}

export function DataGrid<Row>(props: DataGridProps<Row>): ReactNode {
  const { label, rows, selection = emptySelection, onSelect, sort = null, live = false, totals } = props;
  const selectable = onSelect !== undefined;
  const root = useRef<HTMLDivElement>(null);
  const { present, handlers: presence } = usePresence();
  const [meter] = useState(createChangeMeter);
  const layout = useColumns(props);
  const { shown, shownIds, stale, apply } = useOrder(props, present);
  const active = useActivePlace(root, shownIds, layout.columns);
  const view = useGridWindow(root, shown.length, layout, active.place.row, active.place.column);
  const outOfView = useMemo(() => selectedOutOfView(selection, shownIds), [selection, shownIds]);
  const selectedInView = selection.size - outOfView;
  const handlers = gridHandlers({
    active,
    shown,
    shownIds,
    columns: layout.columns,
    pageRows: view.pageRows,
    sort,
    onSort: props.onSort,
    selection,
    onSelect,
    onOpen: props.onOpen,
    onEscape: props.onEscape,
  });
  const { columnState = noState, onColumnState } = props;
  const resize = useCallback(
    (columnId: string, width: number): void =>
      onColumnState?.({ ...columnState, widths: { ...columnState.widths, [columnId]: Math.round(width) } }),
    [columnState, onColumnState],
  );
  const total = props.totalCount ?? shown.length;

  return (
    <ChangeMeterContext value={live ? meter : null}>
      <div className={classes['frame']} {...presence}>
        <div
          ref={root}
          role="grid"
          aria-label={label}
          aria-rowcount={total + 1 + (totals ? 1 : 0)}
          aria-colcount={layout.columns.length + (selectable ? 1 : 0)}
          aria-multiselectable={selectable}
          aria-busy={rows === null}
          tabIndex={-1}
          className={classes['scroll']}
          style={frameStyle(layout, totals !== undefined)}
          onScroll={markScrolled}
          {...handlers}
        >
          <GridHead
            columns={view.columns}
            sort={sort}
            activeColumnId={active.place.row < 0 ? active.columnId : null}
            selectable={selectable}
            allSelected={shown.length > 0 && selectedInView === shown.length}
            someSelected={selectedInView > 0}
            onResize={resize}
          />
          {rows === null && <SkeletonRows rows={skeletonRowCount} />}
          {rows !== null && shown.length === 0 && props.empty !== undefined && (
            <div role="row">
              <div role="gridcell">{props.empty}</div>
            </div>
          )}
          <GridBody
            shown={shown}
            shownIds={shownIds}
            view={view}
            activeRow={active.place.row}
            activeColumnId={active.columnId}
            selectable={selectable}
            selection={selection}
          />
          {totals && shown.length > 0 && (
            <Totals columns={view.columns} totals={totals} selectable={selectable} rowNumber={total + 2} />
          )}
        </div>
        <GridStrip
          rowCount={total}
          selectedCount={selection.size}
          outOfViewCount={outOfView}
          orderStale={stale}
          onApplyOrder={() => {
            apply();
            // Its button is gone now; focus goes back to where the person was.
            active.focus(active.place);
          }}
          meter={meter}
          live={live}
        />
      </div>
    </ChangeMeterContext>
  );
}

interface GridBodyProps<Row> {
  readonly shown: readonly Row[];
  readonly shownIds: readonly string[];
  readonly view: ReturnType<typeof useGridWindow<Row>>;
  readonly activeRow: number;
  readonly activeColumnId: string | null;
  readonly selectable: boolean;
  readonly selection: GridSelection;
}

function GridBody<Row>(props: GridBodyProps<Row>): ReactNode {
  const { shown, shownIds, view, activeRow, activeColumnId, selectable, selection } = props;
  return (
    <div role="rowgroup" className={classes['body']} style={{ height: view.bodyHeight }}>
      {view.rows.map(({ index, start }) => {
        const [row, id] = [shown[index], shownIds[index]];
        if (row === undefined || id === undefined) return null;
        return (
          <GridRow
            key={id}
            row={row}
            id={id}
            index={index}
            start={start}
            columns={view.columns}
            activeColumnId={index === activeRow ? activeColumnId : null}
            selectable={selectable}
            selected={selection.has(id)}
          />
        );
      })}
    </div>
  );
}
