// Keeps the rows of a grid in order, and still while a person's pointer or focus is inside.
import { useState } from 'react';
import { holdOrder, isSorted, sortRows, swapRows } from './row-order.ts';
import type { GridSort, SortKeyOf } from './row-order.ts';

export interface RowOrderInput<Row> {
  /** Immutable: a change makes a new array and new objects for the changed rows alone. */
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly sort: GridSort | null;
  /** Of the sorted column; null with `sort`, or when that column cannot be sorted by. */
  readonly keyOf: SortKeyOf<Row> | null;
  /** A new value (another filter, another view) is the person's own doing: the order then applies at once. */
  readonly viewKey: string;
  readonly frozen: boolean;
  readonly collator: Intl.Collator;
}

interface Arranged<Row> {
  readonly rows: readonly Row[];
  readonly sort: GridSort | null;
  readonly viewKey: string;
  readonly shown: readonly Row[];
  /** The shown order is not the wanted one. */
  readonly stale: boolean;
}

function isInOrder<Row>(shown: readonly Row[], input: RowOrderInput<Row>): boolean {
  const { rows, sort, keyOf, collator } = input;
  if (sort === null || keyOf === null) return shown.every((row, index) => row === rows[index]);
  return isSorted(shown, keyOf, sort.direction, collator);
}

function arrange<Row>(previous: Arranged<Row> | null, input: RowOrderInput<Row>, asked: boolean): Arranged<Row> {
  const { rows, sort, keyOf, viewKey, frozen, idOf, collator } = input;
  const base = { rows, sort, viewKey };
  const swapped = previous === null || asked ? null : swapRows(previous.rows, previous.shown, rows, idOf);
  if (previous !== null && swapped !== null && !(previous.stale && !frozen)) {
    const sameKeys = keyOf === null || [...swapped.changed].every(([old, row]) => keyOf(old) === keyOf(row));
    // Nothing a row is sorted by has changed: everyone keeps their place, and what was due stays due.
    if (sameKeys) return { ...base, shown: swapped.shown, stale: previous.stale };
  }
  const held = (from: Arranged<Row>): readonly Row[] => swapped?.shown ?? holdOrder(from.shown, rows, idOf);
  if (previous !== null && frozen && !asked) {
    const shown = held(previous);
    return { ...base, shown, stale: !isInOrder(shown, input) };
  }
  if (sort === null || keyOf === null) return { ...base, shown: rows, stale: false };
  // From the present order, so that equal rows do not trade places and little is left to sort.
  const start = previous === null || asked ? rows : held(previous);
  return { ...base, shown: sortRows(start, keyOf, sort.direction, collator), stale: false };
}

export interface RowOrder<Row> {
  readonly shown: readonly Row[];
  readonly stale: boolean;
  readonly apply: () => void;
}

export function useRowOrder<Row>(input: RowOrderInput<Row>): RowOrder<Row> {
  const [held, setHeld] = useState(() => arrange(null, input, true));
  const asked = held.sort !== input.sort || held.viewKey !== input.viewKey;
  const changed = asked || held.rows !== input.rows || (held.stale && !input.frozen);
  let current = held;
  if (changed) {
    current = arrange(held, input, asked);
    setHeld(current);
  }
  return { shown: current.shown, stale: current.stale, apply: () => setHeld(arrange(current, input, true)) };
}
