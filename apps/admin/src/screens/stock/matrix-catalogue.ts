// What depends on the catalogue alone: orders by words, categories and column widths. Worked out when a table is first
// looked at and kept through its live changes, which leave the catalogue as it is.
import type { StockTable } from '../../data/stock-table.ts';
import { matrixWidths, type MatrixWidths } from './matrix-columns.tsx';
import { categoriesOf, ranksOf, type Ranks } from './matrix-rows.ts';

export interface MatrixCatalogue {
  readonly ranks: Ranks;
  readonly widths: MatrixWidths;
  readonly categories: readonly string[];
}

/** By the table's row index: it is the same object until the table is read again. */
const known = new WeakMap<StockTable['rowIndex'], MatrixCatalogue>();

export function matrixCatalogue(table: StockTable): MatrixCatalogue {
  const found = known.get(table.rowIndex);
  if (found !== undefined) return found;
  const made = { ranks: ranksOf(table.rows), widths: matrixWidths(table), categories: categoriesOf(table.rows) };
  known.set(table.rowIndex, made);
  return made;
}
