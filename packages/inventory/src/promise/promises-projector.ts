// The projector of promises: reservations, requests and orders, from one pass over a batch. Owns their tables. A batch
// without promises costs nothing; with them a few bulk reads and writes, whatever its size.
//
//   changes ──► goods joined with reversals ──► edits of rows by id
//                                                  │
//      requests (which answer counts) ──► reservations (what they hold) ──► orders (which parts stand)
//                │                              │                               │
//          open-requests       reservation-lines, -expiries               store-orders
//
// 1. Every row is a function of the entries that count: lists by (effective time, event), sums and states from them.
// 2. Rows that follow from others (lines, expiries, lists by store) are the difference of the same pure function before
//    and after.
import type { Change, EventId, Projector, Row, Tables } from '@streamstock/event-log';
import { foldReversible } from '../stock/reversed-facts.ts';
import { writeRows } from '../stock/write-rows.ts';
import { sumByItem } from './promise-entries.ts';
import { KeyedRows } from './keyed-rows.ts';
import { orderView, NO_ORDER, saysNothingOfOrder } from './order-state.ts';
import { goodsOfPromises, PROMISE_EVENTS, promiseEdits, type PromiseEdits } from './promise-edits.ts';
import {
  EVERY_STORE,
  openRequestKey,
  OPEN_REQUESTS_TABLE,
  ORDERS_TABLE,
  PROMISE_FACTS_TABLE,
  PROMISE_REVERSALS_TABLE,
  RESERVATION_EXPIRIES_TABLE,
  RESERVATION_LINES_TABLE,
  RESERVATION_REQUESTS_TABLE,
  reservationExpiryKey,
  reservationLineKey,
  RESERVATIONS_TABLE,
  STORE_ORDERS_TABLE,
  storeOrderKey,
  type OrderPart,
  type OrderRow,
  type PromisedQuantity,
  type ReservationLineRow,
  type ReservationRequestRow,
  type ReservationRow,
} from './promise-tables.ts';
import {
  NO_REQUEST,
  NO_RESERVATION,
  openLines,
  saysNothingOfRequest,
  saysNothingOfReservation,
  secondTo,
  usedOf,
} from './reservation-rows.ts';

export const promisesProjector: Projector = {
  name: 'promises',
  version: 1,
  tables: [
    RESERVATIONS_TABLE,
    RESERVATION_LINES_TABLE,
    RESERVATION_EXPIRIES_TABLE,
    RESERVATION_REQUESTS_TABLE,
    OPEN_REQUESTS_TABLE,
    ORDERS_TABLE,
    STORE_ORDERS_TABLE,
    PROMISE_FACTS_TABLE,
    PROMISE_REVERSALS_TABLE,
  ],
  snapshot: {
    [RESERVATIONS_TABLE]: 'heard',
    [RESERVATION_LINES_TABLE]: 'heard',
    [RESERVATION_EXPIRIES_TABLE]: 'heard',
    [RESERVATION_REQUESTS_TABLE]: 'heard',
    [OPEN_REQUESTS_TABLE]: 'heard',
    [ORDERS_TABLE]: 'heard',
    [STORE_ORDERS_TABLE]: 'heard',
    [PROMISE_FACTS_TABLE]: 'heard',
    [PROMISE_REVERSALS_TABLE]: 'heard',
  },
  heard: PROMISE_EVENTS,
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const names = { facts: PROMISE_FACTS_TABLE, reversals: PROMISE_REVERSALS_TABLE };
    const facts = await foldReversible(tables, names, goodsOfPromises(changes), () => true);
    const edits = promiseEdits(changes, facts);
    const requests = await foldRequests(tables, edits);
    const reservations = await foldReservations(tables, edits, requests);
    await foldOrders(tables, edits, reservations);
  },
};

async function foldRequests(tables: Tables, edits: PromiseEdits): Promise<KeyedRows<ReservationRequestRow>> {
  const rows = new KeyedRows(tables, RESERVATION_REQUESTS_TABLE, NO_REQUEST);
  const keys = edits.requests.keys();
  await rows.load(keys);
  for (const key of keys) rows.set(key, edits.requests.applyTo(key, rows.get(key)));
  await rows.write(saysNothingOfRequest);
  await writeDerived(tables, OPEN_REQUESTS_TABLE, rows, (request, { asked, answers }) =>
    asked === null || answers.length > 0 ? [] : [{ key: openRequestKey(asked.store, request), value: {} }],
  );
  return rows;
}

