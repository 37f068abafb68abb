// What the deciders of promises share: checking a payload by its own schema, and the drafts of the centre, whose ids follow
// from their cause so that a repeat is a duplicate. Pure.
import {
  deriveEventId,
  utf8Length,
  EVENT_BYTES_MAX,
  type EventDraft,
  type EventId,
  type Sha256,
} from '@streamstock/event-log';
import {
  draftOf,
  refuse,
  type CommandContext,
  type CommandOptions,
  type Decision,
  type DraftHead,
} from '../decider.ts';
import { given } from '../document-drafts.ts';
import { ENVELOPE_BYTES_RESERVE, QUANTITY_MAX } from '../limits.ts';
import { EVENT_SCHEMAS, type InventoryEventType, type PayloadOf } from '../payloads.ts';
import { optionsRefusal, quantityRefusal, schemaRefusal } from '../refusal-words.ts';
import { sumByItem } from './promise-entries.ts';
import type { PromisedQuantity } from './promise-tables.ts';

/** The centre's own process: it answers, it never asks. */
export interface CentreContext {
  readonly actor: string;
  readonly sha256: Sha256;
}

/** A draft of the centre. `id` follows from `purpose` and `cause`: whoever decides again names the same event. */
export function centreDraft<Type extends InventoryEventType>(
  head: DraftHead<Type>,
  payload: PayloadOf<Type>,
  { actor, sha256 }: CentreContext,
  {
    purpose,
    cause,
    correlation = cause,
  }: { readonly purpose: string; readonly cause: EventId; readonly correlation?: EventId },
): EventDraft {
  const id = deriveEventId(sha256, purpose, cause);
  const context: CommandContext = { store: head.store, actor, newId: () => id };
  return draftOf(head, payload, context, { causationId: cause, correlationId: correlation }, id);
}

/** A person's draft of one event, or why it can not be recorded. A promise is one event: its id is what others name. */
export function commandDraft<Type extends InventoryEventType>(
  head: DraftHead<Type>,
  payload: object,
  context: CommandContext,
  options: CommandOptions,
): Decision {
  const badOption = optionsRefusal(options);
  if (badOption !== null) return badOption;
  const parsed = EVENT_SCHEMAS[head.type].schema.safeParse(given(payload));
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  if (utf8Length(JSON.stringify(parsed.data)) > EVENT_BYTES_MAX - ENVELOPE_BYTES_RESERVE) {
    return refuse(
      'document-too-large',
      'This is too large to save at once. It is still on the screen. Save it in several parts.',
    );
  }
  // Parsed by this type's own schema.
  return { ok: true, drafts: [draftOf(head, parsed.data as PayloadOf<Type>, context, options)] };
}

/** All drafts of several decisions, or the first refusal. */
export function allOf(decisions: readonly Decision[]): Decision {
  const refused = decisions.find(({ ok }) => !ok);
  return refused ?? { ok: true, drafts: decisions.flatMap((decision) => (decision.ok ? decision.drafts : [])) };
}

/** null when every quantity can be recorded. */
export function linesRefusal(
  lines: readonly { readonly quantity: number }[],
  emptyWords: string,
  field = 'lines',
): Decision | null {
  if (lines.length === 0) return refuse('empty-document', emptyWords, [field]);
  for (const [index, { quantity }] of lines.entries()) {
    const refusal = quantityRefusal(quantity, 1, [field, index, 'quantity']);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** A promise is about the sum of its lines per item: null when one line could state it. */
export function sumsRefusal(lines: readonly PromisedQuantity[]): Decision | null {
  const tooLarge = sumByItem(lines).find(({ quantity }) => quantity > QUANTITY_MAX);
  if (tooLarge === undefined) return null;
  const index = lines.findIndex(({ item }) => item === tooLarge.item);
  return quantityRefusal(tooLarge.quantity, 1, ['lines', index, 'quantity']);
}
