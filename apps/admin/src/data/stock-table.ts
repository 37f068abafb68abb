// The stock matrix as the page keeps it: one object per item, with indexes to find it, and how a live change goes in. Pure.
// A change makes new objects for the rows it touches and leaves the others the very same, so that only those are drawn anew.
import type { LiveMessage, MatrixItem, StockMatrix, StoreHead } from '@streamstock/api';

/** By store, in the order of the table's stores; null = nothing is known of the item there. */
export type Figures = readonly (number | null)[];

export interface StockRow {
  /** Its place in the table's rows: the same through live changes. */
  readonly index: number;
  readonly item: string;
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly unit: string;
  readonly scale: number;
  readonly onHand: Figures;
  /** Sum over the stores that know the item; null when none does. */
  readonly total: number | null;
  /** Indexes of the stores whose line should be counted again. */
  readonly recount: readonly number[];
}

export interface StockTable {
  readonly position: number;
  readonly asOfMs: number;
  /** The past moment that was asked for; null = now. */
  readonly atMs: number | null;
  readonly stores: readonly StoreHead[];
  readonly storeIndex: ReadonlyMap<string, number>;
  readonly rows: readonly StockRow[];
  readonly rowIndex: ReadonlyMap<string, number>;
}

export interface StockUpdate {
  readonly table: StockTable;
  /** Figures that are now others. */
  readonly changed: number;
  /** A change named an item or a store that this table does not list: the whole must be read again. */
  readonly incomplete: boolean;
}

export type StockMessage = Extract<LiveMessage, { readonly name: 'stock' }>['data'];

const nothing: readonly number[] = [];

function sum(figures: Figures): number | null {
  let total: number | null = null;
  for (const figure of figures) if (figure !== null) total = (total ?? 0) + figure;
  return total;
}

function recountByRow(matrix: StockMatrix): ReadonlyMap<number, readonly number[]> {
  const byRow = new Map<number, number[]>();
  for (const [store, rows] of matrix.recount.entries()) {
    for (const row of rows) byRow.set(row, [...(byRow.get(row) ?? []), store]);
  }
  return byRow;
}

function rowOf(index: number, item: MatrixItem, onHand: Figures, recount: readonly number[]): StockRow {
  const [id, sku, name, category, unit, scale] = item;
  return { index, item: id, sku, name, category, unit, scale, onHand, total: sum(onHand), recount };
}

export function stockTableOf(matrix: StockMatrix): StockTable {
  const recount = recountByRow(matrix);
  return {
    position: matrix.position,
    asOfMs: matrix.asOfMs,
    atMs: matrix.at,
    stores: matrix.stores,
    storeIndex: new Map(matrix.stores.map((store, index) => [store.store, index])),
    rows: matrix.items.map((item, row) =>
      rowOf(
        row,
        item,
        matrix.onHand.map((column) => column[row] ?? null),
        recount.get(row) ?? nothing,
      ),
    ),
    rowIndex: new Map(matrix.items.map((item, row) => [item[0], row])),
  };
}

interface CellChange {
  readonly store: number;
  readonly onHand: number | null;
  readonly recount: boolean;
}

function changedRow(row: StockRow, change: CellChange): StockRow {
  const { store } = change;
  const wasRecount = row.recount.includes(store);
  const sameFigure = row.onHand[store] === change.onHand;
  if (sameFigure && wasRecount === change.recount) return row;
  const onHand = sameFigure ? row.onHand : row.onHand.with(store, change.onHand);
  const others = row.recount.filter((each) => each !== store);
  const recount = change.recount ? [...others, store].sort((a, b) => a - b) : others;
  return { ...row, onHand, total: sum(onHand), recount };
}

/**
 * The table after a message of the stream. A message that is older than the table is already in it and changes nothing.
 * Messages carry whole figures, so the newest one of a cell is right whatever came before; one of the same position may
 * tell of lines that another one left out.
 */
export function applyStockMessage(table: StockTable, message: StockMessage): StockUpdate {
  if (message.position < table.position) return { table, changed: 0, incomplete: false };
  let rows: StockRow[] | undefined;
  let changed = 0;
  let incomplete = false;
  for (const { item, store, onHand, recount } of message.changes) {
    const at = table.rowIndex.get(item);
    const storeAt = table.storeIndex.get(store);
    const before = at === undefined ? undefined : (rows ?? table.rows)[at];
    if (at === undefined || storeAt === undefined || before === undefined) {
      incomplete = true;
      continue;
    }
    const after = changedRow(before, { store: storeAt, onHand, recount });
    if (after === before) continue;
    if (after.onHand !== before.onHand) changed += 1;
    rows ??= [...table.rows];
    rows[at] = after;
  }
  const { position } = message;
  return { table: rows === undefined ? { ...table, position } : { ...table, position, rows }, changed, incomplete };
}

/** A table that was just read, brought up to date by what the stream said meanwhile (oldest first). */
export function catchUp(table: StockTable, messages: readonly StockMessage[]): StockUpdate {
  let current: StockUpdate = { table, changed: 0, incomplete: false };
  for (const message of messages) {
    const next = applyStockMessage(current.table, message);
    current = {
      table: next.table,
      changed: current.changed + next.changed,
      incomplete: current.incomplete || next.incomplete,
    };
  }
  return current;
}

/** New heads (freshness, names) of the stores the table lists; undefined when the set of stores is another one. */
export function withStoreHeads(table: StockTable, heads: readonly StoreHead[]): StockTable | undefined {
  if (heads.length !== table.stores.length) return undefined;
  const byId = new Map(heads.map((head) => [head.store, head]));
  const stores: StoreHead[] = [];
  for (const { store } of table.stores) {
    const head = byId.get(store);
    if (head === undefined) return undefined;
    stores.push(head);
  }
  return { ...table, stores };
}
