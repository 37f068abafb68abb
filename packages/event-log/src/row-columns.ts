// The rows of a page by column: what all of them have is said once, and what a row's key says already not at all. Owns the notation and
// reading it back (rows-to-columns.ts makes it); knows no table. Throws on anything that is not this notation.
import type { Row } from './tables.ts';

/**
 * A value for each row of a list of rows.
 * - `['list', values]`: as they are.
 * - `['all', value]`: the same string, number, boolean or null in every row.
 * - `['part', n]`: part `n` (from 0) of the row's key, parts being what `|` separates.
 * - `['plus', least, more]`: integers, each that much more than `least`.
 * - `['object', [[field, column], …]]`, `['array', columns]`: made of a column for each field, in their order, or for each place.
 * - `['mixed', rows, others, column]`: `column` is about the rows of these indices (from 0, ascending) alone, `others` about all others.
 */
export type Column =
  | readonly ['list', readonly unknown[]]
  | readonly ['all', Plain]
  | readonly ['part', number]
  | readonly ['plus', number, readonly number[]]
  | readonly ['object', readonly (readonly [string, Column])[]]
  | readonly ['array', readonly Column[]]
  | readonly ['mixed', readonly number[], Column, Column];

export type Plain = string | number | boolean | null;

export interface RowColumns {
  readonly keys: readonly string[];
  readonly values: Column;
}

export const KEY_PART = '|';
/** Columns within columns. */
export const COLUMN_DEPTH_MAX = 12;

/** Rows with objects of their own: nothing is shared. Throws a TypeError on what is no such notation. */
export function rowsOfColumns({ keys, values }: RowColumns): Row<unknown>[] {
  if (!Array.isArray(keys)) throw notColumns();
  const all = valuesOf(values, keys, 0);
  return keys.map((key: string, index) => ({ key, value: all[index] }));
}

function valuesOf(column: Column, keys: readonly string[], depth: number): readonly unknown[] {
  if (depth > COLUMN_DEPTH_MAX || !Array.isArray(column)) throw notColumns();
  switch (column[0]) {
    case 'list':
      return ofLength(column[1], keys.length);
    case 'all': {
      const value = plain(column[1]);
      return keys.map(() => value);
    }
    case 'part':
      return keys.map((key) => partOf(key, column[1]));
    case 'plus': {
      const [, least, more] = column;
      return ofLength(more, keys.length).map((one) => least + one);
    }
    case 'object':
      return objectsOf(column[1], keys, depth);
    case 'array': {
      const places = column[1].map((place) => valuesOf(place, keys, depth + 1));
      return keys.map((_, index) => places.map((values) => values[index]));
    }
    case 'mixed':
      return mixedOf(column, keys, depth);
    default:
      throw notColumns();
  }
}

function objectsOf(
  fields: readonly (readonly [string, Column])[],
  keys: readonly string[],
  depth: number,
): readonly unknown[] {
  // Copying an object that has every field, and setting those that differ, takes a third of making each anew.
  const model: Record<string, unknown> = {};
  const differing: { readonly field: string; readonly values: readonly unknown[] }[] = [];
  for (const [field, column] of fields) {
    if (field === '__proto__') throw notColumns();
    if (column[0] === 'all') model[field] = plain(column[1]);
    else {
      const values = valuesOf(column, keys, depth + 1);
      model[field] = values[0];
      differing.push({ field, values });
    }
  }
  return keys.map((_, index) => {
    const object = { ...model };
    for (const { field, values } of differing) object[field] = values[index];
    return object;
  });
}

function mixedOf(
  [, rows, others, column]: Extract<Column, readonly ['mixed', ...unknown[]]>,
  keys: readonly string[],
  depth: number,
): readonly unknown[] {
  const rare = new Set(rows);
  const these = keys.filter((_, index) => rare.has(index));
  // Twice the same index, or one past the end.
  if (these.length !== rows.length) throw notColumns();
  const rareValues = valuesOf(column, these, depth + 1).values();
  const otherValues = valuesOf(
    others,
    keys.filter((_, index) => !rare.has(index)),
    depth + 1,
  ).values();
  return keys.map((_, index) => (rare.has(index) ? rareValues : otherValues).next().value);
}

function partOf(key: string, part: number): string {
  let start = 0;
  for (let before = 0; before < part; before += 1) {
    const end = key.indexOf(KEY_PART, start);
    if (end === -1) throw notColumns();
    start = end + 1;
  }
  const end = key.indexOf(KEY_PART, start);
  return end === -1 ? key.slice(start) : key.slice(start, end);
}

/** What may stand in many rows at once: it can not be changed in one of them. */
function plain(value: Plain): Plain {
  if (typeof value === 'object' && value !== null) throw notColumns();
  return value;
}

function ofLength<Value>(values: readonly Value[], length: number): readonly Value[] {
  if (!Array.isArray(values) || values.length !== length) throw notColumns();
  return values;
}

function notColumns(): TypeError {
  return new TypeError('These are no columns of rows.');
}
