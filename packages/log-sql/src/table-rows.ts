// Read-model tables in SQLite: rows of JSON by (table, key). Keys are printable ASCII, so SQLite's binary order is theirs.
// Opens no transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { RANGE_ROWS_MAX, type ClearableTables, type Range, type Row, type TableReader } from '@streamstock/event-log';
import type { Names } from './names.ts';

/** Beyond every key. */
const AFTER_ALL_KEYS = '\u007f';

export class TableRows implements TableReader {
  readonly #names: Names;
  readonly #get: StatementSync;
  readonly #upwards: StatementSync;
  readonly #downwards: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    this.#names = names;
    this.#get = database.prepare('SELECT value FROM read_rows WHERE read_table = ? AND key = ?');
    const range = 'SELECT key, value FROM read_rows WHERE read_table = ? AND key >= ? AND key < ? ORDER BY key';
    this.#upwards = database.prepare(`${range} LIMIT ?`);
    this.#downwards = database.prepare(`${range} DESC LIMIT ?`);
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const number = this.#names.find(table);
    if (number === undefined) return keys.map(() => undefined);
    return keys.map((key) => {
      const value = this.#get.get(number, key)?.['value'];
      return typeof value === 'string' ? (JSON.parse(value) as Value) : undefined;
    });
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    const number = this.#names.find(table);
    if (number === undefined) return [];
    const { from = '', to = AFTER_ALL_KEYS, rowsMax } = range;
    const statement = range.reverse === true ? this.#downwards : this.#upwards;
    return statement
      .all(number, from, to, rowsMax)
      .map(({ key, value }) => ({ key: String(key), value: JSON.parse(String(value)) as Value }));
  }
}

/** On the writing connection, inside a transaction. */
export class WritableTableRows extends TableRows implements ClearableTables {
  readonly #numbers: Names;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    super(database, names);
    this.#numbers = names;
    this.#put = database.prepare(`
      INSERT INTO read_rows (read_table, key, value) VALUES (?, ?, ?)
      ON CONFLICT (read_table, key) DO UPDATE SET value = excluded.value`);
    this.#delete = database.prepare('DELETE FROM read_rows WHERE read_table = ? AND key = ?');
    this.#clear = database.prepare('DELETE FROM read_rows WHERE read_table = ?');
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    const number = this.#numbers.numberOf(table);
    for (const { key, value } of rows) this.#put.run(number, key, JSON.stringify(value));
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    const number = this.#numbers.numberOf(table);
    for (const key of keys) this.#delete.run(number, key);
  }

  async clear(table: string): Promise<void> {
    this.#clear.run(this.#numbers.numberOf(table));
  }
}
