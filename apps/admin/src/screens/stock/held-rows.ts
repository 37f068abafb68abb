// Nothing moves under a hand: while the pointer or the focus is in the grid, rows keep their places; what a live change
// would have moved waits until it is asked for. Pure.
//
// 1. What the person does (search, filter, sort) is applied at once, always.
// 2. Held rows are the same items, also when the catalogue was read again and their indexes moved.
import type { MatrixItem } from '@streamstock/api';
import type { Rows } from './matrix-rows.ts';

export interface HeldRows {
  readonly rows: Rows;
  /** The catalogue that `rows` point into. */
  readonly items: readonly MatrixItem[];
  /** What the person asked for when these rows were chosen. */
  readonly asked: string;
  /** Other rows, or another order, would be shown if nobody were in the grid. */
  readonly changed: boolean;
}

export interface RowsWanted {
  readonly rows: Rows;
  readonly items: readonly MatrixItem[];
  readonly itemIndex: ReadonlyMap<string, number>;
  /** A text that changes whenever the person asks for something else. */
  readonly asked: string;
  /** Somebody is in the grid. */
  readonly busy: boolean;
}

function sameRows(a: Rows, b: Rows): boolean {
  return a === b || (a.length === b.length && a.every((row, index) => row === b[index]));
}

/** The same items in another catalogue; items that are no longer in it are left out. */
function carriedOver(held: HeldRows, wanted: RowsWanted): Rows {
  if (held.items === wanted.items) return held.rows;
  return held.rows.flatMap((row) => {
    const item = held.items[row];
    const moved = item === undefined ? undefined : wanted.itemIndex.get(item[0]);
    return moved === undefined ? [] : [moved];
  });
}

/** Returns `held` itself when nothing about it changes. */
export function holdRows(held: HeldRows | undefined, wanted: RowsWanted): HeldRows {
  const fresh: HeldRows = { rows: wanted.rows, items: wanted.items, asked: wanted.asked, changed: false };
  if (held === undefined || held.asked !== wanted.asked) return fresh;
  const rows = carriedOver(held, wanted);
  const same = sameRows(rows, wanted.rows);
  if (!same && !wanted.busy) return fresh;
  if (rows === held.rows && held.changed === !same) return held;
  return { rows, items: wanted.items, asked: wanted.asked, changed: !same };
}
