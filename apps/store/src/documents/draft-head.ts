// What every draft of a document says about itself before its body: enough for Today to list it. Owns that stored shape.
import type { Json } from '@streamstock/event-log';
import { fieldsOf, isInteger } from '../device/stored-shape.ts';

const KINDS = ['sale', 'delivery', 'return', 'adjustment'] as const;
export type DraftKind = (typeof KINDS)[number];

export interface DraftHead {
  readonly kind: DraftKind;
  /** Put aside on purpose: only its row on Today brings it back. */
  readonly held: boolean;
  readonly lines: number;
  readonly touchedAtMs: number;
  readonly body: Json;
}

/** null: not a document's draft, or of a shape this version does not know. */
export function readDraftHead(value: Json): DraftHead | null {
  const { kind: told, held, lines, touchedAtMs, body } = fieldsOf(value) ?? {};
  const kind = KINDS.find((known) => known === told);
  if (kind === undefined || typeof held !== 'boolean' || !isInteger(lines) || !isInteger(touchedAtMs)) return null;
  // What storage gives back is JSON.
  return { kind, held, lines, touchedAtMs, body: (body ?? null) as Json };
}
