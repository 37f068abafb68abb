// Reading what is ordered from suppliers. Owns no state; works over any TableReader. Lists are newest first and bounded.
import { keyPrefix, type EventId, type HybridTime, type TableReader } from '@streamstock/event-log';
import { expectedKey } from '../expected-fold.ts';
import { EVERY_STORE, listed } from '../label-index.ts';
import { DOCUMENT_LIST_ROWS_MAX } from '../limits.ts';
import { scan } from '../scan.ts';
import {
  INCOMING_TABLE,
  RESTOCK_ORDER_LISTS_TABLE,
  RESTOCK_ORDERS_TABLE,
  type IncomingRow,
  type RestockOrderRow,
} from './restock-order-tables.ts';
import { DUE_ORDER_LABEL, restockOrderOf, type RestockOrder, type RestockOrderState } from './restock-order-view.ts';

/** What suppliers still owe each line, in the order of the names; quantity 0 and no parts where nothing is owed. */
export async function incomingOf(
  reader: TableReader,
  names: readonly { readonly store: string; readonly item: string }[],
): Promise<IncomingRow[]> {
  if (names.length === 0) return [];
  const rows = await reader.getMany<IncomingRow>(
    INCOMING_TABLE,
    names.map(({ store, item }) => expectedKey(store, item)),
  );
  return names.map(({ store, item }, index) => rows[index] ?? { store, item, quantity: 0, parts: [] });
}

/** Every line of a store that suppliers owe something, by item. */
export async function listIncoming(reader: TableReader, store: string): Promise<IncomingRow[]> {
  const rows: IncomingRow[] = [];
  await scan<IncomingRow>(reader, INCOMING_TABLE, keyPrefix(store), ({ value }) => void rows.push(value));
  return rows;
}

/** undefined: the order is not known. */
export async function readRestockOrder(
  reader: TableReader,
  order: EventId,
  now: HybridTime,
): Promise<RestockOrder | undefined> {
  const [row] = await reader.getMany<RestockOrderRow>(RESTOCK_ORDERS_TABLE, [order]);
  return row === undefined ? undefined : restockOrderOf(row, now);
}

export interface RestockOrderFilter {
  readonly store?: string;
  /** `overdue`: open, and late. `over`: more of an item came than was ordered. */
  readonly state?: RestockOrderState | 'overdue' | 'over';
  /** At most `DOCUMENT_LIST_ROWS_MAX`, which also holds when absent. */
  readonly rowsMax?: number;
}

/** Newest first; overdue ones: the latest expected first. */
export async function listRestockOrders(
  reader: TableReader,
  filter: RestockOrderFilter,
  now: HybridTime,
): Promise<RestockOrder[]> {
  const { store = EVERY_STORE, state = 'all' } = filter;
  const rowsMax = Math.min(filter.rowsMax ?? DOCUMENT_LIST_ROWS_MAX, DOCUMENT_LIST_ROWS_MAX);
  const overdue = state === 'overdue';
  const label = overdue ? DUE_ORDER_LABEL : state;
  const ids = await listed(reader, RESTOCK_ORDER_LISTS_TABLE, store, label, rowsMax, overdue ? now : undefined);
  if (ids.length === 0) return [];
  const rows = await reader.getMany<RestockOrderRow>(RESTOCK_ORDERS_TABLE, ids);
  return rows.flatMap((row) => (row === undefined ? [] : (restockOrderOf(row, now) ?? [])));
}
