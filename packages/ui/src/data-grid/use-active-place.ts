// Which cell is in the tab order (roving tabindex), and moving focus to it. The place is kept by row and column id, so that
// it holds through live change; when its row or column goes, the nearest takes over.
import { useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { PlacedColumn } from './grid-column.ts';
import type { GridPlace } from './grid-keys.ts';

export interface ActivePlace {
  readonly place: GridPlace;
  /** Null in the head. */
  readonly rowId: string | null;
  readonly columnId: string | null;
}

interface Kept {
  readonly place: GridPlace;
  readonly rowId: string | null;
  readonly columnId: string | null;
}

export interface ActivePlaceControl extends ActivePlace {
  /** Remembers a place without touching focus: it is there already. */
  readonly remember: (place: GridPlace) => void;
  /** Moves focus there, clear of the sticky parts. */
  readonly focus: (place: GridPlace) => void;
}

export function useActivePlace<Row>(
  root: RefObject<HTMLElement | null>,
  shownIds: readonly string[],
  columns: readonly PlacedColumn<Row>[],
): ActivePlaceControl {
  const [kept, setKept] = useState<Kept>({ place: { row: 0, column: 0 }, rowId: null, columnId: null });
  const wanted = useRef(false);

  const inHead = kept.place.row < 0;
  const row = rowNow(kept, shownIds);
  const foundColumn = columns.findIndex((placed) => placed.column.id === kept.columnId);
  const column = foundColumn === -1 ? Math.max(0, Math.min(kept.place.column, columns.length - 1)) : foundColumn;

  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    const cell = root.current?.querySelector<HTMLElement>('[tabindex="0"]');
    // The browser scrolls by scroll-padding, which keeps the cell clear of head and sticky columns.
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const remember = (place: GridPlace): void =>
    setKept({
      place,
      rowId: place.row < 0 ? null : (shownIds[place.row] ?? null),
      columnId: columns[place.column]?.column.id ?? null,
    });
  const focus = (place: GridPlace): void => {
    wanted.current = true;
    remember(place);
  };
  return {
    place: { row: inHead ? -1 : row, column },
    rowId: inHead ? null : (shownIds[row] ?? null),
    columnId: columns[column]?.column.id ?? null,
    remember,
    focus,
  };
}

function rowNow(kept: Kept, shownIds: readonly string[]): number {
  if (kept.rowId !== null && shownIds[kept.place.row] === kept.rowId) return kept.place.row;
  const found = kept.rowId === null ? -1 : shownIds.indexOf(kept.rowId);
  return found === -1 ? Math.max(-1, Math.min(kept.place.row, shownIds.length - 1)) : found;
}
