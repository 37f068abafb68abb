// What a column is, and how a person's changes to the columns (order, hidden, widths) lay them out. Pure.
import type { ReactNode } from 'react';
import type { FreshnessOf } from '../components/freshness.tsx';
import type { StockState } from '../components/stock-state.ts';

/** A number in a cell, with all that may be said about it. */
export interface GridFigure {
  /** In the smallest unit; null when unknown, never for zero. */
  readonly value: number | null;
  readonly scale?: number;
  /** A change rather than an amount: "+12", "−17". */
  readonly signed?: boolean;
  /** Only exceptions are marked; null or absent is in order. */
  readonly state?: StockState | null;
  readonly freshness?: FreshnessOf;
  /** Why there is no figure; shown on hover and read out. */
  readonly unknownReason?: string;
}

interface ColumnBase {
  readonly id: string;
  readonly header: string;
  /** px. Fixed on load, so that nothing jumps. */
  readonly width: number;
  /** Stays in view while the others scroll; sticky columns come first. */
  readonly sticky?: boolean;
  /** Takes the room that is left over. One column at most, and if sticky the last sticky one. */
  readonly grow?: boolean;
  /** Freshness of everything in the column: said once, in the head. */
  readonly freshness?: FreshnessOf;
  /** A state of everything in the column, beside its freshness: a silent store. */
  readonly state?: StockState;
  /** More about the column, on hover over its head and for screen readers: what needs no room of its own. */
  readonly hint?: string;
}

export interface WordsColumn<Row> extends ColumnBase {
  readonly kind: 'words';
  readonly cell: (row: Row) => ReactNode;
  /** The whole text, where the cell may cut it off: hover text. */
  readonly text?: (row: Row) => string;
  /** Makes the column sortable. Null sorts last, in both directions. */
  readonly sort?: (row: Row) => string | number | null;
}

export interface FigureColumn<Row> extends ColumnBase {
  readonly kind: 'figure';
  readonly figure: (row: Row) => GridFigure;
  readonly strong?: boolean;
  /** Whether a change lights up; false for sums. */
  readonly glows?: boolean;
  readonly sortable?: boolean;
}

export type GridColumn<Row> = WordsColumn<Row> | FigureColumn<Row>;

/** What a person did to the columns; belongs into the view's URL. */
export interface GridColumnState {
  /** Ids in order; columns it does not name follow in their own order. */
  readonly order?: readonly string[];
  readonly hidden?: readonly string[];
  /** px by column id. */
  readonly widths?: Readonly<Record<string, number>>;
}

export const columnWidthMinPx = 48;
export const columnWidthMaxPx = 800;
export const selectColumnWidthPx = 36;

/** A column where it stands. */
export interface PlacedColumn<Row> {
  readonly column: GridColumn<Row>;
  /** 0-based among the visible columns, the checkbox column not counted. */
  readonly index: number;
  readonly width: number;
  /** For sticky columns: px from the start edge at which it stays; null for the others. */
  readonly stickyStart: number | null;
  /** The last sticky one: others slide under its end. */
  readonly seam: boolean;
}

export interface ColumnLayout<Row> {
  readonly columns: readonly PlacedColumn<Row>[];
  /** px that sticky columns cover, the checkbox column included. */
  readonly stickyWidth: number;
  readonly width: number;
  /** For CSS `grid-template-columns`, the checkbox column included. */
  readonly template: string;
}

const widthOf = <Row>(column: GridColumn<Row>, state: GridColumnState): number =>
  Math.min(columnWidthMaxPx, Math.max(columnWidthMinPx, state.widths?.[column.id] ?? column.width));

function visibleInOrder<Row>(columns: readonly GridColumn<Row>[], state: GridColumnState): GridColumn<Row>[] {
  const hidden = new Set(state.hidden);
  const rank = new Map(state.order?.map((id, index) => [id, index]));
  const visible = columns.filter((column) => !hidden.has(column.id));
  const ordered = visible.toSorted((a, b) => (rank.get(a.id) ?? rank.size) - (rank.get(b.id) ?? rank.size));
  // A sticky column between moving ones would cover them.
  return [...ordered.filter((column) => column.sticky), ...ordered.filter((column) => !column.sticky)];
}

/** Visible columns in order, with their places. */
export function layoutColumns<Row>(
  columns: readonly GridColumn<Row>[],
  state: GridColumnState,
  selectable: boolean,
): ColumnLayout<Row> {
  const lead = selectable ? selectColumnWidthPx : 0;
  let stickyWidth = lead;
  let width = lead;
  const template: string[] = selectable ? [`${lead}px`] : [];
  const visible = visibleInOrder(columns, state);
  const lastSticky = visible.findLast((column) => column.sticky);
  const placed = visible.map((column, index): PlacedColumn<Row> => {
    const columnWidth = widthOf(column, state);
    const stickyStart = column.sticky ? stickyWidth : null;
    if (column.sticky) stickyWidth += columnWidth;
    width += columnWidth;
    template.push(column.grow ? `minmax(${columnWidth}px, 1fr)` : `${columnWidth}px`);
    return { column, index, width: columnWidth, stickyStart, seam: column === lastSticky };
  });
  return { columns: placed, stickyWidth, width, template: template.join(' ') };
}

/** What a row is sorted by in a column; undefined when the column cannot be sorted by. */
export function sortKeyOf<Row>(column: GridColumn<Row>): ((row: Row) => string | number | null) | undefined {
  if (column.kind === 'words') return column.sort;
  return column.sortable === false ? undefined : (row) => column.figure(row).value;
}
