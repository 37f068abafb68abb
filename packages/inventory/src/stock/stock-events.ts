// What happens to goods: the events of stock. A document is one event with lines; a document too large for one event is
// several events with one document id. Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { DOCUMENT_LINES_MAX, EntityId, EventId } from '@streamstock/event-log';
import { CountedQuantity, documentLines, Money, Note, Quantity, Reference, Unit } from '../words.ts';
import { AdjustReason } from './adjust-reason.ts';

/**
 * Goods came in: world → sellable. `supplier`: an id into the directory. `reference`: the delivery note's number.
 * `restock`: the `RestockOrdered` these goods were ordered with (since version 2).
 */
export const StockReceived = z.object({
  document: EntityId,
  supplier: z.optional(EntityId),
  reference: z.optional(Reference),
  restock: z.optional(EventId),
  lines: documentLines(z.object({ item: EntityId, quantity: Quantity, unitCost: z.optional(Money) })),
});
export type StockReceived = z.infer<typeof StockReceived>;

/**
 * Goods were sold: sellable → world, or picked → world. Where `from` is absent they leave `picked` when an order is named
 * and the shelf otherwise (version 1: always the shelf). `reservation`: what this sale uses up (since version 2).
 * `unitPrice`: per smallest unit, as charged; null = not known; 0 = a gift. `unit`: stated when it is not pieces, so that
 * pieces can be told from grams.
 */
export const StockSold = z.object({
  document: EntityId,
  reference: z.optional(Reference),
  customer: z.optional(EntityId),
  order: z.optional(EntityId),
  reservation: z.optional(EventId),
  from: z.optional(z.enum(['sellable', 'picked'])),
  lines: documentLines(
    z.object({ item: EntityId, quantity: Quantity, unitPrice: z.nullable(Money), unit: z.optional(Unit) }),
  ),
});
export type StockSold = z.infer<typeof StockSold>;

/** Fit for sale again, or damaged: awaits a decision. */
export const Disposition = z.enum(['sellable', 'damaged']);
export type Disposition = z.infer<typeof Disposition>;

/** A customer brought goods back: world → sellable or unsellable. `sale`: the sale they come from, when known. */
export const StockReturned = z.object({
  document: EntityId,
  reference: z.optional(Reference),
  customer: z.optional(EntityId),
  sale: z.optional(EventId),
  lines: documentLines(
    z.object({
      item: EntityId,
      quantity: Quantity,
      disposition: Disposition,
      unitPrice: z.optional(Money),
      unit: z.optional(Unit),
    }),
  ),
});
export type StockReturned = z.infer<typeof StockReturned>;

/** Goods went back to who supplied them: sellable or unsellable → world, as each line says. */
export const StockReturnedToSupplier = z.object({
  document: EntityId,
  supplier: z.optional(EntityId),
  reference: z.optional(Reference),
  lines: documentLines(
    z.object({
      item: EntityId,
      quantity: Quantity,
      from: z.enum(['sellable', 'unsellable']),
      unitCost: z.optional(Money),
    }),
  ),
});
export type StockReturnedToSupplier = z.infer<typeof StockReturnedToSupplier>;

/** Stock moved for a reason that is neither trade nor count; the reason says which way (adjust-reasons.ts). */
export const StockAdjusted = z.object({
  document: EntityId,
  reason: AdjustReason,
  reference: z.optional(Reference),
  note: z.optional(Note),
  approvedBy: z.optional(EntityId),
  lines: documentLines(z.object({ item: EntityId, quantity: Quantity, unitCost: z.optional(Money) })),
});
export type StockAdjusted = z.infer<typeof StockAdjusted>;

/** Picked goods are never part of a shelf count. */
export const CountedBucket = z.enum(['sellable', 'unsellable']);
export type CountedBucket = z.infer<typeof CountedBucket>;

/**
 * "I saw this much." An observation, not a movement. Of one session the latest observation per (area, counter) counts
 * and these parts add up. An item that is not in `lines` was not counted; an item with 0 was counted: none is there.
 */
export const StockCounted = z.object({
  session: EntityId,
  area: EntityId,
  counter: EntityId,
  lines: documentLines(z.object({ item: EntityId, bucket: CountedBucket, quantity: CountedQuantity })).check(
    z.refine(
      (lines) => new Set(lines.map(({ item, bucket }) => `${item}|${bucket}`)).size === lines.length,
      'counts one item twice in one observation',
    ),
  ),
});
export type StockCounted = z.infer<typeof StockCounted>;

/**
 * An entry (null), or one line of it (0-based), counts as never having happened, at its own time. Repeating it changes
 * nothing; a reversal is not reversed. Goods that physically come back are a `StockReturned`.
 */
export const EntryReversed = z.object({
  target: EventId,
  line: z.nullable(z.int().check(z.minimum(0), z.maximum(DOCUMENT_LINES_MAX - 1))),
  reason: z.optional(Note),
});
export type EntryReversed = z.infer<typeof EntryReversed>;
