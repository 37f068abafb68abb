// What every draft of a document says about itself before its body: enough for Today to list it. Owns that stored shape.
import type { Json } from '@streamstock/event-log';
import * as z from 'zod/mini';

export const DraftKind = z.enum(['sale', 'delivery', 'return', 'adjustment']);
export type DraftKind = z.infer<typeof DraftKind>;

const DraftHead = z.object({
  kind: DraftKind,
  /** Put aside on purpose: only its row on Today brings it back. */
  held: z.boolean(),
  lines: z.int(),
  touchedAtMs: z.int(),
  body: z.unknown(),
});

export interface DraftHead {
  readonly kind: DraftKind;
  readonly held: boolean;
  readonly lines: number;
  readonly touchedAtMs: number;
  readonly body: Json;
}

/** null: not a document's draft, or of a shape this version does not know. */
export function readDraftHead(value: Json): DraftHead | null {
  const parsed = z.safeParse(DraftHead, value);
  // What storage gives back is JSON.
  return parsed.success ? { ...parsed.data, body: (parsed.data.body ?? null) as Json } : null;
}
