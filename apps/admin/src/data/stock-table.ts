// The stock matrix as the page keeps it: the server's columns with indexes to find a cell, and how a live change goes in.
// Pure. A change copies only the columns it touches, so that what did not change stays the same object.
import type { LiveMessage, LiveStockChange, MatrixItem, StockMatrix, StoreHead } from '@streamstock/api';

/** Figures of one store or of all stores, by row; null = nothing is known of that item there. */
export type Figures = readonly (number | null)[];

export interface StockTable {
  readonly position: number;
  readonly asOfMs: number;
  /** The past moment that was asked for; null = now. */
  readonly atMs: number | null;
  readonly stores: readonly StoreHead[];
  readonly items: readonly MatrixItem[];
  readonly storeIndex: ReadonlyMap<string, number>;
  readonly itemIndex: ReadonlyMap<string, number>;
  /** `onHand[store][row]`. */
  readonly onHand: readonly Figures[];
  /** Sum over the stores that know the item. */
  readonly totals: Figures;
  /** Rows of each store whose line should be counted again. */
  readonly recount: readonly ReadonlySet<number>[];
}

/** A cell whose figure changed: `delta` is new − old, an unknown figure counting as nothing. */
export interface CellChange {
  readonly store: string;
  readonly item: string;
  readonly delta: number;
}

export interface StockUpdate {
  readonly table: StockTable;
  readonly changes: readonly CellChange[];
  /** A change named an item or a store that this table does not list: the whole must be read again. */
  readonly incomplete: boolean;
}

export type StockMessage = Extract<LiveMessage, { readonly name: 'stock' }>['data'];

function indexOf(keys: readonly string[]): ReadonlyMap<string, number> {
  return new Map(keys.map((key, index) => [key, index]));
}

function sumRow(columns: readonly Figures[], row: number): number | null {
  let sum: number | null = null;
  for (const column of columns) {
    const figure = column[row];
    if (figure !== null && figure !== undefined) sum = (sum ?? 0) + figure;
  }
  return sum;
}

export function stockTableOf(matrix: StockMatrix): StockTable {
  return {
    position: matrix.position,
    asOfMs: matrix.asOfMs,
    atMs: matrix.at,
    stores: matrix.stores,
    items: matrix.items,
    storeIndex: indexOf(matrix.stores.map((store) => store.store)),
    itemIndex: indexOf(matrix.items.map((item) => item[0])),
    onHand: matrix.onHand,
    totals: matrix.items.map((_, row) => sumRow(matrix.onHand, row)),
    recount: matrix.recount.map((rows) => new Set(rows)),
  };
}

/**
 * The table after a message of the stream. A message that is not newer than the table is already in it and changes
 * nothing. Messages carry whole figures, so the newest one of a cell is right whatever came before.
 */
export function applyStockMessage(table: StockTable, message: StockMessage): StockUpdate {
  if (message.position <= table.position) return { table, changes: [], incomplete: false };
  const draft = new TableDraft(table);
  for (const change of message.changes) draft.put(change);
  return draft.finish(message.position);
}

/** A table that was just read, brought up to date by what the stream said meanwhile (oldest first). */
export function catchUp(table: StockTable, messages: readonly StockMessage[]): StockUpdate {
  let current: StockUpdate = { table, changes: [], incomplete: false };
  for (const message of messages) {
    const next = applyStockMessage(current.table, message);
    current = { ...next, changes: [], incomplete: current.incomplete || next.incomplete };
  }
  return current;
}

class TableDraft {
  readonly #table: StockTable;
  readonly #onHand: Figures[];
  readonly #recount: ReadonlySet<number>[];
  readonly #copiedColumns = new Map<number, (number | null)[]>();
  readonly #copiedRecounts = new Map<number, Set<number>>();
  readonly #changedRows = new Set<number>();
  readonly #changes: CellChange[] = [];
  #incomplete = false;

  constructor(table: StockTable) {
    this.#table = table;
    this.#onHand = [...table.onHand];
    this.#recount = [...table.recount];
  }

  put(change: LiveStockChange): void {
    const store = this.#table.storeIndex.get(change.store);
    const row = this.#table.itemIndex.get(change.item);
    if (store === undefined || row === undefined) {
      this.#incomplete = true;
      return;
    }
    const before = this.#onHand[store]?.[row] ?? null;
    if (before !== change.onHand) {
      this.#column(store)[row] = change.onHand;
      this.#changedRows.add(row);
      const delta = (change.onHand ?? 0) - (before ?? 0);
      if (delta !== 0) this.#changes.push({ store: change.store, item: change.item, delta });
    }
    if (this.#recount[store]?.has(row) !== change.recount) {
      if (change.recount) this.#recounts(store).add(row);
      else this.#recounts(store).delete(row);
    }
  }

  finish(position: number): StockUpdate {
    const table = { ...this.#table, position };
    if (this.#copiedColumns.size > 0) {
      const totals = [...this.#table.totals];
      for (const row of this.#changedRows) totals[row] = sumRow(this.#onHand, row);
      Object.assign(table, { onHand: this.#onHand, totals });
    }
    if (this.#copiedRecounts.size > 0) Object.assign(table, { recount: this.#recount });
    return { table, changes: this.#changes, incomplete: this.#incomplete };
  }

  #column(store: number): (number | null)[] {
    const copied = this.#copiedColumns.get(store);
    if (copied !== undefined) return copied;
    const column = [...(this.#onHand[store] ?? [])];
    this.#copiedColumns.set(store, column);
    this.#onHand[store] = column;
    return column;
  }

  #recounts(store: number): Set<number> {
    const copied = this.#copiedRecounts.get(store);
    if (copied !== undefined) return copied;
    const rows = new Set(this.#recount[store]);
    this.#copiedRecounts.set(store, rows);
    this.#recount[store] = rows;
    return rows;
  }
}

/** New heads (freshness, names) of stores the table lists; undefined when the set of stores is another one. */
export function withStoreHeads(table: StockTable, heads: readonly StoreHead[]): StockTable | undefined {
  if (heads.length !== table.stores.length) return undefined;
  const byId = new Map(heads.map((head) => [head.store, head]));
  const stores = table.stores.map((store) => byId.get(store.store));
  return stores.every((store) => store !== undefined) ? { ...table, stores } : undefined;
}
