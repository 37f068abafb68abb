// One row of a file, judged by the mapping: a movement, no stock, or a row to set aside with its reason. Pure.
import { createHash } from 'node:crypto';
import type { CsvRecord } from './csv-file.ts';
import { parseDecimal } from './decimal.ts';
import type { Condition, Kind, Mapping, Movement } from './mapping.ts';
import { wallClock } from './wall-clock.ts';

export interface ImportedMovement {
  readonly kind: 'movement';
  readonly label: string;
  readonly movement: Exclude<Movement, 'none'>;
  readonly line: number;
  readonly storeName: string;
  readonly document: string;
  readonly sku: string;
  readonly itemName: string;
  /** What moved, ≥ 1, in the item's smallest unit. */
  readonly quantity: number;
  /** The quantity column as it stands in the file. */
  readonly fileQuantity: number;
  /** Price of one unit in minor units of the mapping's currency scale; null = not known. */
  readonly priceMinorUnits: number | null;
  readonly occurredAtMs: number;
}

export type ClassifiedRow =
  | ImportedMovement
  | { readonly kind: 'no-stock'; readonly label: string; readonly fileQuantity: number }
  | { readonly kind: 'set-aside'; readonly reason: string };

const QUANTITY_MAX = 1_000_000_000;
const SKU_CHARACTERS_MAX = 64;

/** Judges rows one by one, in the order of the file. */
export function rowClassifier(mapping: Mapping): (record: CsvRecord) => ClassifiedRow {
  const toMs = wallClock(mapping.timeZone, mapping.timeFormat);
  const kinds = mapping.kinds.map((kind) => ({ kind, tests: kind.when.map(conditionTest) }));
  return (record) => {
    if (record.problem !== null) return setAside(record.problem);
    const found = kinds.find(({ tests }) => tests.every((test) => test(record)));
    if (found === undefined) return setAside('is of no kind that the mapping knows');
    return readRow(mapping, toMs, found.kind, record);
  };
}

function setAside(reason: string): ClassifiedRow {
  return { kind: 'set-aside', reason };
}

function conditionTest(condition: Condition): (record: CsvRecord) => boolean {
  const matches = condition.matches === undefined ? null : new RegExp(condition.matches, 'u');
  const notMatches = condition.notMatches === undefined ? null : new RegExp(condition.notMatches, 'u');
  const { column, empty, equals, above, below } = condition;
  const compares = equals !== undefined || above !== undefined || below !== undefined;
  return ({ values }) => {
    const text = values[column] ?? '';
    if (matches !== null && !matches.test(text)) return false;
    if (notMatches !== null && notMatches.test(text)) return false;
    if (empty !== undefined && (text.trim() === '') !== empty) return false;
    if (!compares) return true;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) return false;
    return (
      (equals === undefined || value === equals) &&
      (above === undefined || value > above) &&
      (below === undefined || value < below)
    );
  };
}

function readRow(
  mapping: Mapping,
  toMs: (text: string) => number | null,
  kind: Kind,
  { line, values }: CsvRecord,
): ClassifiedRow {
  const { columns } = mapping;
  const text = (column: string) => (values[column] ?? '').trim();
  const fileQuantity = parseDecimal(text(columns.quantity), 0);
  if (fileQuantity === null) return setAside(`${columns.quantity} "${text(columns.quantity)}" is not a whole number`);
  if (kind.movement === 'none') return { kind: 'no-stock', label: kind.label, fileQuantity };

  const quantity = kind.quantity === 'negated' ? -fileQuantity : fileQuantity;
  if (quantity < 1 || quantity > QUANTITY_MAX) {
    return setAside(
      `${columns.quantity} ${fileQuantity} can not be the quantity of a ${kind.label} (1 to ${QUANTITY_MAX} expected)`,
    );
  }
  const occurredAtMs = toMs(text(columns.time));
  if (occurredAtMs === null) {
    return setAside(
      `${columns.time} "${text(columns.time)}" is not a time of the form ${mapping.timeFormat} between 1970 and 2109`,
    );
  }
  const sku = text(columns.item);
  if (sku === '' || sku.length > SKU_CHARACTERS_MAX)
    return setAside(`${columns.item} "${sku.slice(0, 80)}" is not an item code`);
  const storeName = storeOf(mapping, values);
  if (storeName === '') return setAside('names no store');
  const price = priceOf(mapping, kind, values);
  if (price === undefined) {
    return setAside(
      `${columns.price} "${text(columns.price ?? '')}" is not a price of at most ${mapping.currency.scale} decimals, 0 or more`,
    );
  }
  return {
    kind: 'movement',
    label: kind.label,
    movement: kind.movement,
    line,
    storeName,
    document: text(columns.document),
    sku,
    itemName: text(columns.name),
    quantity,
    fileQuantity,
    priceMinorUnits: price,
    occurredAtMs,
  };
}

/** null = not known, undefined = can not be read. */
function priceOf(mapping: Mapping, kind: Kind, values: CsvRecord['values']): number | null | undefined {
  if (kind.price === 'zero') return 0;
  const column = mapping.columns.price;
  if (kind.price === 'none' || column === undefined) return null;
  const text = (values[column] ?? '').trim();
  if (text === '') return null;
  const price = parseDecimal(text, mapping.currency.scale);
  return price === null || price < 0 ? undefined : price;
}

function storeOf(mapping: Mapping, values: CsvRecord['values']): string {
  const rule = mapping.store;
  if (rule.by === 'constant') return rule.store;
  const text = (values[rule.column] ?? '').trim();
  if (rule.by === 'column') return text;
  const digest = createHash('sha256').update(text).digest().readUInt32BE(0);
  return rule.stores[digest % rule.stores.length] ?? '';
}
