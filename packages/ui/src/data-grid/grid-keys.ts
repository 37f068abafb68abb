// Moving through a grid by keyboard, after the ARIA grid pattern. Pure: a place and a key in, a place out.

/** `row` −1 is the head; `column` counts visible columns. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridExtent {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Rows that fit into the view: what PageDown moves by. */
  readonly pageRows: number;
}

export interface GridKey {
  readonly key: string;
  readonly ctrl: boolean;
  /** Right-to-left: arrows point where they point. */
  readonly rtl?: boolean;
}

const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value));

function target(place: GridPlace, { key, ctrl, rtl = false }: GridKey, extent: GridExtent): GridPlace | null {
  const lastRow = extent.rowCount - 1;
  const lastColumn = extent.columnCount - 1;
  const towardsEnd = rtl ? -1 : 1;
  switch (key) {
    case 'ArrowUp':
      return { ...place, row: place.row - 1 };
    case 'ArrowDown':
      return { ...place, row: place.row + 1 };
    case 'ArrowLeft':
      return { ...place, column: place.column - towardsEnd };
    case 'ArrowRight':
      return { ...place, column: place.column + towardsEnd };
    case 'PageUp':
      return { ...place, row: Math.max(0, place.row - extent.pageRows) };
    case 'PageDown':
      return { ...place, row: place.row + extent.pageRows };
    case 'Home':
      return { row: ctrl ? 0 : place.row, column: 0 };
    case 'End':
      return { row: ctrl ? lastRow : place.row, column: lastColumn };
    default:
      return null;
  }
}

/** Where the key leads, always inside the grid; null when the key does not move. */
export function moveInGrid(place: GridPlace, key: GridKey, extent: GridExtent): GridPlace | null {
  const next = target(place, key, extent);
  if (next === null) return null;
  return {
    row: clamp(next.row, -1, extent.rowCount - 1),
    column: clamp(next.column, 0, Math.max(0, extent.columnCount - 1)),
  };
}
