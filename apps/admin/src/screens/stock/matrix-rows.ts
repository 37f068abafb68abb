// Which items the matrix shows and in which order. Pure. What only depends on the catalogue (names made plain, their
// order) is worked out once per catalogue, so that a live change costs one pass over the figures.
import type { MatrixItem } from '@streamstock/api';
import type { Figures, StockTable } from '../../data/stock-table.ts';
import { plainText, wordsFinder } from '../../text/search-words.ts';
import type { MatrixSearch, MatrixSort, MatrixView } from './matrix-search.ts';

/** Indexes into the table's items, in the order shown. */
export type Rows = readonly number[];

interface CatalogueIndex {
  readonly plain: readonly string[];
  readonly byName: Rows;
  readonly bySku: Rows;
  readonly categories: readonly string[];
}

const indexes = new WeakMap<readonly MatrixItem[], CatalogueIndex>();
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function orderBy(items: readonly MatrixItem[], text: (item: MatrixItem) => string): Rows {
  const texts = items.map(text);
  return items.map((_, row) => row).sort((a, b) => collator.compare(texts[a] ?? '', texts[b] ?? '') || a - b);
}

function catalogueIndex(items: readonly MatrixItem[]): CatalogueIndex {
  const known = indexes.get(items);
  if (known !== undefined) return known;
  const made: CatalogueIndex = {
    plain: items.map(([, sku, name]) => plainText(`${name} ${sku}`)),
    byName: orderBy(items, (item) => item[2]),
    bySku: orderBy(items, (item) => item[1]),
    categories: [...new Set(items.map((item) => item[3]))].filter((name) => name !== '').sort(collator.compare),
  };
  indexes.set(items, made);
  return made;
}

/** The categories of a catalogue, in order. */
export function categoriesOf(items: readonly MatrixItem[]): readonly string[] {
  return catalogueIndex(items).categories;
}

function isBelowZero(figure: number | null | undefined): boolean {
  return figure !== null && figure !== undefined && figure < 0;
}

/** Whether a row belongs to a view: it has such a figure in at least one store. */
function inView(table: StockTable, view: MatrixView): (row: number) => boolean {
  if (view === 'oversold') return (row) => table.onHand.some((column) => isBelowZero(column[row]));
  if (view === 'out') return (row) => table.onHand.some((column) => column[row] === 0);
  return () => true;
}

/** Rows in the order of their figures; unknown ones last either way, equal ones by name. */
function orderByFigures(byName: Rows, figures: Figures, descending: boolean): Rows {
  const unknown = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const keys = figures.map((figure) => figure ?? unknown);
  const sign = descending ? -1 : 1;
  return byName.toSorted((a, b) => {
    const left = keys[a] ?? unknown;
    const right = keys[b] ?? unknown;
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

function ordered(table: StockTable, index: CatalogueIndex, sort: MatrixSort): Rows {
  if (sort.column === 'name') return sort.descending ? index.byName.toReversed() : index.byName;
  if (sort.column === 'sku') return sort.descending ? index.bySku.toReversed() : index.bySku;
  const store = sort.column === 'total' ? undefined : table.storeIndex.get(sort.column.store);
  const figures = sort.column === 'total' ? table.totals : store === undefined ? undefined : table.onHand[store];
  return figures === undefined ? index.byName : orderByFigures(index.byName, figures, sort.descending);
}

export function matrixRows(table: StockTable, search: Omit<MatrixSearch, 'atMs'>): Rows {
  const index = catalogueIndex(table.items);
  const matches = wordsFinder(search.query);
  const belongs = inView(table, search.view);
  return ordered(table, index, search.sort).filter(
    (row) =>
      matches(index.plain[row] ?? '') &&
      (search.category === null || table.items[row]?.[3] === search.category) &&
      belongs(row),
  );
}

/** How many items each view that names a worry holds, over the whole catalogue. */
export function viewCounts(table: StockTable): { readonly oversold: number; readonly out: number } {
  let oversold = 0;
  let out = 0;
  const isOversold = inView(table, 'oversold');
  const isOut = inView(table, 'out');
  for (let row = 0; row < table.items.length; row += 1) {
    if (isOversold(row)) oversold += 1;
    if (isOut(row)) out += 1;
  }
  return { oversold, out };
}
