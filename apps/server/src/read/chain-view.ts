// The whole chain in memory, by columns: stores, items, and each store's figures per item. Loaded once from the read models,
// then kept in step with what every projection step wrote. Serves the stock matrix and the live stream; the tables stay the
// truth, and everything that needs more than these columns reads them.
import type { LiveStockChange, MatrixItem } from '@streamstock/api';
import type { HybridTime, Position, Row, TableReader } from '@streamstock/event-log';
import {
  BARCODES_TABLE,
  ITEMS_TABLE,
  RESERVATION_LINES_TABLE,
  STOCK_LINES_TABLE,
  STORES_TABLE,
  type BarcodeRow,
  type ItemRow,
  type ReservationLineRow,
  type StockLineRow,
  type StoreRow,
} from '@streamstock/inventory';
import type { RecordedWrite } from '../centre/recorded-writes.ts';
import { NumberColumn } from './columns.ts';
import { breathe } from './breathe.ts';
import { OpenHolds } from './open-holds.ts';

/** Rows read at a time while loading; between two pages others get their turn. */
const LOAD_ROWS = 500;

export const CHAIN_VIEW_TABLES: ReadonlySet<string> = new Set([
  STORES_TABLE,
  ITEMS_TABLE,
  BARCODES_TABLE,
  STOCK_LINES_TABLE,
  RESERVATION_LINES_TABLE,
]);

/** One store's figures; index = the item's place in `items`. */
export interface StoreColumns {
  readonly onHand: NumberColumn;
  readonly available: NumberColumn;
  /** Indexes of the items to count again. */
  readonly recount: ReadonlySet<number>;
}

/** A moment of the view that does not change any more. */
export interface ChainSnapshot {
  readonly version: number;
  readonly position: Position;
  readonly stores: readonly StoreRow[];
  readonly items: readonly MatrixItem[];
  readonly columns: readonly StoreColumns[];
}

interface OwnColumns {
  readonly onHand: NumberColumn;
  readonly sellable: NumberColumn;
  readonly available: NumberColumn;
  readonly recount: Set<number>;
}

export class ChainView {
  readonly #stores = new Map<string, StoreRow>();
  readonly #items: MatrixItem[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #columns = new Map<string, OwnColumns>();
  readonly #barcodes = new Map<string, ReadonlyMap<string, BarcodeRow>>();
  readonly #itemOfCode = new Map<string, string>();
  #holds = new OpenHolds();
  #now: HybridTime = 0;
  #position: Position = 0;
  #version = 0;

  get position(): Position {
    return this.#position;
  }

  /** Rises with every change of what a snapshot holds. */
  get version(): number {
    return this.#version;
  }

  get itemCount(): number {
    return this.#items.length;
  }

  store(store: string): StoreRow | undefined {
    return this.#stores.get(store);
  }

  stores(): readonly StoreRow[] {
    return [...this.#stores.values()].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : a.store < b.store ? -1 : 1,
    );
  }

