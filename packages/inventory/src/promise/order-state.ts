// What an order's row means: where it stands, store by store and item by item. Pure; knows no time.
//
//   placed ──► confirmed (in parts, one per store) ──► picked ──► fulfilled
//      │                    │                            │
//      │                    └────────────┬───────────────┘
//      ├──► rejected                     └──► cancelled
//      └──► cancelled
//
// 1. The state is a function of the facts that count, never of the order in which they came.
// 2. Facts win over promises: what was handed over completely is fulfilled, also when it was cancelled or rejected before.
// 3. A confirmation that counts wins over a rejection: goods are held, so their store must see the order.
// 4. A cancellation ends the part of the store it names. Head office's (no store), and that of the store that placed the
//    order, end the whole order; one that lists goods put back speaks for its own store alone.
// 5. Goods that were picked and neither handed over nor put back when their part ended are to be put back.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { quantitiesOf, sumByItem } from './promise-entries.ts';
import type { OrderPart, OrderPlacement, OrderRow, PromisedQuantity } from './promise-tables.ts';

export type PartState = 'confirmed' | 'picked' | 'fulfilled' | 'cancelled';
/**
 * `unknown`: goods moved for an order that nobody here knows (yet). `moved`: all that was confirmed here is sourced elsewhere,
 * in stores of which this device hears nothing.
 */
export type OrderState = 'unknown' | 'placed' | 'rejected' | 'moved' | PartState;

/** In the item's smallest unit. */
export interface OrderFigures {
  readonly item: string;
  readonly confirmed: number;
  readonly picked: number;
  readonly putBack: number;
  /** Handed over, whether it was picked before or sold from the shelf. */
  readonly fulfilled: number;
  readonly fulfilledFromShelf: number;
  /** Picked goods that wait to be put back: their order has ended without them. */
  readonly toPutBack: number;
}

/** What one store has to do with an order. */
export interface OrderPartView {
  readonly store: string;
  /** null: the store never confirmed a part, but goods moved there. */
  readonly state: PartState | null;
  readonly lines: readonly OrderFigures[];
  /** The confirmations that stand, earliest first. */
  readonly confirmations: readonly OrderPart[];
  /** When goods that were not collected may be sold to others; null: never. */
  readonly holdUntil: HybridTime | null;
  /** Someone in this store still has something to do. */
  readonly open: boolean;
}

export interface OrderView {
  readonly order: EventId;
  readonly state: OrderState;
  readonly placed: OrderPlacement | null;
  /** The store that placed it, also where only its confirmation is known; null: none did, or nothing says so (yet). */
  readonly placedBy: string | null;
  readonly lines: readonly (OrderFigures & { readonly ordered: number })[];
  /** By store. */
  readonly parts: readonly OrderPartView[];
  /** Why not, when `state` is rejected. */
  readonly rejected: OrderRow['rejected'][number] | null;
  readonly cancelled: OrderRow['cancelled'];
  readonly open: boolean;
}

export const NO_ORDER: OrderRow = {
  placed: null,
  confirmed: [],
  rejected: [],
  picked: [],
  cancelled: [],
  handedOver: [],
};

export function saysNothingOfOrder(row: OrderRow): boolean {
  return (
    row.placed === null &&
    [row.confirmed, row.rejected, row.picked, row.cancelled, row.handedOver].every(({ length }) => length === 0)
  );
}

export function orderView(order: EventId, row: OrderRow): OrderView {
  const { placed } = row;
  const stores = new Set([...row.confirmed, ...row.picked, ...row.handedOver].map(({ store }) => store));
  const parts = [...stores].sort().map((store) => partView(row, store));
  const state = orderState(row, parts);
  return {
    order,
    state,
    placed,
    placedBy: placedByOf(row),
    lines: orderLines(placed, parts),
    parts,
    rejected: state === 'rejected' ? (row.rejected[0] ?? null) : null,
    cancelled: row.cancelled,
    open: state === 'placed' || state === 'unknown' || parts.some(({ open }) => open),
  };
}

/** Whether this store's part is cancelled (4). */
function isCancelledAt(row: OrderRow, store: string): boolean {
  return isCancelledWhole(row) || row.cancelled.some((one) => one.store === store);
}

function isCancelledWhole(row: OrderRow): boolean {
  const placedBy = placedByOf(row);
  return row.cancelled.some(({ store, putBack }) => store === null || (store === placedBy && putBack.length === 0));
}

/** A store that has a part hears nothing of the placement elsewhere: its confirmation tells it. */
function placedByOf({ placed, confirmed }: OrderRow): string | null {
  if (placed !== null) return placed.store;
  return confirmed.find(({ placedBy }) => placedBy !== undefined)?.placedBy ?? null;
}

