// Folds what is ordered from suppliers: orders with what came of them, and what is still to come by line. Order-free: a
// delivery or a cancel may come before its order. Owns its tables. Deliveries that name no order cost no call.
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { applySteps, withEntry, type EmptyRow, type Step } from '../document-rows.ts';
import { foldExpected } from '../expected-fold.ts';
import { moveListings } from '../label-index.ts';
import { parsePayload } from '../payloads.ts';
import { foldReversible, type FactChange } from '../stock/reversed-facts.ts';
import {
  INCOMING_TABLE,
  RESTOCK_FACTS_TABLE,
  RESTOCK_ORDER_LISTS_TABLE,
  RESTOCK_ORDERS_TABLE,
  RESTOCK_REVERSALS_TABLE,
  type CancelEntry,
  type DeliveryEntry,
  type RestockOrderEntry,
  type RestockOrderRow,
} from './restock-order-tables.ts';
import { incomingChanges, restockOrderListings } from './restock-order-view.ts';

const EMPTY_ORDER: EmptyRow<RestockOrderRow> = {
  empty: (order) => ({ order, ordered: null, deliveries: [], cancels: [] }),
  isEmpty: ({ ordered, deliveries, cancels }) => ordered === null && deliveries.length === 0 && cancels.length === 0,
};

function isConcerning({ type, payload }: Pick<Change['event'], 'type' | 'payload'>): boolean {
  if (type === 'StockReceived') return payload['restock'] !== undefined;
  return type === 'RestockOrdered' || type === 'RestockCancelled' || type === 'EntryReversed';
}

function deliverySteps({ fact, after }: FactChange): Step<RestockOrderRow>[] {
  if (fact.type !== 'StockReceived' || fact.store === null) return [];
  const { id, store, actor, payload } = fact;
  const { restock, document, reference, lines } = payload;
  if (restock === undefined) return [];
  const delivery: DeliveryEntry | null = after && {
    id,
    at: after.at,
    store,
    actor,
    document,
    ...(reference === undefined ? {} : { reference }),
    lines: lines.flatMap(({ item, quantity }, line) => (after.lines[line] === true ? [{ line, item, quantity }] : [])),
  };
  return [{ id: restock, apply: (row) => ({ ...row, deliveries: withEntry(row.deliveries, id, delivery) }) }];
}

function orderSteps({ event, before, after }: Change): Step<RestockOrderRow>[] {
  const { id, store, actor } = event;
  if ((before === null && after === null) || store === null) return [];
  const parsed = parsePayload(event);
  if (!parsed.ok) return [];
  const said = after === null ? null : { id, at: after.effectiveAt, store, actor };
  if (parsed.type === 'RestockOrdered') {
    const ordered: RestockOrderEntry | null = said && { ...said, ...parsed.payload };
    return [{ id, apply: (row) => ({ ...row, ordered }) }];
  }
  if (parsed.type !== 'RestockCancelled') return [];
  const { order, ...words } = parsed.payload;
  const cancel: CancelEntry | null = said && { ...said, ...words };
  return [{ id: order, apply: (row) => ({ ...row, cancels: withEntry(row.cancels, id, cancel) }) }];
}

export const restockOrdersProjector: Projector = {
  name: 'restock-orders',
  version: 1,
  tables: [
    RESTOCK_ORDERS_TABLE,
    INCOMING_TABLE,
    RESTOCK_ORDER_LISTS_TABLE,
    RESTOCK_FACTS_TABLE,
    RESTOCK_REVERSALS_TABLE,
  ],
  snapshot: {
    [RESTOCK_ORDERS_TABLE]: 'heard',
    [INCOMING_TABLE]: 'heard',
    [RESTOCK_ORDER_LISTS_TABLE]: 'heard',
    [RESTOCK_FACTS_TABLE]: 'heard',
    [RESTOCK_REVERSALS_TABLE]: 'heard',
  },
  heard: {
    types: ['StockReceived', 'RestockOrdered', 'RestockCancelled', 'EntryReversed'],
    concerns: isConcerning,
  },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const own = changes.filter(({ event }) => isConcerning(event));
    if (own.length === 0) return;
    const names = { facts: RESTOCK_FACTS_TABLE, reversals: RESTOCK_REVERSALS_TABLE };
    const deliveries = await foldReversible(tables, names, own, (type) => type === 'StockReceived');
    const steps = [...deliveries.flatMap(deliverySteps), ...own.flatMap(orderSteps)];
    const orders = await applySteps(tables, RESTOCK_ORDERS_TABLE, steps, EMPTY_ORDER);
    await foldExpected(
      tables,
      INCOMING_TABLE,
      orders.flatMap(({ before, after }) => incomingChanges(before, after)),
    );
    await moveListings(
      tables,
      RESTOCK_ORDER_LISTS_TABLE,
      orders.flatMap(({ before }) => (before === undefined ? [] : restockOrderListings(before))),
      orders.flatMap(({ after }) => (after === undefined ? [] : restockOrderListings(after))),
    );
  },
};
