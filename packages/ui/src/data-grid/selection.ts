// Which rows are selected: by id, so that it holds through sorting, filtering and live change. Pure.

export type GridSelection = ReadonlySet<string>;

export const emptySelection: GridSelection = new Set();

export function toggleSelected(selection: GridSelection, id: string): GridSelection {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Adds every row between two row numbers, in either direction, both included. */
export function extendSelection(
  selection: GridSelection,
  shownIds: readonly string[],
  fromRow: number,
  toRow: number,
): GridSelection {
  const [first, last] = fromRow < toRow ? [fromRow, toRow] : [toRow, fromRow];
  return new Set([...selection, ...shownIds.slice(Math.max(0, first), last + 1)]);
}

/** Selected rows that the present filter hides; they stay selected and are counted. */
export function selectedOutOfView(selection: GridSelection, shownIds: Iterable<string>): number {
  let inView = 0;
  for (const id of shownIds) if (selection.has(id)) inView += 1;
  return selection.size - inView;
}
