// Lays the rows of a page out by column (row-columns.ts owns the notation): whoever makes pages does, devices only read. Any JSON value
// goes through unchanged; values that have little in common stay as they are.
import { COLUMN_DEPTH_MAX, KEY_PART, type Column, type Plain, type RowColumns } from './row-columns.ts';
import type { Row } from './tables.ts';

/** Longer lists are not laid out by place. */
const PLACES_MAX = 8;
/** Shapes in one column that are told apart; with more, its values stay as they are. */
const SHAPES_MAX = 6;
/** Of ten rows, so many must have one value for the others to be told as exceptions. */
const MOSTLY_TENTHS = 7;

type Fields = Readonly<Record<string, unknown>>;

export function rowsToColumns(rows: readonly Row<unknown>[]): RowColumns {
  const keys = rows.map(({ key }) => key);
  const values = rows.map(({ value }) => value);
  return { keys, values: columnOf(values, keys, 0) };
}

/** The text of a page: one line. By column where that is shorter. */
export function snapshotPageText(rows: readonly Row<unknown>[]): string {
  const byRow = JSON.stringify(rows.map(({ key, value }) => [key, value]));
  const byColumn = JSON.stringify(rowsToColumns(rows));
  return byColumn.length < byRow.length ? byColumn : byRow;
}

function columnOf(values: readonly unknown[], keys: readonly string[], depth: number): Column {
  const [first] = values;
  if (depth >= COLUMN_DEPTH_MAX) return ['list', values];
  if (!values.every((value) => isOfOneShape(first, value))) return byShape(values, keys, depth);
  if (Array.isArray(first)) return arrayColumn(values as readonly (readonly unknown[])[], keys, depth);
  return isFields(first)
    ? objectColumn(values as readonly Fields[], keys, depth)
    : plainColumn(values as Plain[], keys, depth);
}

/** Objects of the same fields in the same order, lists of one length, or plain values. */
function isOfOneShape(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length;
  if (!isFields(a) || !isFields(b)) return isFields(a) === isFields(b);
  const [fields, others] = [Object.keys(a), Object.keys(b)];
  return fields.length === others.length && fields.every((field, index) => field === others[index]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The most frequent shape, and the others as exceptions from it. */
function byShape(values: readonly unknown[], keys: readonly string[], depth: number): Column {
  const shapes: number[][] = [];
  for (const [index, value] of values.entries()) {
    const known = shapes.find(([one = 0]) => isOfOneShape(values[one], value));
    if (known !== undefined) known.push(index);
    else if (shapes.push([index]) > SHAPES_MAX) return ['list', values];
  }
  const [most = []] = shapes.toSorted((a, b) => b.length - a.length);
  return withExceptions(values, keys, new Set(most), depth);
}

function withExceptions(
  values: readonly unknown[],
  keys: readonly string[],
  most: ReadonlySet<number>,
  depth: number,
): Column {
  const rare = [...values.keys()].filter((index) => !most.has(index));
  const of = (indices: readonly number[]): Column =>
    columnOf(
      indices.map((index) => values[index]),
      indices.map((index) => keys[index] ?? ''),
      depth + 1,
    );
  return ['mixed', rare, of([...most]), of(rare)];
}

function arrayColumn(values: readonly (readonly unknown[])[], keys: readonly string[], depth: number): Column {
  const length = values[0]?.length ?? 0;
  if (length > PLACES_MAX) return ['list', values];
  const columns = Array.from({ length }, (_, place) =>
    columnOf(
      values.map((list) => list[place]),
      keys,
      depth + 1,
    ),
  );
  return ['array', columns];
}

function objectColumn(values: readonly Fields[], keys: readonly string[], depth: number): Column {
  const fields = Object.keys(values[0] ?? {});
  // Can not be set like any other.
  if (fields.includes('__proto__')) return ['list', values];
  const columns = fields.map((field): readonly [string, Column] => [
    field,
    columnOf(
      values.map((value) => value[field]),
      keys,
      depth + 1,
    ),
  ]);
  return ['object', columns];
}

function plainColumn(values: readonly Plain[], keys: readonly string[], depth: number): Column {
  const [first = null] = values;
  if (values.every((value) => value === first)) return ['all', first];
  const part = keyPartOf(values, keys);
  if (part !== -1) return ['part', part];
  const most = mostFrequent(values);
  if (most.length * 10 >= values.length * MOSTLY_TENTHS) return withExceptions(values, keys, new Set(most), depth);
  return integersOf(values) ?? ['list', values];
}

/** Indices of the value that most of them have. */
function mostFrequent(values: readonly Plain[]): readonly number[] {
  const groups = [...Map.groupBy(values.keys(), (index) => values[index]).values()];
  return groups.reduce((most, group) => (group.length > most.length ? group : most), []);
}

/** Which part of every row's key is its value; -1: none. */
function keyPartOf(values: readonly Plain[], keys: readonly string[]): number {
  const part = (keys[0] ?? '').split(KEY_PART).findIndex((one) => one === values[0]);
  const isPart = (value: Plain, index: number): boolean => value === (keys[index] ?? '').split(KEY_PART)[part];
  return part !== -1 && values.every(isPart) ? part : -1;
}

/** null: they are not all integers, or nothing would be spared. */
function integersOf(values: readonly Plain[]): Column | null {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (!Number.isSafeInteger(value)) return null;
    least = Math.min(least, Number(value));
    most = Math.max(most, Number(value));
  }
  if (least <= 0 || String(most - least).length >= String(least).length) return null;
  return ['plus', least, values.map((value) => Number(value) - least)];
}
