// The matrix as a file: what is seen, with the moment it is about, how it was narrowed, and how fresh each store was. Pure.
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { toCsv, type CsvCell } from '../../text/csv.ts';

export interface MatrixCsvWords {
  /** "Stock as of" */
  readonly asOf: string;
  /** "Shown" */
  readonly shown: string;
  /** How the list was narrowed, as one text; empty for everything. */
  readonly filter: string;
  readonly item: string;
  readonly sku: string;
  readonly category: string;
  readonly unit: string;
  readonly allStores: string;
  /** A store's column: its name, and since when nothing was heard where that matters. */
  readonly store: (index: number) => string;
}

export interface MatrixCsvInput {
  readonly table: Pick<StockTable, 'stores'>;
  /** In the order shown. */
  readonly rows: readonly StockRow[];
  /** Indexes of the stores shown, in order. */
  readonly stores: readonly number[];
  /** The moment the figures are about, Unix milliseconds. */
  readonly atMs: number;
  readonly words: MatrixCsvWords;
}

export function matrixCsv({ rows, stores, atMs, words }: MatrixCsvInput): string {
  const figure = (row: StockRow, quantity: number | null): CsvCell =>
    quantity === null ? null : { quantity, scale: row.scale };
  return toCsv([
    [words.asOf, new Date(atMs).toISOString()],
    ...(words.filter === '' ? [] : [[words.shown, words.filter]]),
    [],
    [words.item, words.sku, words.category, words.unit, words.allStores, ...stores.map(words.store)],
    ...rows.map((row) => [
      row.name,
      row.sku,
      row.category,
      row.unit,
      figure(row, row.total),
      ...stores.map((store) => figure(row, row.onHand[store] ?? null)),
    ]),
  ]);
}

/** "stock-2026-11-17-1420.csv", by the computer's clock: sorts by time and says which moment. */
export function matrixFileName(atMs: number): string {
  const at = new Date(atMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `stock-${day}-${two(at.getHours())}${two(at.getMinutes())}.csv`;
}
