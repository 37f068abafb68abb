// Goods a line is still to get: per store × item one row with one part per shipment or order. Whoever folds the documents
// says what part each of them has; a row lasts as long as it has parts. Order-free: parts are kept by id.
import { tableKey, type EventId, type Row, type Tables } from '@streamstock/event-log';
import { writeRows } from './stock/write-rows.ts';

/** What one shipment or order still owes a line. Never 0; negative is a finding. */
export interface ExpectedPart {
  /** The shipment or the order. */
  readonly id: EventId;
  readonly quantity: number;
}

/** Key: store|item. */
export interface ExpectedRow<Part extends ExpectedPart> {
  readonly store: string;
  readonly item: string;
  /** Σ of the parts. */
  readonly quantity: number;
  /** By id. */
  readonly parts: readonly Part[];
}

/** The part of one document in one line before and after; null: it has none. */
export interface ExpectedChange<Part extends ExpectedPart> {
  readonly store: string;
  readonly item: string;
  readonly before: Part | null;
  readonly after: Part | null;
}

export function expectedKey(store: string, item: string): string {
  return tableKey(store, item);
}

/** Works changes into the rows: one read and at most two writes. */
export async function foldExpected<Part extends ExpectedPart>(
  tables: Tables,
  table: string,
  changes: readonly ExpectedChange<Part>[],
): Promise<void> {
  if (changes.length === 0) return;
  const names = new Map(changes.map(({ store, item }) => [expectedKey(store, item), { store, item }]));
  const keys = [...names.keys()];
  const stored = await tables.getMany<ExpectedRow<Part>>(table, keys);
  const parts = new Map(keys.map((key, index) => [key, new Map(stored[index]?.parts.map((part) => [part.id, part]))]));
  for (const { store, item, before, after } of changes) {
    const own = parts.get(expectedKey(store, item));
    if (before !== null) own?.delete(before.id);
    if (after !== null) own?.set(after.id, after);
  }
  const put: Row<ExpectedRow<Part>>[] = [];
  const gone: string[] = [];
  for (const [key, name] of names) {
    const own = [...(parts.get(key)?.values() ?? [])].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const quantity = own.reduce((sum, part) => sum + part.quantity, 0);
    if (own.length === 0) gone.push(key);
    else put.push({ key, value: { ...name, quantity, parts: own } });
  }
  await writeRows(tables, table, put, gone);
}
