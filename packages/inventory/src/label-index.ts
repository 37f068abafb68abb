// Lists of documents by who is concerned, what state they are in, and when they began: keys alone, without a row of their
// own, so that open ones are found without walking all there ever were. The rows they point at are their users'.
import {
  keyPrefix,
  sortableNumber,
  tableKey,
  type EventId,
  type HybridTime,
  type TableReader,
  type Tables,
} from '@streamstock/event-log';
import { scan } from './scan.ts';
import { writeRows } from './stock/write-rows.ts';

/** Stands where a store's id stands: documents of all stores. */
export const EVERY_STORE = '*';

/** Where one document is listed: under each of its labels at one time, for each of its stores and for all. */
export interface Listing {
  readonly stores: readonly string[];
  readonly labels: readonly string[];
  readonly at: HybridTime;
  readonly id: EventId;
}

function keysOf({ stores, labels, at, id }: Listing): string[] {
  return [...new Set([...stores, EVERY_STORE])].flatMap((store) =>
    labels.map((label) => tableKey(store, label, sortableNumber(at), id)),
  );
}

/** Moves documents between lists: no read, at most two writes, none when nothing moves. */
export async function moveListings(
  tables: Tables,
  table: string,
  before: readonly Listing[],
  after: readonly Listing[],
): Promise<void> {
  const was = new Set(before.flatMap(keysOf));
  const is = new Set(after.flatMap(keysOf));
  const put = [...is].filter((key) => !was.has(key)).map((key) => ({ key, value: true }));
  await writeRows(
    tables,
    table,
    put,
    [...was].filter((key) => !is.has(key)),
  );
}

/** Ids of the documents listed for a store (`EVERY_STORE`: all) under a label before a time, newest first, at most `rowsMax`. */
export async function listed(
  reader: TableReader,
  table: string,
  store: string,
  label: string,
  rowsMax: number,
  before?: HybridTime,
): Promise<EventId[]> {
  const ids: EventId[] = [];
  if (rowsMax <= 0) return ids;
  const { from, to } = keyPrefix(store, label);
  const end = before === undefined ? to : tableKey(store, label, sortableNumber(before));
  await scan(reader, table, { from, to: end, reverse: true }, ({ key }) => {
    const [, , , id = ''] = key.split('|');
    ids.push(id);
    return ids.length === rowsMax ? 'stop' : undefined;
  });
  return ids;
}
