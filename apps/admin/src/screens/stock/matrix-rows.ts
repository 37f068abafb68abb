// Which items the matrix shows, and their order by words. Pure. What only depends on the catalogue (names made plain, their
// ranks) is worked out once per item, so that a live change costs one pass over the rows.
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { plainText, wordsFinder } from '../../text/search-words.ts';
import type { MatrixSearch, MatrixSort, MatrixView } from './matrix-search.ts';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Texts made plain, by name and SKU as they stand in a row: rows come and go with every change, their texts stay. */
const plainTexts = new Map<string, string>();
const plainTextsMax = 200_000;

function plainOf(row: StockRow): string {
  const text = `${row.name} ${row.sku}`;
  const known = plainTexts.get(text);
  if (known !== undefined) return known;
  if (plainTexts.size >= plainTextsMax) plainTexts.clear();
  const made = plainText(text);
  plainTexts.set(text, made);
  return made;
}

/** The place of each row in the order of its words, by the row's index: numbers compare many times faster than texts. */
export interface Ranks {
  readonly byName: (row: StockRow) => number;
  readonly bySku: (row: StockRow) => number;
}

function ranksBy(rows: readonly StockRow[], textOf: (row: StockRow) => string): (row: StockRow) => number {
  let ranks: Int32Array | undefined;
  return (row) => {
    if (ranks === undefined) {
      // Worked out when it is first asked for: most people never sort by SKU.
      ranks = new Int32Array(rows.length);
      const sorted = rows.toSorted((a, b) => collator.compare(textOf(a), textOf(b)) || a.index - b.index);
      for (const [rank, each] of sorted.entries()) ranks[each.index] = rank;
    }
    return ranks[row.index] ?? 0;
  };
}

/** Of a whole table's rows. */
export function ranksOf(rows: readonly StockRow[]): Ranks {
  return { byName: ranksBy(rows, (row) => row.name), bySku: ranksBy(rows, (row) => row.sku) };
}

/** The categories there are, in order. */
export function categoriesOf(rows: readonly StockRow[]): readonly string[] {
  return [...new Set(rows.map((row) => row.category))].filter((name) => name !== '').sort(collator.compare);
}

/** Whether a row belongs to a view: it has such a figure in at least one store. Unknown is neither zero nor below. */
const belongsTo: Record<MatrixView, (row: StockRow) => boolean> = {
  all: () => true,
  oversold: (row) => row.onHand.some((figure) => figure !== null && figure < 0),
  out: (row) => row.onHand.includes(0),
  // This view is about stores: all items, fewer columns.
  stale: () => true,
};

export function matrixRows(
  rows: readonly StockRow[],
  search: Pick<MatrixSearch, 'view' | 'query' | 'category'>,
): readonly StockRow[] {
  const { view, query, category } = search;
  if ((view === 'all' || view === 'stale') && query === '' && category === null) return rows;
  const matches = wordsFinder(query);
  const belongs = belongsTo[view];
  return rows.filter(
    (row) => (category === null || row.category === category) && belongs(row) && matches(plainOf(row)),
  );
}

/** How many items each view that names a worry holds, over the whole catalogue. */
export function viewCounts(rows: readonly StockRow[]): { readonly oversold: number; readonly out: number } {
  let oversold = 0;
  let out = 0;
  for (const row of rows) {
    if (belongsTo.oversold(row)) oversold += 1;
    if (belongsTo.out(row)) out += 1;
  }
  return { oversold, out };
}

/** What a row is sorted by; null sorts last, up and down. */
export function sortKey(table: StockTable, ranks: Ranks, sort: MatrixSort): (row: StockRow) => number | null {
  if (sort.column === 'name') return ranks.byName;
  if (sort.column === 'sku') return ranks.bySku;
  if (sort.column === 'total') return (row) => row.total;
  const store = table.storeIndex.get(sort.column.store);
  return (row) => (store === undefined ? null : (row.onHand[store] ?? null));
}

/** Rows in the order asked for; equal ones by name. For the file: the grid keeps its own order on the screen. */
export function inOrder(
  table: StockTable,
  ranks: Ranks,
  rows: readonly StockRow[],
  sort: MatrixSort,
): readonly StockRow[] {
  const keyOf = sortKey(table, ranks, sort);
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === right) return ranks.byName(a) - ranks.byName(b);
    if (left === null || right === null) return left === null ? 1 : -1;
    return sign * (left - right);
  });
}
