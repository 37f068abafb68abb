// Goods between stores. A shipment is known by the id of its `TransferDispatched`; every unit of it leaves transit exactly
// once: accepted, damaged, or lost when the shipment is closed. Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId, EventId } from '@streamstock/event-log';
import { CountedQuantity, documentLines, Money, Note, Quantity, Time } from '../words.ts';

const WantedLine = z.object({ item: EntityId, quantity: Quantity });

/** The store of the envelope asks store `from` for goods: a promise, it may be declined. */
export const TransferRequested = z.object({
  from: EntityId,
  lines: documentLines(WantedLine),
  neededBy: z.nullable(Time),
  note: z.optional(Note),
});
export type TransferRequested = z.infer<typeof TransferRequested>;

/** The asked store will not send. */
export const TransferDeclined = z.object({ request: EventId, reason: z.optional(Note) });
export type TransferDeclined = z.infer<typeof TransferDeclined>;

/**
 * Goods left the store of the envelope for store `to`: sellable → transit. The sender's fact. `unitCost`: what a unit is
 * worth at the sender when it leaves, frozen here; null = not known.
 */
export const TransferDispatched = z.object({
  document: EntityId,
  request: z.nullable(EventId),
  to: EntityId,
  expectedAt: z.nullable(Time),
  lines: documentLines(z.object({ item: EntityId, quantity: Quantity, unitCost: z.nullable(Money) })),
});
export type TransferDispatched = z.infer<typeof TransferDispatched>;

/**
 * Goods of a shipment came in: accepted and surplus → sellable, damaged → unsellable. By the receiver, or by the sender when
 * they come back. `receipt`: its number; of two receipts of one shipment with one number the earliest counts.
 * `surplus`: more than was sent; it never was in transit. `unitCost`: as dispatched.
 */
export const TransferReceived = z.object({
  document: EntityId,
  shipment: EventId,
  receipt: EntityId,
  /** Who sent it and to whom it was sent. */
  from: EntityId,
  to: EntityId,
  lines: documentLines(
    z
      .object({
        item: EntityId,
        accepted: CountedQuantity,
        damaged: CountedQuantity,
        surplus: CountedQuantity,
        unitCost: z.optional(Money),
      })
      .check(z.refine(({ accepted, damaged, surplus }) => accepted + damaged + surplus > 0, 'receives nothing')),
  ),
});
export type TransferReceived = z.infer<typeof TransferReceived>;

/** What is still missing of a shipment is lost. A flag; a receipt that comes later takes from lost. */
export const TransferClosed = z.object({ shipment: EventId, reason: z.optional(Note) });
export type TransferClosed = z.infer<typeof TransferClosed>;
