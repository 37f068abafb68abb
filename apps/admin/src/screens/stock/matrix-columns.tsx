// The columns of the matrix: item, SKU, the sum over all stores, and a column per store, as wide as what stands in them when
// they are made. Pure, apart from the words it is given.
import type { StoreHead } from '@streamstock/api';
import { formatQuantity, type FreshnessOf, type StockState } from '@streamstock/ui';
import type { GridColumn, GridFigure } from '@streamstock/ui/data-grid';
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { freshnessOf, isStale, storeFreshness, sumFreshness } from '../../freshness/store-freshness.ts';
import type { Ranks } from './matrix-rows.ts';
import type { MatrixSort, MatrixSortColumn } from './matrix-search.ts';

/** Ids of the columns that belong to no store; a store's column has the store's id. */
export const nameColumn = '.name';
export const skuColumn = '.sku';
export const totalColumn = '.total';

export interface ColumnWords {
  readonly item: string;
  readonly sku: string;
  readonly allStores: string;
  /** Why a cell has no figure. */
  readonly nothingKnown: string;
  /** "as of 10:38": of a store that was not heard this very minute, on asking only. */
  readonly asOf: (asOfMs: number) => string;
  /** "2 stores stale": on asking, of the sum. */
  readonly staleStores: (count: number) => string;
}

export interface MatrixColumnsInput {
  readonly table: Pick<StockTable, 'stores' | 'storeIndex' | 'atMs'>;
  readonly ranks: Ranks;
  readonly widths: MatrixWidths;
  readonly nowMs: number;
  readonly staleOnly: boolean;
  /** On a narrow window only the item's name stays while the rest scrolls. */
  readonly narrow: boolean;
  readonly words: ColumnWords;
}

/** px by store id, and of the sum. */
export interface MatrixWidths {
  readonly total: number;
  readonly stores: ReadonlyMap<string, number>;
}

const digitPx = 7.6;
const letterPx = 7;
/** Icon lane, gap and padding of a cell. */
const cellRoomPx = 40;
const headRoomPx = 18;
const storeWidthMinPx = 88;
const storeWidthMaxPx = 148;

function figureWidth(longest: number): number {
  return Math.ceil(longest * digitPx) + cellRoomPx;
}

/** Wide enough for every figure and, up to a bound, the store's name. Worked out once per catalogue: columns never jump. */
export function matrixWidths(table: Pick<StockTable, 'stores' | 'rows'>): MatrixWidths {
  const longest = table.stores.map(() => 0);
  let longestTotal = 0;
  const length = (row: StockRow, figure: number | null): number =>
    figure === null ? 1 : formatQuantity(figure, { scale: row.scale }).length;
  const extremes = extremeRows(table);
  for (const row of extremes) {
    longestTotal = Math.max(longestTotal, length(row, row.total));
    for (const [store, figure] of row.onHand.entries()) {
      longest[store] = Math.max(longest[store] ?? 0, length(row, figure));
    }
  }
  const widthOf = (store: StoreHead, index: number): number => {
    const byName = Math.min(storeWidthMaxPx, Math.ceil(store.name.length * letterPx) + headRoomPx);
    return Math.max(storeWidthMinPx, byName, figureWidth(longest[index] ?? 0));
  };
  return {
    total: Math.max(92, figureWidth(longestTotal)),
    stores: new Map(table.stores.map((store, index) => [store.store, widthOf(store, index)])),
  };
}

/** The rows that hold a column's largest or smallest figure: only they can be the longest to print (per scale). */
function extremeRows(table: Pick<StockTable, 'stores' | 'rows'>): Set<StockRow> {
  const best = new Map<string, { row: StockRow; figure: number }>();
  const consider = (key: string, row: StockRow, figure: number | null): void => {
    if (figure === null) return;
    const side = figure < 0 ? 'low' : 'high';
    const known = best.get(`${key} ${row.scale} ${side}`);
    if (known === undefined || Math.abs(figure) > Math.abs(known.figure))
      best.set(`${key} ${row.scale} ${side}`, { row, figure });
  };
  for (const row of table.rows) {
    consider('total', row, row.total);
    for (const [store, figure] of row.onHand.entries()) consider(String(store), row, figure);
  }
  return new Set([...best.values()].map((each) => each.row));
}

