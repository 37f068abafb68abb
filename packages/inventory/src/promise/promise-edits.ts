// From a batch's changes to what they say about reservations, requests and orders: one edit per event and row, "this event
// now says that" or "it says nothing". Pure; the projector applies them.
import type { Change, EventId, HybridTime } from '@streamstock/event-log';
import { given } from '../document-drafts.ts';
import { parsePayload, type TypedPayload } from '../payloads.ts';
import { factLines, type FactChange } from '../stock/reversed-facts.ts';
import { sumByItem, withEntry } from './promise-entries.ts';
import type { OrderRow, PromisedQuantity, ReservationRequestRow, ReservationRow } from './promise-tables.ts';

/** Changes to the rows of one key, in any order: each concerns what one event says. */
export interface PromiseEdits {
  readonly reservations: Edits<ReservationRow>;
  readonly requests: Edits<ReservationRequestRow>;
  readonly orders: Edits<OrderRow>;
}

type Edit<Row> = (row: Row) => Row;

/** Edits by key. */
export class Edits<Row> {
  readonly #byKey = new Map<EventId, Edit<Row>[]>();

  add(key: EventId, edit: Edit<Row>): void {
    const edits = this.#byKey.get(key);
    if (edits === undefined) this.#byKey.set(key, [edit]);
    else edits.push(edit);
  }

