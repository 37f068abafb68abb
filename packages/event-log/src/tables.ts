// Read-model tables: the port through which every projector keeps what screens read. An ordered map per table, so that
// one projector runs unchanged over memory, IndexedDB and SQL. Values are JSON; the log alone is the truth (law 5).

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Row<Value = Json> {
  readonly key: string;
  readonly value: Value;
}

/** `from` is inclusive, `to` exclusive; `reverse` walks from the end. `rowsMax` ≤ `RANGE_ROWS_MAX`. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
  readonly reverse?: boolean;
  readonly rowsMax: number;
}

/**
 * Reading. Keys are printable ASCII (U+0020–U+007E), ≤ 512 characters, ordered by code unit. Values come back equal to
 * what was put; callers must not mutate them.
 */
export interface TableReader {
  /** One value per key, in the order of `keys`; undefined where there is no row. */
  getMany<Value = Json>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]>;
  range<Value = Json>(table: string, range: Range): Promise<Row<Value>[]>;
}

/**
 * Reading and writing inside one transaction: reads see the transaction's own writes; all of it commits or none.
 * Implementations owe exactly the durability of the log they belong to. Projectors await nothing but this port
 * (an IndexedDB transaction dies at any other await).
 */
export interface Tables extends TableReader {
  putMany(table: string, rows: readonly Row<unknown>[]): Promise<void>;
  deleteMany(table: string, keys: readonly string[]): Promise<void>;
}

/** Tables of which a whole one can be emptied: what a log needs before it folds again. */
export interface ClearableTables extends Tables {
  clear(table: string): Promise<void>;
}

/** Joins key parts with a separator that no part may hold; fixed-width numbers keep their order. */
export function tableKey(...parts: readonly string[]): string {
  return parts.join('|');
}

/** A non-negative safe integer as 16 digits, so that text order is number order. */
export function sortableNumber(value: number): string {
  return value.toString().padStart(16, '0');
}

/** The range of all keys that begin with the given parts. */
export function keyPrefix(...parts: readonly string[]): { readonly from: string; readonly to: string } {
  const prefix = `${parts.join('|')}|`;
  return { from: prefix, to: `${prefix.slice(0, -1)}}` };
}
