// Promises about goods: reservations and orders. They may be refused (law 1); the centre decides them. A reservation is
// known by the id of its `StockReserved`, an order by the id of its `OrderPlaced`. Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { DOCUMENT_LINES_MAX, EntityId, EventId } from '@streamstock/event-log';
import { ORDER_PARTS_MAX } from '../limits.ts';
import { documentLines, Location, Money, Note, Quantity, Reference, Time, Unit } from '../words.ts';

const PromisedLine = z.object({ item: EntityId, quantity: Quantity });
const OrderLine = z.object({ item: EntityId, quantity: Quantity, unitPrice: z.nullable(Money) });
const ShortLine = z.object({ item: EntityId, asked: Quantity, available: z.int() });

/** Why the centre says no. */
export const PromiseRefusal = z.enum(['not-available', 'unknown-item', 'no-store', 'expired', 'cancelled']);
export type PromiseRefusal = z.infer<typeof PromiseRefusal>;

/** A device asks the centre to hold goods of its store. Holds nothing yet. `expiresAt` null: until it is released. */
export const ReservationRequested = z.object({
  owner: EntityId,
  lines: documentLines(PromisedLine),
  expiresAt: z.nullable(Time),
  note: z.optional(Note),
});
export type ReservationRequested = z.infer<typeof ReservationRequested>;

/**
 * Goods of a store are held (centre only). `request`: the `ReservationRequested` this answers; `order`: the `OrderPlaced` it
 * serves. From `expiresAt` on it holds nothing.
 */
export const StockReserved = z.object({
  request: z.nullable(EventId),
  order: z.nullable(EventId),
  owner: EntityId,
  lines: documentLines(PromisedLine),
  expiresAt: z.nullable(Time),
});
export type StockReserved = z.infer<typeof StockReserved>;

/** The centre holds nothing for a request (centre only); `lines`: what was short. */
export const ReservationRefused = z.object({
  request: EventId,
  reason: PromiseRefusal,
  lines: z.array(ShortLine).check(z.maxLength(DOCUMENT_LINES_MAX)),
});
export type ReservationRefused = z.infer<typeof ReservationRefused>;

/** A reservation ends. A flag without a quantity: releasing twice is releasing once. */
export const ReservationReleased = z.object({
  reservation: EventId,
  reason: z.enum(['collected', 'cancelled', 'expired', 'sourced-elsewhere']),
});
export type ReservationReleased = z.infer<typeof ReservationReleased>;

/** How a store is found for an order: one by name, the nearest to its destination, or the one with the most to spare. */
export const Sourcing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('store'), store: EntityId }),
  z.object({ kind: z.literal('nearest') }),
  z.object({ kind: z.literal('most-stock') }),
]);
export type Sourcing = z.infer<typeof Sourcing>;

/**
 * A customer orders goods. `split`: may come from several stores, at most `ORDER_PARTS_MAX`. `holdUntil`: when goods that were
 * not collected may be sold to others; null = never. The event's id is the order.
 */
export const OrderPlaced = z.object({
  reference: z.optional(Reference),
  customer: z.optional(EntityId),
  channel: z.enum(['web', 'store', 'phone']),
  lines: documentLines(OrderLine),
  destination: z.nullable(Location),
  sourcing: Sourcing,
  split: z.boolean(),
  holdUntil: z.nullable(Time),
});
export type OrderPlaced = z.infer<typeof OrderPlaced>;

/**
 * A store's part of an order is promised (centre only; its envelope names the store). Self-contained: that store's devices
 * learn of the order here. `reservation`: the `StockReserved` that holds the goods. `placedBy`: the store that placed the
 * order, which may cancel all of it and wants to hear of its hand-over; absent: head office or a program.
 */
export const OrderConfirmed = z.object({
  order: EventId,
  reservation: EventId,
  placedBy: z.optional(EntityId),
  reference: z.optional(Reference),
  customer: z.optional(EntityId),
  parts: z.int().check(z.minimum(1), z.maximum(ORDER_PARTS_MAX)),
  lines: documentLines(OrderLine),
  holdUntil: z.nullable(Time),
});
export type OrderConfirmed = z.infer<typeof OrderConfirmed>;

/** The centre can not promise an order (centre only). */
export const OrderRejected = z.object({
  order: EventId,
  reason: PromiseRefusal,
  lines: z.array(ShortLine).check(z.maxLength(DOCUMENT_LINES_MAX)),
});
export type OrderRejected = z.infer<typeof OrderRejected>;

/** Goods were set aside for an order: sellable → picked. A use of the reservation it names. */
export const OrderPicked = z.object({
  order: EventId,
  reservation: z.nullable(EventId),
  lines: documentLines(PromisedLine),
});
export type OrderPicked = z.infer<typeof OrderPicked>;

/**
 * An order ends without a hand-over. A flag; `putBack`: picked goods that this store put back on its shelf (picked →
 * sellable), which is a fact of that store and may be said again for goods picked later.
 */
export const OrderCancelled = z.object({
  order: EventId,
  reason: z.enum(['customer', 'not-collected', 'not-available', 'mistake']),
  putBack: z.array(PromisedLine).check(z.maxLength(DOCUMENT_LINES_MAX)),
});
export type OrderCancelled = z.infer<typeof OrderCancelled>;

/** Goods were handed over for an order: picked → world, counted as a sale. Prices as in `StockSold`. */
export const OrderFulfilled = z.object({
  order: EventId,
  document: EntityId,
  reference: z.optional(Reference),
  customer: z.optional(EntityId),
  lines: documentLines(
    z.object({ item: EntityId, quantity: Quantity, unitPrice: z.nullable(Money), unit: z.optional(Unit) }),
  ),
});
export type OrderFulfilled = z.infer<typeof OrderFulfilled>;
