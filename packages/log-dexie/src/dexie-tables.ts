// The Tables port over Dexie tables. Reads and writes in chunks; no cache of its own (a BufferedTables lies over it).
// Always bound to its transaction: Dexie's "current" one is lost at the first native await that is no database request.
import { RANGE_ROWS_MAX, type ClearableTables, type Range, type Row } from '@streamstock/event-log';
import Dexie, { type Collection, type Table } from 'dexie';
import type { KeyedRow, ModelRow } from './database.ts';

/** A Dexie transaction, or a database for reads that are a transaction each. */
export interface TableSource {
  table<RowType, Key>(name: string): Table<RowType, Key>;
}

/** Rows in one bulk request: more starve the other requests of the browser's database thread. */
const BULK_ROWS_MAX = 500;

async function inChunks<Item>(
  items: readonly Item[],
  handle: (chunk: readonly Item[]) => PromiseLike<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += BULK_ROWS_MAX) {
    await handle(items.slice(start, start + BULK_ROWS_MAX));
  }
}

async function rowsOf<Value>(collection: Collection<KeyedRow, unknown>, range: Range): Promise<Row<Value>[]> {
  if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
  const ordered = range.reverse === true ? collection.reverse() : collection;
  const rows = await ordered.limit(range.rowsMax).toArray();
  return rows.map(({ key, value }) => ({ key, value: value as Value }));
}

/** Read models: all in one object store, by [table, key]. */
export class ModelTables implements ClearableTables {
  readonly #rows: Table<ModelRow, [string, string]>;

  constructor(source: TableSource) {
    this.#rows = source.table('rows');
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const values: (Value | undefined)[] = [];
    await inChunks(keys, async (chunk) => {
      const rows = await this.#rows.bulkGet(chunk.map((key) => [table, key]));
      for (const row of rows) values.push(row?.value as Value | undefined);
    });
    return values;
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    return rowsOf<Value>(this.#between(table, range.from, range.to), range);
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#rows.bulkPut(chunk.map(({ key, value }) => ({ table, key, value }))));
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    await inChunks(keys, (chunk) => this.#rows.bulkDelete(chunk.map((key) => [table, key])));
  }

  async clear(table: string): Promise<void> {
    await this.#between(table, undefined, undefined).delete();
  }

  #between(table: string, from: string | undefined, to: string | undefined): Collection<KeyedRow, unknown> {
    const lower = [table, from ?? Dexie.minKey];
    // Every key is a text, and an array comes after every text.
    const upper = [table, to ?? Dexie.maxKey];
    return this.#rows.where('[table+key]').between(lower, upper, true, false);
  }
}

/** The log's own records: an object store per table. */
export class RecordTables implements ClearableTables {
  readonly #source: TableSource;

  constructor(source: TableSource) {
    this.#source = source;
  }

  #table(name: string): Table<KeyedRow, string> {
    return this.#source.table(name);
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const values: (Value | undefined)[] = [];
    await inChunks(keys, async (chunk) => {
      const rows = await this.#table(table).bulkGet([...chunk]);
      for (const row of rows) values.push(row?.value as Value | undefined);
    });
    return values;
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    const keys = this.#table(table).where(':id');
    return rowsOf<Value>(keys.between(range.from ?? Dexie.minKey, range.to ?? Dexie.maxKey, true, false), range);
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#table(table).bulkPut([...chunk]));
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    await inChunks(keys, (chunk) => this.#table(table).bulkDelete([...chunk]));
  }

  async clear(table: string): Promise<void> {
    await this.#table(table).clear();
  }
}
