// What a stored count says about itself before its lines: enough for Today to list it. Owns that stored shape.
import type { Json } from '@streamstock/event-log';
import * as z from 'zod/mini';

/** Items that a list of its own may name. */
export const SCOPE_ITEMS_MAX = 500;

const Text = z.string().check(z.maxLength(200));

const CountHead = z.object({
  kind: z.literal('count'),
  session: Text,
  area: Text,
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('category'), category: Text }),
    z.object({ kind: z.literal('items'), items: z.array(Text).check(z.maxLength(SCOPE_ITEMS_MAX)) }),
  ]),
  blind: z.boolean(),
  startedAtMs: z.int(),
  inHand: z.nullable(Text),
  /** Lines counted so far, for screens that only read the head. */
  counted: z.int(),
});
export type CountHead = z.infer<typeof CountHead>;

/** The head of a stored draft, or null when the draft is no count (or of a shape this version does not know). */
export function readCountHead(value: Json): CountHead | null {
  const parsed = z.safeParse(CountHead, value);
  return parsed.success ? parsed.data : null;
}