function partView(row: OrderRow, store: string): OrderPartView {
  const here = <Entry extends { readonly store: string | null }>(entries: readonly Entry[]): Entry[] =>
    entries.filter((entry) => entry.store === store);
  const confirmations = here(row.confirmed);
  const confirmed = quantitiesOf(confirmations.map((part) => ({ lines: part.movedButFor ?? sumByItem(part.lines) })));
  const picked = quantitiesOf(here(row.picked));
  const putBack = quantitiesOf(here(row.cancelled).map((one) => ({ lines: one.putBack })));
  const handedOver = here(row.handedOver);
  const fulfilled = quantitiesOf(handedOver);
  const fromPicked = quantitiesOf(handedOver.filter(({ from }) => from === 'picked'));
  const figures = [confirmed, picked, putBack, fulfilled];
  const items = [...new Set(figures.flatMap((sums) => [...sums.keys()]))].sort();
  const of = (sums: ReadonlyMap<string, number>, item: string): number => sums.get(item) ?? 0;
  const all = (reached: (item: string) => boolean): boolean => [...confirmed.keys()].every(reached);

  const isConfirmed = [...confirmed.values()].some((quantity) => quantity > 0);
  const isFulfilled = isConfirmed && all((item) => of(fulfilled, item) >= of(confirmed, item));
  // What was sold from the shelf for the order need not be picked any more.
  const isPicked = all(
    (item) => of(picked, item) - of(putBack, item) + of(fulfilled, item) - of(fromPicked, item) >= of(confirmed, item),
  );
  const isCancelled = isCancelledAt(row, store);
  const state = isFulfilled
    ? 'fulfilled'
    : isCancelled
      ? 'cancelled'
      : !isConfirmed
        ? null
        : isPicked
          ? 'picked'
          : 'confirmed';
  const ended = isFulfilled || isCancelled || (!isConfirmed && row.confirmed.length + row.rejected.length > 0);
  const lines = items.map((item) => ({
    item,
    confirmed: of(confirmed, item),
    picked: of(picked, item),
    putBack: of(putBack, item),
    fulfilled: of(fulfilled, item),
    fulfilledFromShelf: of(fulfilled, item) - of(fromPicked, item),
    toPutBack: ended ? Math.max(0, of(picked, item) - of(putBack, item) - of(fromPicked, item)) : 0,
  }));
  const standing = confirmations.filter(({ movedButFor }) => movedButFor === null);
  return {
    store,
    state,
    lines,
    confirmations: standing,
    holdUntil: standing.at(-1)?.holdUntil ?? null,
    open: !ended || lines.some(({ toPutBack }) => toPutBack > 0),
  };
}

function orderState(row: OrderRow, parts: readonly OrderPartView[]): OrderState {
  const states = new Set(parts.flatMap(({ state }) => state ?? []));
  if (states.has('confirmed')) return 'confirmed';
  if (states.has('picked')) return 'picked';
  if (states.has('fulfilled')) return 'fulfilled';
  if (isCancelledWhole(row) || states.has('cancelled')) return 'cancelled';
  if (row.confirmed.length > 0) return 'moved';
  if (row.rejected.length > 0) return 'rejected';
  return row.placed === null ? 'unknown' : 'placed';
}

function orderLines(placed: OrderPlacement | null, parts: readonly OrderPartView[]): OrderView['lines'] {
  const ordered = new Map(sumByItem(placed?.lines ?? []).map(({ item, quantity }) => [item, quantity]));
  const items = new Set([...ordered.keys(), ...parts.flatMap(({ lines }) => lines.map(({ item }) => item))]);
  return [...items].sort().map((item) => {
    const sum = (figure: Exclude<keyof OrderFigures, 'item'>): number =>
      parts.reduce((total, { lines }) => total + (lines.find((line) => line.item === item)?.[figure] ?? 0), 0);
    return {
      item,
      ordered: ordered.get(item) ?? 0,
      confirmed: sum('confirmed'),
      picked: sum('picked'),
      putBack: sum('putBack'),
      fulfilled: sum('fulfilled'),
      fulfilledFromShelf: sum('fulfilledFromShelf'),
      toPutBack: sum('toPutBack'),
    };
  });
}

/** What a part still owes its customer: confirmed and not handed over, by item. Empty once the part has ended. */
export function outstandingOf(part: OrderPartView): PromisedQuantity[] {
  if (part.state !== 'confirmed' && part.state !== 'picked') return [];
  return part.lines.flatMap(({ item, confirmed, fulfilled }) =>
    confirmed > fulfilled ? [{ item, quantity: confirmed - fulfilled }] : [],
  );
}