  keys(): EventId[] {
    return [...this.#byKey.keys()];
  }

  applyTo(key: EventId, row: Row): Row {
    return (this.#byKey.get(key) ?? []).reduce((edited, edit) => edit(edited), row);
  }
}

const PROMISE_TYPES: ReadonlySet<string> = new Set([
  'ReservationRequested',
  'StockReserved',
  'ReservationRefused',
  'ReservationReleased',
  'OrderPlaced',
  'OrderConfirmed',
  'OrderRejected',
]);
const GOODS_TYPES: ReadonlySet<string> = new Set(['OrderPicked', 'OrderCancelled', 'OrderFulfilled']);

/** What a promise can follow from: all of these, of sales those that name one. */
export const PROMISE_EVENTS = {
  types: [...PROMISE_TYPES, ...GOODS_TYPES, 'EntryReversed', 'StockSold'],
  concerns: ({ type, payload }: Pick<Change['event'], 'type' | 'payload'>): boolean =>
    type !== 'StockSold' || payload['reservation'] !== undefined || payload['order'] !== undefined,
};

/** Stock facts of promises, and reversals: what has to be joined before it can be read. Ordinary sales are none of them. */
export function goodsOfPromises(changes: readonly Change[]): Change[] {
  return changes.filter(
    ({ event }) =>
      PROMISE_EVENTS.types.includes(event.type) && !PROMISE_TYPES.has(event.type) && PROMISE_EVENTS.concerns(event),
  );
}

/** `facts`: the batch's goods, joined with their reversals. */
export function promiseEdits(changes: readonly Change[], facts: readonly FactChange[]): PromiseEdits {
  const edits: PromiseEdits = { reservations: new Edits(), requests: new Edits(), orders: new Edits() };
  for (const { event, before, after } of changes) {
    if (!PROMISE_TYPES.has(event.type) || (before === null && after === null)) continue;
    const parsed = parsePayload(event);
    if (!parsed.ok) continue;
    const said: Said = { event: event.id, at: after?.effectiveAt ?? null, store: event.store, actor: event.actor };
    editPromise(edits, said, parsed);
  }
  for (const change of facts) editGoods(edits, change);
  return edits;
}

interface Said {
  readonly event: EventId;
  /** Effective time; null: it does not count (any more). */
  readonly at: HybridTime | null;
  readonly store: string | null;
  readonly actor: string;
}

/** `make` only when the event counts. */
function entryOf<Entry>({ event, at }: Said, make: (head: { event: EventId; at: HybridTime }) => Entry): Entry | null {
  return at === null ? null : make({ event, at });
}

function editPromise(edits: PromiseEdits, said: Said, typed: TypedPayload): void {
  const { event, actor } = said;
  const store = said.store ?? '';
  switch (typed.type) {
    case 'ReservationRequested': {
      const { lines, ...rest } = typed.payload;
      const asked = entryOf(said, (head) => ({ ...head, store, actor, ...given(rest), lines: sumByItem(lines) }));
      edits.requests.add(event, (row) => ({ ...row, asked }));
      return;
    }
    case 'StockReserved':
      editReserved(edits, said, typed.payload);
      return;
    case 'ReservationRefused': {
      const { request, reason, lines } = typed.payload;
      const refused = entryOf(said, (head) => ({ ...head, kind: 'refused' as const, reason, lines }));
      edits.requests.add(request, (row) => ({ ...row, answers: withEntry(row.answers, event, refused) }));
      return;
    }
    case 'ReservationReleased': {
      const { reservation, reason } = typed.payload;
      const released = entryOf(said, (head) => ({ ...head, store, reason }));
      edits.reservations.add(reservation, (row) => ({ ...row, released: withEntry(row.released, event, released) }));
      return;
    }
    case 'OrderPlaced': {
      const placed = entryOf(said, (head) => ({ ...head, store: said.store, actor, ...given(typed.payload) }));
      edits.orders.add(event, (row) => ({ ...row, placed }));
      return;
    }
    case 'OrderConfirmed': {
      const { order, ...rest } = typed.payload;
      const part = entryOf(said, (head) => ({ ...head, store, movedButFor: null, ...given(rest) }));
      const confirms = entryOf(said, (head) => ({ ...head, order }));
      edits.orders.add(order, (row) => ({ ...row, confirmed: withEntry(row.confirmed, event, part) }));
      edits.reservations.add(rest.reservation, (row) => ({
        ...row,
        confirms: withEntry(row.confirms, event, confirms),
      }));
      return;
    }
    case 'OrderRejected': {
      const { order, reason, lines } = typed.payload;
      const rejected = entryOf(said, (head) => ({ ...head, reason, lines }));
      edits.orders.add(order, (row) => ({ ...row, rejected: withEntry(row.rejected, event, rejected) }));
      return;
    }
    default:
      return;
  }
}

function editReserved(
  edits: PromiseEdits,
  said: Said,
  payload: Extract<TypedPayload, { readonly type: 'StockReserved' }>['payload'],
): void {
  const { event } = said;
  const { lines, ...rest } = payload;
  const body = entryOf(said, (head) => ({ ...head, store: said.store ?? '', ...rest, lines: sumByItem(lines) }));
  edits.reservations.add(event, (row) => ({ ...row, body }));
  if (rest.request === null) return;
  const reserved = entryOf(said, (head) => ({ ...head, kind: 'reserved' as const }));
  edits.requests.add(rest.request, (row) => ({ ...row, answers: withEntry(row.answers, event, reserved) }));
}

function editGoods(edits: PromiseEdits, { fact, after }: FactChange): void {
  const said: Said = { event: fact.id, at: after?.at ?? null, store: fact.store, actor: fact.actor };
  const store = fact.store ?? '';
  const lines = sumByItem(
    factLines(fact)
      .filter((_, line) => after?.lines[line] === true)
      .map((line) => line as PromisedQuantity)
      .map(({ item, quantity }) => ({ item, quantity })),
  );
  const use = (reservation: EventId, kind: 'picked' | 'sold'): void => {
    const used = entryOf(said, (head) => ({ ...head, store, kind, lines }));
    edits.reservations.add(reservation, (row) => ({ ...row, used: withEntry(row.used, fact.id, used) }));
  };
  const handOver = (order: EventId, from: 'picked' | 'sellable'): void => {
    const goods = entryOf(said, (head) => ({ ...head, store, from, lines }));
    edits.orders.add(order, (row) => ({ ...row, handedOver: withEntry(row.handedOver, fact.id, goods) }));
  };
  switch (fact.type) {
    case 'OrderPicked': {
      const { order, reservation } = fact.payload;
      const goods = entryOf(said, (head) => ({ ...head, store, lines }));
      edits.orders.add(order, (row) => ({ ...row, picked: withEntry(row.picked, fact.id, goods) }));
      if (reservation !== null) use(reservation, 'picked');
      return;
    }
    case 'StockSold': {
      const { order, reservation, from = order === undefined ? 'sellable' : 'picked' } = fact.payload;
      if (reservation !== undefined) use(reservation, 'sold');
      if (order !== undefined) handOver(order, from);
      return;
    }
    case 'OrderFulfilled':
      handOver(fact.payload.order, 'picked');
      return;
    case 'OrderCancelled': {
      const { order, reason } = fact.payload;
      const cancelled = entryOf(said, (head) => ({
        ...head,
        store: fact.store,
        actor: fact.actor,
        reason,
        putBack: lines,
      }));
      edits.orders.add(order, (row) => ({ ...row, cancelled: withEntry(row.cancelled, fact.id, cancelled) }));
      return;
    }
    default:
      return;
  }
}
