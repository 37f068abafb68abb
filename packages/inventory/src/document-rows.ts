// Documents that are told in pieces, each piece an event that may come first: how a batch of pieces changes the rows of the
// documents. Owns reading and writing them; what a piece says is its users'.
import type { EventId, Tables } from '@streamstock/event-log';
import { compareMoments, type Moment } from './stock/count-session.ts';
import { writeRows } from './stock/write-rows.ts';

/** When, where and by whom a piece of a document was said. */
export interface SaidEntry extends Moment {
  /** The store that said it. */
  readonly store: string;
  readonly actor: string;
}

/** What a batch does to the row of one document. */
export interface Step<Row> {
  /** The document. */
  readonly id: EventId;
  readonly apply: (row: Row) => Row;
}

/** A row before and after a batch; undefined: nothing is known of the document. */
export interface RowChange<Row> {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** The row of a document of which nothing is known. */
export interface EmptyRow<Row> {
  readonly empty: (id: EventId) => Row;
  readonly isEmpty: (row: Row) => boolean;
}

/** The entries with `entry` in the place of what stood under `id`, by (time, id); null: nothing stands there any more. */
export function withEntry<Entry extends Moment>(
  entries: readonly Entry[],
  id: EventId,
  entry: Entry | null,
): readonly Entry[] {
  const others = entries.filter((other) => other.id !== id);
  return entry === null ? others : [...others, entry].toSorted(compareMoments);
}

/** Reads the rows that `steps` touch, applies the steps, writes the rows back: one read and at most two writes. */
export async function applySteps<Row>(
  tables: Tables,
  table: string,
  steps: readonly Step<Row>[],
  { empty, isEmpty }: EmptyRow<Row>,
): Promise<RowChange<Row>[]> {
  if (steps.length === 0) return [];
  const ids = [...new Set(steps.map(({ id }) => id))];
  const stored = await tables.getMany<Row>(table, ids);
  const rows = new Map(ids.map((id, index) => [id, stored[index] ?? empty(id)]));
  for (const { id, apply } of steps) rows.set(id, apply(rows.get(id) ?? empty(id)));
  const touched = ids.map((id, index) => {
    const row = rows.get(id);
    return { id, before: stored[index], after: row === undefined || isEmpty(row) ? undefined : row };
  });
  await writeRows(
    tables,
    table,
    touched.flatMap(({ id, after }) => (after === undefined ? [] : [{ key: id, value: after }])),
    touched.flatMap(({ id, before, after }) => (before !== undefined && after === undefined ? [id] : [])),
  );
  return touched;
}
