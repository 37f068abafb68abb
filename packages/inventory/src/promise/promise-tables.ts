// The read models of reservations and orders: rows, keys, table names. Written by the promises projector alone; screens and
// the centre read them through the queries. Rows hold what was said, as entries by event; what that means at a moment
// (expired, picked, ended) is worked out on reading.
import { sortableNumber, tableKey, type EventId, type HybridTime } from '@streamstock/event-log';
import type { OrderCancelled, OrderPlaced, PromiseRefusal, ReservationReleased } from './promise-events.ts';

/** Key: reservation. There is a row as soon as anything names it: uses and releases may come before it. */
export const RESERVATIONS_TABLE = 'reservations';
/** Key: store|item|reservation. Only lines that still hold something, whatever the time: see `expiresAt`. */
export const RESERVATION_LINES_TABLE = 'reservation-lines';
/** Key: store|expiresAt|reservation. Reservations that hold something and expire. */
export const RESERVATION_EXPIRIES_TABLE = 'reservation-expiries';
/** Key: request. */
export const RESERVATION_REQUESTS_TABLE = 'reservation-requests';
/** Key: store|request. Requests that have no answer yet. */
export const OPEN_REQUESTS_TABLE = 'open-requests';
/** Key: order. */
export const ORDERS_TABLE = 'orders';
/** Key: store|open or ended|order; `EVERY_STORE` holds all orders. */
export const STORE_ORDERS_TABLE = 'store-orders';
/** Stock facts of promises and the reversals that name them: how an entry that is reversed gives back what it used. */
export const PROMISE_FACTS_TABLE = 'promise-facts';
export const PROMISE_REVERSALS_TABLE = 'promise-reversals';

/** In keys: no store of its own. No store id is a star. */
export const EVERY_STORE = '*';

/** What happened, by (effective time, event). */
export interface PromiseEntry {
  readonly event: EventId;
  readonly at: HybridTime;
}

export interface PromisedQuantity {
  readonly item: string;
  readonly quantity: number;
}

/** A `StockReserved` that counts. */
export interface ReservationBody extends PromiseEntry {
  readonly store: string;
  readonly request: EventId | null;
  readonly order: EventId | null;
  readonly owner: string;
  /** null: holds until it is released. */
  readonly expiresAt: HybridTime | null;
  /** One per item, by item. */
  readonly lines: readonly PromisedQuantity[];
}

export type ReleaseReason = ReservationReleased['reason'];

/** Goods that moved: one entry per event and one quantity per item; lines that are reversed are left out. */
export interface MovedGoods extends PromiseEntry {
  readonly lines: readonly PromisedQuantity[];
}

/** Goods left the shelf of `store` against a reservation. */
export interface ReservationUse extends MovedGoods {
  readonly store: string;
  readonly kind: 'picked' | 'sold';
}

/** Value under the reservation's id. Lists are by (effective time, event). */
export interface ReservationRow {
  /** null: not known, or it does not count. */
  readonly body: ReservationBody | null;
  readonly released: readonly (PromiseEntry & { readonly store: string; readonly reason: ReleaseReason })[];
  readonly used: readonly ReservationUse[];
  /** Parts of orders that count on it. */
  readonly confirms: readonly (PromiseEntry & { readonly order: EventId })[];
  /** It answers a request that had an answer before: it holds nothing. Names that answer. */
  readonly secondTo: EventId | null;
}

/** Value under store|item|reservation: `open` is what is promised and not used yet, at least 1. */
export interface ReservationLineRow {
  readonly open: number;
  readonly expiresAt: HybridTime | null;
  /** When it was promised. */
  readonly at: HybridTime;
  readonly order: EventId | null;
  readonly owner: string;
}

/** What the centre said about a request. */
export type RequestAnswer =
  | (PromiseEntry & { readonly kind: 'reserved' })
  | (PromiseEntry & {
      readonly kind: 'refused';
      readonly reason: PromiseRefusal;
      readonly lines: readonly ShortLine[];
    });

export interface ShortLine {
  readonly item: string;
  readonly asked: number;
  readonly available: number;
}

/** Value under the request's id. */
export interface ReservationRequestRow {
  /** null: the request is not known, or it does not count. */
  readonly asked:
    | (PromiseEntry & {
        readonly store: string;
        readonly actor: string;
        readonly owner: string;
        readonly lines: readonly PromisedQuantity[];
        readonly expiresAt: HybridTime | null;
        readonly note?: string | undefined;
      })
    | null;
  /** By (effective time, event): the first counts, later ones are second answers and hold nothing. */
  readonly answers: readonly RequestAnswer[];
}

/** An `OrderConfirmed` that counts. */
export interface OrderPart extends PromiseEntry {
  readonly store: string;
  readonly reservation: EventId;
  readonly parts: number;
  /** The store that placed the order; absent: none did, or an older confirmation does not say. */
  readonly placedBy?: string | undefined;
  readonly reference?: string | undefined;
  readonly customer?: string | undefined;
  readonly lines: OrderPlaced['lines'];
  readonly holdUntil: HybridTime | null;
  /**
   * null: it stands. Otherwise its goods are sourced elsewhere, and these were used before: they alone are still its own.
   * One per item, by item.
   */
  readonly movedButFor: readonly PromisedQuantity[] | null;
}

export interface OrderPlacement extends PromiseEntry, OrderPlaced {
  /** null: placed at head office or by a program. */
  readonly store: string | null;
  readonly actor: string;
}

export interface OrderCancellation extends PromiseEntry {
  /** null: head office, the whole order. */
  readonly store: string | null;
  readonly actor: string;
  readonly reason: OrderCancelled['reason'];
  readonly putBack: readonly PromisedQuantity[];
}

/** Value under the order's id. Lists are by (effective time, event). */
export interface OrderRow {
  readonly placed: OrderPlacement | null;
  readonly confirmed: readonly OrderPart[];
  readonly rejected: readonly (PromiseEntry & {
    readonly reason: PromiseRefusal;
    readonly lines: readonly ShortLine[];
  })[];
  readonly picked: readonly (MovedGoods & { readonly store: string })[];
  readonly cancelled: readonly OrderCancellation[];
  /** Hand-overs: fulfilments, and sales that name the order. */
  readonly handedOver: readonly (MovedGoods & { readonly store: string; readonly from: 'picked' | 'sellable' })[];
}

export function reservationLineKey(store: string, item: string, reservation: EventId): string {
  return tableKey(store, item, reservation);
}

export function reservationExpiryKey(store: string, expiresAt: HybridTime, reservation: EventId): string {
  return tableKey(store, sortableNumber(expiresAt), reservation);
}

export function storeOrderKey(store: string, state: 'open' | 'ended', order: EventId): string {
  return tableKey(store, state, order);
}

export function openRequestKey(store: string, request: EventId): string {
  return tableKey(store, request);
}
