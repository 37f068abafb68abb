// Goods ordered from suppliers. An order is known by the id of its `RestockOrdered`; what of it is still to come is
// information (`incoming`), never stock. Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId, EventId } from '@streamstock/event-log';
import { QUANTITY_MAX } from '../limits.ts';
import { documentLines, Money, Note, Quantity, Reference, Time } from '../words.ts';

const Figure = z.int().check(z.minimum(-QUANTITY_MAX), z.maximum(QUANTITY_MAX));

/** What the centre proposes to order (centre only), with the figures it was reckoned from. */
export const RestockSuggested = z.object({
  supplier: z.nullable(EntityId),
  lines: documentLines(
    z.object({
      item: EntityId,
      quantity: Quantity,
      onHand: Figure,
      incoming: Figure,
      reorderPoint: Figure,
      targetStock: Figure,
    }),
  ),
});
export type RestockSuggested = z.infer<typeof RestockSuggested>;

/** Goods were ordered for the store of the envelope. The event's id is the order. */
export const RestockOrdered = z.object({
  supplier: z.nullable(EntityId),
  reference: z.optional(Reference),
  suggestion: z.nullable(EventId),
  expectedAt: z.nullable(Time),
  lines: documentLines(z.object({ item: EntityId, quantity: Quantity, unitCost: z.nullable(Money) })),
});
export type RestockOrdered = z.infer<typeof RestockOrdered>;

/** What has not come of an order will not come. A flag. */
export const RestockCancelled = z.object({ order: EventId, reason: z.optional(Note) });
export type RestockCancelled = z.infer<typeof RestockCancelled>;
