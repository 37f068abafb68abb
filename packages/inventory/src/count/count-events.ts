// The activity of counting: what is to be counted, what was found on review, and the end. What someone saw is a stock fact
// (`StockCounted`). Owns the schemas, nothing else.
import * as z from 'zod/mini';
import { DOCUMENT_LINES_MAX, EntityId } from '@streamstock/event-log';
import { STORE_AREAS_MAX } from '../limits.ts';
import { CountedBucket } from '../stock/stock-events.ts';
import { Category, documentLines, Note } from '../words.ts';

/** What a count is about: everything, a category, or a list of items. */
export const CountScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('store') }),
  z.object({ kind: z.literal('category'), category: Category }),
  z.object({
    kind: z.literal('items'),
    items: z.array(EntityId).check(z.minLength(1), z.maxLength(DOCUMENT_LINES_MAX)),
  }),
]);
export type CountScope = z.infer<typeof CountScope>;

/**
 * A count session begins. `areas`: where is counted; a session of several areas takes effect when it is closed, one of a
 * single area at once. `blind`: counters do not see the expected quantities.
 */
export const CountOpened = z.object({
  session: EntityId,
  scope: CountScope,
  areas: z.array(EntityId).check(
    z.minLength(1),
    z.maxLength(STORE_AREAS_MAX),
    z.refine((areas) => new Set(areas).size === areas.length, 'names one area twice'),
  ),
  blind: z.boolean(),
  note: z.optional(Note),
});
export type CountOpened = z.infer<typeof CountOpened>;

/** Someone looked at the differences: a remark about lines, never a change. A count that is wrong is reversed. */
export const CountReviewed = z.object({
  session: EntityId,
  approvedBy: z.optional(EntityId),
  lines: documentLines(
    z.object({
      item: EntityId,
      bucket: CountedBucket,
      verdict: z.enum(['accepted', 'recount']),
      note: z.optional(Note),
    }),
  ),
});
export type CountReviewed = z.infer<typeof CountReviewed>;

/** Everything that is going to be counted was counted. A flag: closing twice is closing once. */
export const CountClosed = z.object({ session: EntityId });
export type CountClosed = z.infer<typeof CountClosed>;
