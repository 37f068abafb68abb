// The rows of one table that a batch works on: read in bulk, changed in memory, written in bulk. Remembers what they were,
// so that rows derived from them can be told apart.
import type { Tables } from '@streamstock/event-log';
import { writeRows } from '../stock/write-rows.ts';

export class KeyedRows<Value> {
  readonly #tables: Tables;
  readonly #table: string;
  readonly #none: Value;
  readonly #before = new Map<string, Value>();
  readonly #after = new Map<string, Value>();

  /** `none`: what a key without a row means. */
  constructor(tables: Tables, table: string, none: Value) {
    this.#tables = tables;
    this.#table = table;
    this.#none = none;
  }

  /** Reads those keys that were not read yet. */
  async load(keys: Iterable<string>): Promise<void> {
    const wanted = [...new Set(keys)].filter((key) => !this.#before.has(key));
    if (wanted.length === 0) return;
    const rows = await this.#tables.getMany<Value>(this.#table, wanted);
    for (const [index, key] of wanted.entries()) this.#before.set(key, rows[index] ?? this.#none);
  }

  has(key: string): boolean {
    return this.#before.has(key);
  }

  /** As it was before the batch. */
  before(key: string): Value {
    const value = this.#before.get(key);
    if (value === undefined) throw new Error(`Row ${key} of ${this.#table} was not read.`);
    return value;
  }

  get(key: string): Value {
    return this.#after.get(key) ?? this.before(key);
  }

  set(key: string, value: Value): void {
    if (value !== this.get(key)) this.#after.set(key, value);
  }

  /** Keys of rows that were set. */
  changed(): string[] {
    return [...this.#after.keys()];
  }

  /** Writes what was set; rows that say nothing go. */
  async write(saysNothing: (value: Value) => boolean): Promise<void> {
    const rows = [...this.#after].map(([key, value]) => ({ key, value }));
    await writeRows(
      this.#tables,
      this.#table,
      rows.filter(({ value }) => !saysNothing(value)),
      rows.filter(({ value }) => saysNothing(value)).map(({ key }) => key),
    );
  }
}
