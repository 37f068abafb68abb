// What a restock order's row means: of each item, how much was ordered and how much has come. Pure.
//
//   order ──► open ──► complete     of every item at least as much has come as was ordered
//               └────► cancelled    what has not come will not come
//
// 1. Of each item: received − ordered = over − short; at most one of the two is not 0.
// 2. incoming = short while the order is not cancelled. It is information, never stock.
// 3. A delivery counts for the order that it names, also after a cancel. It does not take the cancel back.
// 4. Only deliveries and cancels of the order's own store count: no other store's reach its devices, which must say what the
//    centre says.
import type { EventId, HybridTime } from '@streamstock/event-log';
import type { ExpectedChange } from '../expected-fold.ts';
import type { Listing } from '../label-index.ts';
import type { Money } from '../words.ts';
import type { CancelEntry, DeliveryEntry, IncomingPart, RestockOrderRow } from './restock-order-tables.ts';

export type RestockOrderState = 'open' | 'complete' | 'cancelled';

/** One item of an order; quantities in its smallest unit. */
export interface RestockOrderLine {
  readonly item: string;
  /** Per smallest unit, as ordered; null = not known. */
  readonly unitCost: Money | null;
  readonly ordered: number;
  readonly received: number;
  /** Ordered and not received. */
  readonly short: number;
  /** Received and not ordered. */
  readonly over: number;
  readonly difference: 'short' | 'over' | 'none';
  readonly incoming: number;
}

export interface RestockOrder {
  readonly order: EventId;
  readonly store: string;
  readonly supplier: string | null;
  readonly reference: string | null;
  readonly suggestion: EventId | null;
  readonly state: RestockOrderState;
  /** Open, and its expected arrival has passed. */
  readonly overdue: boolean;
  readonly orderedAt: HybridTime;
  readonly orderedBy: string;
  readonly expectedAt: HybridTime | null;
  /** Items in the order they were ordered, then those that only came. */
  readonly lines: readonly RestockOrderLine[];
  /** Of the order's store, by (time, id); its cancels likewise. */
  readonly deliveries: readonly DeliveryEntry[];
  readonly cancels: readonly CancelEntry[];
}

/** The row without what other stores said (4). */
function ownOf(row: RestockOrderRow): RestockOrderRow {
  const own = ({ store }: { readonly store: string }): boolean => store === row.ordered?.store;
  return { ...row, deliveries: row.deliveries.filter(own), cancels: row.cancels.filter(own) };
}

function linesOf({ ordered, deliveries, cancels }: RestockOrderRow): RestockOrderLine[] {
  const items = new Map<string, { unitCost: Money | null; ordered: number; received: number }>();
  const lineOf = (item: string) => {
    const known = items.get(item) ?? { unitCost: null, ordered: 0, received: 0 };
    items.set(item, known);
    return known;
  };
  for (const { item, quantity, unitCost } of ordered?.lines ?? []) {
    const line = lineOf(item);
    line.ordered += quantity;
    line.unitCost ??= unitCost;
  }
  for (const { item, quantity } of deliveries.flatMap(({ lines }) => lines)) lineOf(item).received += quantity;
  return [...items].map(([item, line]) => {
    const short = Math.max(0, line.ordered - line.received);
    const over = Math.max(0, line.received - line.ordered);
    const difference = short > 0 ? 'short' : over > 0 ? 'over' : 'none';
    return { item, ...line, short, over, difference, incoming: cancels.length > 0 ? 0 : short };
  });
}

/** What a row says at `now`; undefined while the order itself is not known. */
export function restockOrderOf(row: RestockOrderRow, now: HybridTime): RestockOrder | undefined {
  const own = ownOf(row);
  const { order, ordered, deliveries, cancels } = own;
  if (ordered === null) return undefined;
  const lines = linesOf(own);
  const complete = lines.every(({ short }) => short === 0);
  const state = complete ? 'complete' : cancels.length > 0 ? 'cancelled' : 'open';
  const { store, supplier, suggestion, expectedAt } = ordered;
  return {
    order,
    store,
    supplier,
    reference: ordered.reference ?? null,
    suggestion,
    state,
    overdue: state === 'open' && expectedAt !== null && now > expectedAt,
    orderedAt: ordered.at,
    orderedBy: ordered.actor,
    expectedAt,
    lines,
    deliveries,
    cancels,
  };
}

/** Under this label an open order is listed by its expected arrival. */
export const DUE_ORDER_LABEL = 'due';

/** Where an order is listed; nowhere while it is not known. */
export function restockOrderListings(row: RestockOrderRow): Listing[] {
  const known = restockOrderOf(row, 0);
  if (known === undefined) return [];
  const { store, state, orderedAt, expectedAt, lines, order: id } = known;
  const over = lines.some((line) => line.over > 0) ? ['over'] : [];
  const own = { stores: [store], labels: ['all', state, ...over], at: orderedAt, id };
  if (state !== 'open' || expectedAt === null) return [own];
  return [own, { stores: [store], labels: [DUE_ORDER_LABEL], at: expectedAt, id }];
}

function incomingParts(row: RestockOrderRow | undefined): { store: string; item: string; part: IncomingPart }[] {
  const known = row === undefined ? undefined : restockOrderOf(row, 0);
  if (known === undefined) return [];
  const { order: id, store, supplier, orderedAt, expectedAt, lines } = known;
  return lines.flatMap(({ item, incoming }) =>
    incoming === 0 ? [] : [{ store, item, part: { id, quantity: incoming, supplier, orderedAt, expectedAt } }],
  );
}

/** What changes incoming when a row does. */
export function incomingChanges(
  before: RestockOrderRow | undefined,
  after: RestockOrderRow | undefined,
): ExpectedChange<IncomingPart>[] {
  const gone = incomingParts(before).map(({ part, ...line }) => ({ ...line, before: part, after: null }));
  const come = incomingParts(after).map(({ part, ...line }) => ({ ...line, before: null, after: part }));
  return [...gone, ...come];
}
