// Reading reservations and orders. Pure queries over any TableReader.
import {
  keyPrefix,
  sortableNumber,
  tableKey,
  type EventId,
  type HybridTime,
  type TableReader,
} from '@streamstock/event-log';
import { scan } from '../scan.ts';
import { orderView, type OrderView } from './order-state.ts';
import {
  EVERY_STORE,
  OPEN_REQUESTS_TABLE,
  ORDERS_TABLE,
  RESERVATION_EXPIRIES_TABLE,
  RESERVATION_REQUESTS_TABLE,
  RESERVATIONS_TABLE,
  STORE_ORDERS_TABLE,
  type OrderRow,
  type ReservationRequestRow,
  type ReservationRow,
} from './promise-tables.ts';

/** undefined: no order of this id is known. */
export async function readOrder(reader: TableReader, order: EventId): Promise<OrderView | undefined> {
  const [view] = await readOrders(reader, [order]);
  return view;
}

async function readOrders(reader: TableReader, orders: readonly EventId[]): Promise<(OrderView | undefined)[]> {
  const rows = await reader.getMany<OrderRow>(ORDERS_TABLE, orders);
  return orders.map((order, index) => {
    const row = rows[index];
    return row === undefined ? undefined : orderView(order, row);
  });
}

export interface OrderFilter {
  /** Only orders this store has to do with: it placed them, or confirmed a part, or goods moved there. */
  readonly store?: string;
  /** true: only where someone (in that store) still has something to do; false: only where nobody has. */
  readonly open?: boolean;
  /** Absent: all. */
  readonly rowsMax?: number;
}

/** By order id, the oldest first; with `store` its open ones before those that have ended. */
export async function listOrders(reader: TableReader, filter: OrderFilter = {}): Promise<OrderView[]> {
  const { store = EVERY_STORE, open, rowsMax = Infinity } = filter;
  const range = open === undefined ? keyPrefix(store) : keyPrefix(store, open ? 'open' : 'ended');
  const orders: EventId[] = [];
  if (rowsMax <= 0) return [];
  await scan<object>(reader, STORE_ORDERS_TABLE, range, ({ key }) => {
    orders.push(key.slice(key.lastIndexOf('|') + 1));
    return orders.length >= rowsMax ? 'stop' : undefined;
  });
  return (await readOrders(reader, orders)).filter((view) => view !== undefined);
}

/** Goods that stand aside for an order that ended without them, by (store, order, item). */
export interface PutBackTask {
  readonly store: string;
  readonly order: EventId;
  readonly item: string;
  readonly quantity: number;
}

/** What this store is to put back on its shelf. */
export async function putBackTasks(reader: TableReader, store: string): Promise<PutBackTask[]> {
  const orders = await listOrders(reader, { store, open: true });
  return orders.flatMap(({ order, parts }) =>
    parts
      .filter((part) => part.store === store)
      .flatMap(({ lines }) => lines)
      .filter(({ toPutBack }) => toPutBack > 0)
      .map(({ item, toPutBack }) => ({ store, order, item, quantity: toPutBack })),
  );
}

/** undefined: nothing is known of it. A row without a body: only uses or releases came so far. */
export async function readReservation(reader: TableReader, reservation: EventId): Promise<ReservationRow | undefined> {
  const [row] = await reader.getMany<ReservationRow>(RESERVATIONS_TABLE, [reservation]);
  return row;
}

/** One per id, in their order. */
export async function readReservations(
  reader: TableReader,
  reservations: readonly EventId[],
): Promise<(ReservationRow | undefined)[]> {
  return reader.getMany<ReservationRow>(RESERVATIONS_TABLE, reservations);
}

/** undefined: nothing is known of it. */
export async function readReservationRequest(
  reader: TableReader,
  request: EventId,
): Promise<ReservationRequestRow | undefined> {
  const [row] = await reader.getMany<ReservationRequestRow>(RESERVATION_REQUESTS_TABLE, [request]);
  return row;
}

export interface ReservationRequestView extends ReservationRequestRow {
  readonly request: EventId;
}

/** What a store asked for and nobody answered yet. */
export async function listOpenRequests(reader: TableReader, store: string): Promise<ReservationRequestView[]> {
  const requests: EventId[] = [];
  await scan<object>(reader, OPEN_REQUESTS_TABLE, keyPrefix(store), ({ key }) => {
    requests.push(key.slice(key.lastIndexOf('|') + 1));
  });
  const rows = await reader.getMany<ReservationRequestRow>(RESERVATION_REQUESTS_TABLE, requests);
  return requests.flatMap((request, index) => {
    const row = rows[index];
    return row === undefined ? [] : [{ request, ...row }];
  });
}

/** Requests that were answered more than once: only their first answer counts. Walks all requests. */
export async function listSecondAnswers(reader: TableReader): Promise<ReservationRequestView[]> {
  const found: ReservationRequestView[] = [];
  await scan<ReservationRequestRow>(reader, RESERVATION_REQUESTS_TABLE, {}, ({ key, value }) => {
    if (value.answers.length > 1) found.push({ request: key, ...value });
  });
  return found;
}

/** When the next of a store's holds ends by itself; null: none does. */
export async function nextExpiryAfter(reader: TableReader, store: string, now: HybridTime): Promise<HybridTime | null> {
  const range = { from: tableKey(store, sortableNumber(now + 1)), to: keyPrefix(store).to, rowsMax: 1 };
  const [row] = await reader.range(RESERVATION_EXPIRIES_TABLE, range);
  return row === undefined ? null : Number(row.key.split('|')[1]);
}

/** Reservations of a store whose time is over and that were not released, the longest over first. */
export async function listExpired(
  reader: TableReader,
  store: string,
  now: HybridTime,
  rowsMax = Infinity,
): Promise<EventId[]> {
  const expired: EventId[] = [];
  const range = { from: keyPrefix(store).from, to: tableKey(store, sortableNumber(now + 1)) };
  await scan<object>(reader, RESERVATION_EXPIRIES_TABLE, range, ({ key }) => {
    expired.push(key.slice(key.lastIndexOf('|') + 1));
    return expired.length >= rowsMax ? 'stop' : undefined;
  });
  return expired;
}