  barcodesOf(item: string): readonly BarcodeRow[] {
    return [...(this.#barcodes.get(item)?.values() ?? [])];
  }

  /** To the letter: 85123a and 85123A are two. Walks the catalogue: ≈ 1 ms for 50,000 items. */
  hasSku(sku: string): boolean {
    return this.#items.some(([, known]) => known === sku);
  }

  indexOf(item: string): number | undefined {
    return this.#indexes.get(item);
  }

  /** Reads everything anew; nothing may be projected meanwhile. `position`: the checkpoint of the tables. */
  async load(tables: TableReader, position: Position): Promise<void> {
    this.#clear();
    for (const table of CHAIN_VIEW_TABLES) {
      let from: string | undefined;
      for (;;) {
        const rows: readonly Row[] = await tables.range(table, {
          ...(from === undefined ? {} : { from }),
          rowsMax: LOAD_ROWS,
        });
        for (const { key, value } of rows) this.#put(table, key, value);
        const last = rows.at(-1);
        if (last === undefined || rows.length < LOAD_ROWS) break;
        // The smallest key behind the last one: keys are printable ASCII, and a blank is its first character.
        from = `${last.key} `;
        await breathe();
      }
    }
    this.#position = position;
    this.#version += 1;
  }

  /** Takes over what a committed projection step wrote; returns the stock lines whose figures are others now. */
  apply(writes: readonly RecordedWrite[], position: Position): readonly LiveStockChange[] {
    const changes: LiveStockChange[] = [];
    for (const { table, key, value } of writes) {
      const change = this.#put(table, key, value);
      if (change !== undefined) changes.push(change);
    }
    this.#position = position;
    this.#version += 1;
    return changes;
  }

  /**
   * Lets time pass: what holds goods until `now` or earlier holds nothing any more. Returns the stock lines whose figures
   * are others now. Time only goes forward.
   */
  passTime(now: HybridTime): readonly LiveStockChange[] {
    this.#now = Math.max(this.#now, now);
    const lines = this.#holds.expire(this.#now);
    const changes = lines.flatMap(({ store, item }) => this.#refresh(store, item, () => {}) ?? []);
    if (changes.length > 0) this.#version += 1;
    return changes;
  }

  /** When a hold expires next; null: none does. */
  get nextExpiryAt(): HybridTime | null {
    return this.#holds.nextExpiryAt;
  }

  /** Shares the items (their entries are replaced, never changed) and copies the figures. */
  snapshot(): ChainSnapshot {
    const stores = this.stores();
    return {
      version: this.#version,
      position: this.#position,
      stores,
      items: this.#items.slice(),
      columns: stores.map(({ store }) => {
        const { onHand, available, recount } = this.#columnsOf(store);
        return { onHand: onHand.frozen(), available: available.frozen(), recount: new Set(recount) };
      }),
    };
  }

  #clear(): void {
    for (const held of [this.#stores, this.#indexes, this.#columns, this.#barcodes, this.#itemOfCode]) held.clear();
    this.#items.length = 0;
    this.#holds = new OpenHolds();
  }

  #put(table: string, key: string, value: unknown): LiveStockChange | undefined {
    switch (table) {
      case STORES_TABLE:
        if (value === undefined) this.#stores.delete(key);
        else this.#stores.set(key, value as StoreRow);
        return undefined;
      case ITEMS_TABLE:
        this.#items[this.#indexFor(key)] = value === undefined ? unknownItem(key) : matrixItem(value as ItemRow);
        return undefined;
      case BARCODES_TABLE:
        this.#putBarcode(key, value as BarcodeRow | undefined);
        return undefined;
      case STOCK_LINES_TABLE:
        return this.#putLine(key, value as StockLineRow | undefined);
      case RESERVATION_LINES_TABLE:
        return this.#putHold(key, value as ReservationLineRow | undefined);
      default:
        return undefined;
    }
  }

  #putBarcode(code: string, row: BarcodeRow | undefined): void {
    const before = this.#itemOfCode.get(code);
    if (before !== undefined)
      this.#barcodes.set(before, new Map([...(this.#barcodes.get(before) ?? [])].filter(([known]) => known !== code)));
    const item = row?.item ?? null;
    if (row === undefined || item === null) {
      this.#itemOfCode.delete(code);
      return;
    }
    this.#itemOfCode.set(code, item);
    this.#barcodes.set(item, new Map([...(this.#barcodes.get(item) ?? []), [code, row]]));
  }

  #putLine(key: string, row: StockLineRow | undefined): LiveStockChange | undefined {
    const [store = '', item = ''] = key.split('|');
    return this.#refresh(store, item, (columns, index) => {
      columns.onHand.set(index, row?.onHand ?? null);
      columns.sellable.set(index, row?.sellable ?? null);
      if (row?.recount === true) columns.recount.add(index);
      else columns.recount.delete(index);
    });
  }

  #putHold(key: string, row: ReservationLineRow | undefined): LiveStockChange | undefined {
    const [store = '', item = '', reservation = ''] = key.split('|');
    return this.#refresh(store, item, () => {
      this.#holds.put({ store, item }, reservation, row, this.#now);
    });
  }

  /** Changes what a line's figures are made of; returns them when they are others now. */
  #refresh(
    store: string,
    item: string,
    change: (columns: OwnColumns, index: number) => void,
  ): LiveStockChange | undefined {
    const index = this.#indexFor(item);
    const columns = this.#columnsOf(store);
    const figures = () =>
      [columns.onHand.get(index), columns.available.get(index), columns.recount.has(index)] as const;
    const before = figures();
    change(columns, index);
    const sellable = columns.sellable.get(index);
    const reserved = this.#holds.reserved({ store, item });
    // Goods may be promised of a line of which nothing else is known: then the shelf counts as empty.
    columns.available.set(index, sellable === null && reserved === 0 ? null : (sellable ?? 0) - reserved);
    const after = figures();
    if (before.every((value, column) => value === after[column])) return undefined;
    return { store, item, onHand: after[0], available: after[1], recount: after[2] };
  }

  #columnsOf(store: string): OwnColumns {
    let columns = this.#columns.get(store);
    if (columns === undefined) {
      columns = {
        onHand: new NumberColumn(),
        sellable: new NumberColumn(),
        available: new NumberColumn(),
        recount: new Set(),
      };
      this.#columns.set(store, columns);
    }
    return columns;
  }

  /** Stock of an item whose registration has not come (yet) is shown under its id, not hidden. */
  #indexFor(item: string): number {
    const known = this.#indexes.get(item);
    if (known !== undefined) return known;
    const index = this.#items.length;
    this.#items.push(unknownItem(item));
    this.#indexes.set(item, index);
    return index;
  }
}

export function unknownItem(item: string): MatrixItem {
  return [item, item, item, '', 'piece', 0];
}

function matrixItem({ item, sku, name, category, unit, quantityScale }: ItemRow): MatrixItem {
  return [item, sku, name, category, unit, quantityScale];
}