/** The one state a cell shows, the worst first. */
export function cellState(figure: number | null, recount: boolean): StockState | null {
  if (figure !== null && figure < 0) return 'oversold';
  if (figure === 0) return 'out';
  return recount ? 'recount' : null;
}

function storeColumn(store: StoreHead, index: number, input: MatrixColumnsInput): GridColumn<StockRow> {
  const freshness = freshnessOf(store, input.nowMs, input.table.atMs);
  const marked = freshness.kind === 'current' ? {} : { freshness };
  const { kind } = storeFreshness(store, input.nowMs);
  const isPast = input.table.atMs !== null;
  return {
    id: store.store,
    kind: 'figure',
    header: store.name,
    width: input.widths.stores.get(store.store) ?? storeWidthMinPx,
    ...marked,
    ...(kind === 'silent' && !isPast ? { state: 'silent' } : {}),
    ...(kind === 'aging' && !isPast && freshness.asOf !== undefined ? { hint: input.words.asOf(freshness.asOf) } : {}),
    figure: (row): GridFigure => {
      const value = row.onHand[index] ?? null;
      if (value === null) return { value, unknownReason: input.words.nothingKnown };
      return { value, scale: row.scale, state: cellState(value, row.recount.includes(index)), ...marked };
    },
  };
}

function parts(input: MatrixColumnsInput): FreshnessOf[] {
  return input.table.stores.map((store) => freshnessOf(store, input.nowMs, input.table.atMs));
}

export function matrixColumns(input: MatrixColumnsInput): GridColumn<StockRow>[] {
  const { table, ranks, widths, narrow, words } = input;
  const ofStores = parts(input);
  const sum = sumFreshness(ofStores);
  const marked = sum.kind === 'current' ? {} : { freshness: sum };
  const staleCount = ofStores.filter((part) => part.kind === 'stale').length;
  const shown = table.stores.filter((store) => !input.staleOnly || isStale(storeFreshness(store, input.nowMs)));
  const sku: GridColumn<StockRow> = {
    id: skuColumn,
    kind: 'words',
    header: words.sku,
    width: 104,
    sticky: !narrow,
    cell: (row) => <span className="ss-meta sku">{row.sku}</span>,
    text: (row) => row.sku,
    sort: ranks.bySku,
  };
  const stores = shown.map((store) => storeColumn(store, table.storeIndex.get(store.store) ?? 0, input));
  return [
    {
      id: nameColumn,
      kind: 'words',
      header: words.item,
      width: narrow ? 168 : 280,
      sticky: true,
      cell: (row) => row.name,
      text: (row) => row.name,
      sort: ranks.byName,
    },
    // On a phone figures come first; the number of the item is found further along.
    ...(narrow ? [] : [sku]),
    {
      id: totalColumn,
      kind: 'figure',
      header: words.allStores,
      width: widths.total,
      sticky: !narrow,
      strong: true,
      glows: false,
      ...marked,
      ...(staleCount === 0 ? {} : { hint: words.staleStores(staleCount) }),
      figure: (row) =>
        row.total === null
          ? { value: null, unknownReason: words.nothingKnown }
          : { value: row.total, scale: row.scale, ...marked },
    },
    ...stores,
    ...(narrow ? [sku] : []),
  ];
}

const columnIds: readonly (readonly [Exclude<MatrixSortColumn, object>, string])[] = [
  ['name', nameColumn],
  ['sku', skuColumn],
  ['total', totalColumn],
];

/** The column a sort is about, as the grid names it. */
export function columnIdOf(sort: MatrixSort): string {
  const { column } = sort;
  return typeof column === 'string' ? (columnIds.find(([name]) => name === column)?.[1] ?? nameColumn) : column.store;
}

export function sortColumnOf(columnId: string): MatrixSortColumn {
  return columnIds.find(([, id]) => id === columnId)?.[0] ?? { store: columnId };
}
