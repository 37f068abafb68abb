// Keys and presses of a grid, handled once at its root. What they mean: arrows, Home, End, PageUp, PageDown move; Enter
// opens a cell or sorts a column; Space selects; Shift+arrows extend; Ctrl+A selects all that match; Escape steps back.
import type { KeyboardEvent, MouseEvent } from 'react';
import { sortKeyOf } from './grid-column.ts';
import type { PlacedColumn } from './grid-column.ts';
import { moveInGrid } from './grid-keys.ts';
import type { GridPlace } from './grid-keys.ts';
import type { GridSort } from './row-order.ts';
import { emptySelection, extendSelection, toggleSelected } from './selection.ts';
import type { GridSelection } from './selection.ts';
import type { ActivePlaceControl } from './use-active-place.ts';

export interface GridInput<Row> {
  readonly active: ActivePlaceControl;
  readonly shown: readonly Row[];
  readonly shownIds: readonly string[];
  readonly columns: readonly PlacedColumn<Row>[];
  readonly pageRows: number;
  readonly sort: GridSort | null;
  readonly onSort: ((sort: GridSort | null) => void) | undefined;
  readonly selection: GridSelection;
  /** Absent when rows cannot be selected. */
  readonly onSelect: ((selection: GridSelection) => void) | undefined;
  readonly onOpen: ((row: Row, columnId: string) => void) | undefined;
  /** First chance at Escape; true when it had something to close. */
  readonly onEscape: (() => boolean) | undefined;
}

/** Unsorted → ascending → descending → unsorted. */
export function nextSort(sort: GridSort | null, columnId: string): GridSort | null {
  if (sort?.columnId !== columnId) return { columnId, direction: 'ascending' };
  return sort.direction === 'ascending' ? { columnId, direction: 'descending' } : null;
}

/** Where an element stands in the grid; null outside of cells. `column` is −1 in the checkbox column. */
function placeOf<Row>(target: EventTarget, columns: readonly PlacedColumn<Row>[]): GridPlace | null {
  if (!(target instanceof Element)) return null;
  const row = target.closest<HTMLElement>('[data-row], [data-head]');
  const cell = target.closest<HTMLElement>('[data-column-id], [data-check]');
  if (row === null || cell === null) return null;
  const index = row.dataset['row'];
  return {
    row: index === undefined ? -1 : Number(index),
    column: columns.findIndex((placed) => placed.column.id === cell.dataset['columnId']),
  };
}

/** A press inside a link or button of a cell is that control's own. */
const ownControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input, select, textarea') !== null;

function sortBy<Row>(input: GridInput<Row>, column: number): void {
  const placed = input.columns[column];
  if (placed && sortKeyOf(placed.column)) input.onSort?.(nextSort(input.sort, placed.column.id));
}

function open<Row>(input: GridInput<Row>, place: GridPlace): void {
  if (place.row < 0) {
    sortBy(input, place.column);
    return;
  }
  const row = input.shown[place.row];
  const placed = input.columns[place.column];
  if (row !== undefined && placed) input.onOpen?.(row, placed.column.id);
}

function toggle<Row>(input: GridInput<Row>, row: number): void {
  const { selection, shownIds } = input;
  if (row >= 0) {
    const id = shownIds[row];
    if (id !== undefined) input.onSelect?.(toggleSelected(selection, id));
    return;
  }
  const all = shownIds.every((id) => selection.has(id));
  input.onSelect?.(all ? emptySelection : new Set([...selection, ...shownIds]));
}

function escape<Row>(input: GridInput<Row>): boolean {
  if (input.onEscape?.()) return true;
  if (input.selection.size === 0) return false;
  input.onSelect?.(emptySelection);
  return true;
}

/** True when the key was the grid's. */
function act<Row>(input: GridInput<Row>, place: GridPlace, event: KeyboardEvent): boolean {
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.key === 'Enter') open(input, place);
  else if (event.key === ' ' && place.row < 0) sortBy(input, place.column);
  else if (event.key === ' ' && input.onSelect) toggle(input, place.row);
  else if (event.key === 'a' && ctrl && input.onSelect)
    input.onSelect(new Set([...input.selection, ...input.shownIds]));
  else if (event.key === 'Escape') return escape(input);
  else return false;
  return true;
}

export function gridHandlers<Row>(input: GridInput<Row>) {
  const { active, columns } = input;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (ownControl(event.target) || event.altKey) return;
    const { place } = active;
    const key = {
      key: event.key,
      ctrl: event.ctrlKey || event.metaKey,
      rtl: getComputedStyle(event.currentTarget).direction === 'rtl',
    };
    const next = moveInGrid(place, key, {
      rowCount: input.shownIds.length,
      columnCount: columns.length,
      pageRows: input.pageRows,
    });
    if (next) {
      if (event.shiftKey && input.onSelect && next.row !== place.row) {
        input.onSelect(extendSelection(input.selection, input.shownIds, Math.max(0, place.row), next.row));
      }
      active.focus(next);
    } else if (!act(input, place, event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent): void => {
    const place = placeOf(event.target, columns);
    if (place === null || ownControl(event.target)) return;
    if (place.column === -1) {
      toggle(input, place.row);
      return;
    }
    active.focus(place);
    if (place.row >= 0 && event.shiftKey && input.onSelect) {
      input.onSelect(extendSelection(input.selection, input.shownIds, Math.max(0, active.place.row), place.row));
    } else if (place.row >= 0 && (event.ctrlKey || event.metaKey) && input.onSelect) {
      toggle(input, place.row);
    } else {
      open(input, place);
    }
  };

  const onFocus = (event: { readonly target: EventTarget }): void => {
    const place = placeOf(event.target, columns);
    if (place && place.column >= 0 && (place.row !== active.place.row || place.column !== active.place.column)) {
      active.remember(place);
    }
  };

  return { onKeyDown, onClick, onFocus };
}