async function foldReservations(
  tables: Tables,
  edits: PromiseEdits,
  requests: KeyedRows<ReservationRequestRow>,
): Promise<KeyedRows<ReservationRow>> {
  const rows = new KeyedRows(tables, RESERVATIONS_TABLE, NO_RESERVATION);
  // Another answer to a request may win now: all of its reservations are looked at.
  const answering = requests
    .changed()
    .flatMap((request) =>
      requests.get(request).answers.flatMap(({ kind, event }) => (kind === 'reserved' ? [event] : [])),
    );
  const keys = [...new Set([...edits.reservations.keys(), ...answering])];
  await rows.load(keys);
  for (const key of keys) {
    const row = edits.reservations.applyTo(key, rows.get(key));
    const second = secondAnswer(key, row, requests);
    rows.set(key, second === row.secondTo ? row : { ...row, secondTo: second });
  }
  await rows.write(saysNothingOfReservation);
  await writeDerived(tables, RESERVATION_LINES_TABLE, rows, lineRows);
  await writeDerived(tables, RESERVATION_EXPIRIES_TABLE, rows, expiryRows);
  return rows;
}

function secondAnswer(
  reservation: EventId,
  { body, secondTo: known }: ReservationRow,
  requests: KeyedRows<ReservationRequestRow>,
): EventId | null {
  if (body === null || body.request === null) return null;
  // Whoever changes the answers to a request, or this reservation itself, has the request's row in the same batch.
  return requests.has(body.request) ? secondTo(reservation, requests.get(body.request)) : known;
}

function lineRows(reservation: EventId, row: ReservationRow): Row<ReservationLineRow>[] {
  const { body } = row;
  if (body === null) return [];
  const { store, expiresAt, at, order, owner } = body;
  return openLines(row).map(({ item, quantity }) => ({
    key: reservationLineKey(store, item, reservation),
    value: { open: quantity, expiresAt, at, order, owner },
  }));
}

function expiryRows(reservation: EventId, row: ReservationRow): Row<object>[] {
  const { body } = row;
  if (body === null || body.expiresAt === null || openLines(row).length === 0) return [];
  return [{ key: reservationExpiryKey(body.store, body.expiresAt, reservation), value: {} }];
}

async function foldOrders(tables: Tables, edits: PromiseEdits, reservations: KeyedRows<ReservationRow>): Promise<void> {
  const rows = new KeyedRows(tables, ORDERS_TABLE, NO_ORDER);
  // Whether a part stands depends on its reservation.
  const counting = reservations.changed().flatMap((key) => reservations.get(key).confirms.map(({ order }) => order));
  const keys = [...new Set([...edits.orders.keys(), ...counting])];
  await rows.load(keys);
  for (const key of keys) rows.set(key, edits.orders.applyTo(key, rows.get(key)));
  await reservations.load(keys.flatMap((key) => rows.get(key).confirmed.map(({ reservation }) => reservation)));
  for (const key of keys) {
    const row = rows.get(key);
    const confirmed = row.confirmed.map((part) => ({
      ...part,
      movedButFor: movedButFor(part, reservations.get(part.reservation)),
    }));
    rows.set(key, { ...row, confirmed });
  }
  await rows.write(saysNothingOfOrder);
  await writeDerived(tables, STORE_ORDERS_TABLE, rows, storeOrderRows);
}

/** null: the part stands. Otherwise what was used of its reservation before its goods were sourced elsewhere. */
function movedButFor(
  { store, lines }: Pick<OrderPart, 'store' | 'lines'>,
  reservation: ReservationRow,
): readonly PromisedQuantity[] | null {
  if (!reservation.released.some((release) => release.reason === 'sourced-elsewhere' && release.store === store))
    return null;
  const used = usedOf(reservation, store);
  return sumByItem(lines).flatMap(({ item, quantity }) => {
    const own = Math.min(quantity, used.get(item) ?? 0);
    return own > 0 ? [{ item, quantity: own }] : [];
  });
}

/** Under its stores and under the star: the store that placed it has it on its list while it waits for its answer. */
function storeOrderRows(order: EventId, row: OrderRow): Row<object>[] {
  if (saysNothingOfOrder(row)) return [];
  const view = orderView(order, row);
  const open = new Map<string, boolean>([[EVERY_STORE, view.open]]);
  if (row.placed?.store) open.set(row.placed.store, view.state === 'placed');
  for (const part of view.parts) open.set(part.store, part.open || open.get(part.store) === true);
  return [...open].map(([store, isOpen]) => ({
    key: storeOrderKey(store, isOpen ? 'open' : 'ended', order),
    value: {},
  }));
}

/** Writes the rows that follow from changed rows: what they were made of before is taken back. */
async function writeDerived<Value>(
  tables: Tables,
  table: string,
  rows: KeyedRows<Value>,
  derive: (key: string, value: Value) => readonly Row<unknown>[],
): Promise<void> {
  const put = rows.changed().flatMap((key) => derive(key, rows.get(key)));
  const kept = new Set(put.map(({ key }) => key));
  const gone = rows
    .changed()
    .flatMap((key) => derive(key, rows.before(key)).map((row) => row.key))
    .filter((key) => !kept.has(key));
  await writeRows(tables, table, put, gone);
}
