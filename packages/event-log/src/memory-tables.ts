// Read-model tables in memory: for tests, simulators, and the self-check that folds the log again beside the stored
// tables (law 5). Keeps each table's keys sorted; no durability.
import type { TableWrites } from './buffered-tables.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { ClearableTables, Range, Row } from './tables.ts';

class SortedTable {
  readonly values: Map<string, unknown>;
  readonly keys: SortedKeys;

  constructor(values = new Map<string, unknown>(), keys = new SortedKeys()) {
    this.values = values;
    this.keys = keys;
  }

  put(key: string, value: unknown): void {
    if (!this.values.has(key)) this.keys.add(key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.keys.remove(key);
  }
}

export class MemoryTables implements ClearableTables {
  readonly #tables = new Map<string, SortedTable>();

  #table(name: string): SortedTable {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new SortedTable()));
    return table;
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const { values } = this.#table(table);
    return keys.map((key) => values.get(key) as Value | undefined);
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    const sorted = this.#table(table);
    const { keys, start, end } = sorted.keys.between(range.from, range.to);
    const chosen = range.reverse
      ? keys.slice(Math.max(start, end - range.rowsMax), end).reverse()
      : keys.slice(start, Math.min(end, start + range.rowsMax));
    return chosen.map((key) => ({ key, value: sorted.values.get(key) as Value }));
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    const sorted = this.#table(table);
    for (const { key, value } of rows) sorted.put(key, value);
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    const sorted = this.#table(table);
    for (const key of keys) sorted.delete(key);
  }

  async clear(table: string): Promise<void> {
    this.#tables.delete(table);
  }

  /** Applies a transaction's writes at one stroke: nobody sees half of them. */
  apply(writes: readonly TableWrites[]): void {
    for (const { table, cleared, puts, deletes } of writes) {
      if (cleared) this.#tables.delete(table);
      const sorted = this.#table(table);
      for (const key of deletes) sorted.delete(key);
      for (const { key, value } of puts) sorted.put(key, value);
    }
  }

  /** A value, at once. */
  peek(table: string, key: string): unknown {
    return this.#tables.get(table)?.values.get(key);
  }

  sizeOf(table: string): number {
    return this.#tables.get(table)?.values.size ?? 0;
  }

  get size(): number {
    let size = 0;
    for (const { values } of this.#tables.values()) size += values.size;
    return size;
  }

  /** All rows, by table and key: what two foldings of one history must agree on. */
  dump(): Record<string, Row<unknown>[]> {
    const names = [...this.#tables.keys()].sort();
    const rowsOf = (name: string) =>
      this.#table(name)
        .keys.all()
        .map((key) => ({ key, value: this.#table(name).values.get(key) }));
    return Object.fromEntries(
      names.filter((name) => this.#table(name).values.size > 0).map((name) => [name, rowsOf(name)]),
    );
  }

  /** An independent copy (a snapshot of a simulated disk). Values are shared, not mutated. */
  clone(): MemoryTables {
    const copy = new MemoryTables();
    for (const [name, { values, keys }] of this.#tables)
      copy.#tables.set(name, new SortedTable(new Map(values), keys.clone()));
    return copy;
  }
}
