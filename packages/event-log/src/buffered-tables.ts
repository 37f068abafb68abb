// A write cache over tables, for the length of one transaction: rows are read once, written once. Owns nothing durable;
// whoever opened the transaction flushes before committing, or throws the buffer away.
import { RANGE_ROWS_MAX } from './limits.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { ClearableTables, Range, Row } from './tables.ts';

const DELETED = Symbol('deleted');

/** What one transaction writes to one table: empty it first if `cleared`, then delete, then put. */
export interface TableWrites {
  readonly table: string;
  readonly cleared: boolean;
  readonly puts: readonly Row<unknown>[];
  readonly deletes: readonly string[];
}

class TableBuffer {
  /** The table below counts as empty. */
  cleared = false;
  readonly written = new Map<string, unknown>();
  readonly keys = new SortedKeys();
  readonly clean = new Map<string, unknown>();

  write(key: string, value: unknown): void {
    if (!this.written.has(key)) this.keys.add(key);
    this.written.set(key, value);
    this.clean.delete(key);
  }

  forget(): void {
    this.cleared = false;
    this.written.clear();
    this.keys.clear();
    this.clean.clear();
  }
}

export class BufferedTables implements ClearableTables {
  readonly #below: ClearableTables;
  readonly #rowsMax: number;
  readonly #buffers = new Map<string, TableBuffer>();
  #rows = 0;

  /** `rowsMax`: rows held before the buffer writes itself out early (Infinity where only `flush` may write). */
  constructor(below: ClearableTables, rowsMax: number) {
    this.#below = below;
    this.#rowsMax = rowsMax;
  }

  #buffer(table: string): TableBuffer {
    let buffer = this.#buffers.get(table);
    if (buffer === undefined) this.#buffers.set(table, (buffer = new TableBuffer()));
    return buffer;
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    const buffer = this.#buffer(table);
    if (!buffer.cleared) {
      const missing = [...new Set(keys)].filter((key) => !buffer.written.has(key) && !buffer.clean.has(key));
      if (missing.length > 0) {
        const values = await this.#below.getMany<unknown>(table, missing);
        for (const [index, key] of missing.entries()) buffer.clean.set(key, values[index]);
        this.#rows += missing.length;
      }
    }
    const values = keys.map((key) => {
      const value = buffer.written.has(key) ? buffer.written.get(key) : buffer.clean.get(key);
      return (value === DELETED ? undefined : value) as Value | undefined;
    });
    await this.#flushWhenFull();
    return values;
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    const buffer = this.#buffer(table);
    if (buffer.written.size === 0 && !buffer.cleared) return this.#below.range<Value>(table, range);
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    const { keys, start, end } = buffer.keys.between(range.from, range.to);
    // Before anything is awaited: a write meanwhile would change the keys.
    const above: Row<Value>[] = [];
    const step = range.reverse ? -1 : 1;
    for (
      let at = range.reverse ? end - 1 : start;
      at >= start && at < end && above.length < range.rowsMax;
      at += step
    ) {
      const key = keys[at] ?? '';
      const value = buffer.written.get(key);
      if (value !== DELETED) above.push({ key, value: value as Value });
    }
    const below = buffer.cleared ? [] : await this.#unwrittenBelow<Value>(table, range, buffer);
    return mergeRows(below, above, range);
  }

  /** The first `rowsMax` rows below that the buffer does not replace. */
  async #unwrittenBelow<Value>(table: string, range: Range, buffer: TableBuffer): Promise<Row<Value>[]> {
    const found: Row<Value>[] = [];
    let rest: Range = range;
    for (;;) {
      const page = await this.#below.range<Value>(table, rest);
      for (const row of page) if (!buffer.written.has(row.key)) found.push(row);
      const last = page.at(-1);
      if (found.length >= range.rowsMax || page.length < rest.rowsMax || last === undefined) return found;
      // The least key after `last` is `last` and the lowest character, which no key holds.
      rest = range.reverse ? { ...rest, to: last.key } : { ...rest, from: `${last.key}\u0000` };
    }
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    const buffer = this.#buffer(table);
    for (const { key, value } of rows) buffer.write(key, value);
    this.#rows += rows.length;
    await this.#flushWhenFull();
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    const buffer = this.#buffer(table);
    for (const key of keys) buffer.write(key, DELETED);
    this.#rows += keys.length;
    await this.#flushWhenFull();
  }

  async clear(table: string): Promise<void> {
    const buffer = this.#buffer(table);
    buffer.forget();
    buffer.cleared = true;
  }

  /** Hands over everything written and starts empty. */
  take(): TableWrites[] {
    this.#rows = 0;
    const all: TableWrites[] = [];
    for (const [table, buffer] of this.#buffers) {
      const puts: Row<unknown>[] = [];
      const deletes: string[] = [];
      for (const [key, value] of buffer.written) {
        if (value === DELETED) deletes.push(key);
        else puts.push({ key, value });
      }
      if (buffer.cleared || buffer.written.size > 0) all.push({ table, cleared: buffer.cleared, puts, deletes });
      buffer.forget();
    }
    return all;
  }

  /** Writes everything to the tables below and starts empty. */
  async flush(): Promise<void> {
    for (const { table, cleared, puts, deletes } of this.take()) {
      if (cleared) await this.#below.clear(table);
      else if (deletes.length > 0) await this.#below.deleteMany(table, deletes);
      if (puts.length > 0) await this.#below.putMany(table, puts);
    }
  }

  async #flushWhenFull(): Promise<void> {
    if (this.#rows > this.#rowsMax) await this.flush();
  }
}

function mergeRows<Value>(below: readonly Row<Value>[], above: readonly Row<Value>[], range: Range): Row<Value>[] {
  if (above.length === 0) return below.slice(0, range.rowsMax);
  const comesFirst = (a: string, b: string) => (range.reverse ? a > b : a < b);
  const merged: Row<Value>[] = [];
  let next = 0;
  for (const row of below) {
    for (let other = above[next]; other !== undefined && comesFirst(other.key, row.key); other = above[++next])
      merged.push(other);
    merged.push(row);
  }
  return [...merged, ...above.slice(next)].slice(0, range.rowsMax);
}
