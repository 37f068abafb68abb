// Tables that note every call: what a fold costs on a store where calls are dear.
import type { Range, Row, Tables } from '@streamstock/event-log';

export interface TableCall {
  readonly method: 'getMany' | 'range' | 'putMany' | 'deleteMany';
  readonly table: string;
  /** Keys asked for, rows given back, or rows written. */
  readonly rows: number;
}

export class CountingTables implements Tables {
  readonly calls: TableCall[] = [];
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    this.calls.push({ method: 'getMany', table, rows: keys.length });
    return this.#tables.getMany<Value>(table, keys);
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    const rows = await this.#tables.range<Value>(table, range);
    this.calls.push({ method: 'range', table, rows: rows.length });
    return rows;
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    this.calls.push({ method: 'putMany', table, rows: rows.length });
    await this.#tables.putMany(table, rows);
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    this.calls.push({ method: 'deleteMany', table, rows: keys.length });
    await this.#tables.deleteMany(table, keys);
  }
}
