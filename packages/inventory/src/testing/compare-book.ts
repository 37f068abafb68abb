// Compares stored read models with the independent book: what both must say alike. Returns the differences as text, so that
// a simulator can report them and a test can expect none.
import type { Event, Row } from '@streamstock/event-log';
import { BARCODES_TABLE, ITEMS_TABLE, type BarcodeRow, type ItemRow } from '../catalogue/catalogue-tables.ts';
import { parsePayload } from '../payloads.ts';
import { SALES_HOURS_TABLE, type SalesHourRow } from '../sales/sales-tables.ts';
import { STOCK_LINES_TABLE, type StockLineRow } from '../stock/stock-tables.ts';
import type { LineFigures } from '../stock/line-book.ts';
import { STORES_TABLE, type StoreRow } from '../stores/store-tables.ts';
import type { NaiveBook } from './naive-book.ts';
import type { BookLine } from './naive-stock.ts';

/** All rows of the tables a comparison needs; `MemoryTables.dump()` has this shape. */
export type TableDump = Readonly<Record<string, readonly Row<unknown>[]>>;

export function understands(event: Event): boolean {
  return parsePayload(event).ok;
}

/** A stored line in the book's words. */
function bookLineOf(row: LineFigures): BookLine {
  const count = (summary: StockLineRow['lastCount']): BookLine['buckets']['sellable']['count'] => {
    if (summary === null) return null;
    const { at, id, session, quantity } = summary;
    return { at, id, session, quantity };
  };
  const bucket = (name: 'sellable' | 'picked' | 'unsellable', summary: StockLineRow['lastCount']) => ({
    quantity: row[name],
    count: count(summary),
    doubts: row.doubts[name] ?? 0,
    negativeSince: row.negative[name] ?? null,
  });
  return {
    store: row.store,
    item: row.item,
    buckets: {
      sellable: bucket('sellable', row.lastCount),
      picked: bucket('picked', null),
      unsellable: bucket('unsellable', row.lastUnsellableCount),
    },
    onHand: row.onHand,
    lastChangeAt: row.lastChangeAt,
  };
}

function compare(what: string, stored: ReadonlyMap<string, unknown>, book: ReadonlyMap<string, unknown>): string[] {
  const keys = [...new Set([...stored.keys(), ...book.keys()])].sort();
  return keys.flatMap((key) => {
    const has = canonical(stored.get(key));
    const must = canonical(book.get(key));
    return has === must ? [] : [`${what} ${key}: stored ${has}, the book says ${must}`];
  });
}

/** JSON with sorted keys: fields may stand in any order. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, field: unknown) =>
      typeof field === 'object' && field !== null && !Array.isArray(field)
        ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : field,
    ) ?? 'nothing'
  );
}

function rowsOf<Value>(dump: TableDump, table: string): readonly Row<Value>[] {
  // The dump is of tables that projectors wrote: each holds rows of its own kind.
  return (dump[table] ?? []) as readonly Row<Value>[];
}

/** Every difference between lines, however they were folded, and the book. */
export function compareLines(what: string, lines: readonly LineFigures[], book: NaiveBook): string[] {
  return compare(what, new Map(lines.map((line) => [`${line.store}|${line.item}`, bookLineOf(line)])), book.lines);
}

/** Every difference between stored tables and the book; empty = they agree. */
export function compareWithBook(dump: TableDump, book: NaiveBook): string[] {
  const lines = rowsOf<StockLineRow>(dump, STOCK_LINES_TABLE).map(({ value }) => value);
  const hours = new Map(
    rowsOf<SalesHourRow>(dump, SALES_HOURS_TABLE).map(({ key, value }) => {
      const [store = '', hour = ''] = key.split('|');
      return [`${store}|${Number(hour)}`, value];
    }),
  );
  const items = new Map(
    rowsOf<ItemRow>(dump, ITEMS_TABLE).map(({ key, value }) => {
      const { item, registered: _registered, registers: _registers, ...fields } = value;
      return [key, { item, fields }];
    }),
  );
  const codes = new Map(
    rowsOf<BarcodeRow>(dump, BARCODES_TABLE).map(({ key, value }) => {
      const { code, item, packSize, contested } = value;
      return [key, { code, item, packSize, contested }];
    }),
  );
  const stores = new Map(
    rowsOf<StoreRow>(dump, STORES_TABLE).map(({ key, value }) => {
      const { store, registered: _registered, registers: _registers, ...fields } = value;
      return [key, { item: store, fields }];
    }),
  );
  return [
    ...compareLines('line', lines, book),
    ...compare('hour', hours, book.hours),
    ...compare('item', items, book.items),
    ...compare('code', codes, book.codes),
    ...compare('store', stores, book.stores),
  ];
}
