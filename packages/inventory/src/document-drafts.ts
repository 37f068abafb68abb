// The way from the lines a person entered to drafts of one document: checked, cut to the size of events, each piece under
// its own id. Pure. What a document is about is its deciders'.
import { EntityId, type EventDraft, type EventId } from '@streamstock/event-log';
import { cutLines, draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from './decider.ts';
import { EVENT_SCHEMAS, type InventoryEventType, type PayloadOf } from './payloads.ts';
import { optionsRefusal, quantityRefusal, schemaRefusal } from './refusal-words.ts';

/** One document a store is about to record. */
export interface DocumentPlan<Type extends InventoryEventType> {
  readonly type: Type;
  readonly store: string;
  readonly audience: 'all' | readonly string[];
  readonly lines: readonly object[];
  /** What every piece says besides its lines. `piece`: 0-based; `first`: the id of the first piece's event. */
  readonly head: (piece: number, first: EventId) => object;
  /** Said when there is no line. */
  readonly empty: string;
}

export function noStore(): Decision {
  return refuse(
    'no-store',
    'This entry does not say which store it is about. Nothing was saved. Choose a store first.',
  );
}

/** Leaves out what is undefined, so that bytes never hold it. */
export function given<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** The first quantity that can not be recorded, as a refusal at its field. */
export function linesRefusal<Line extends object>(
  lines: readonly Line[],
  fields: readonly (keyof Line & string)[],
  least: 0 | 1,
): Decision | null {
  for (const [index, line] of lines.entries()) {
    for (const field of fields) {
      const refusal = quantityRefusal(Number(line[field]), least, ['lines', index, field]);
      if (refusal !== null) return refusal;
    }
  }
  return null;
}

export function draftDocument<Type extends InventoryEventType>(
  plan: DocumentPlan<Type>,
  options: CommandOptions,
  context: CommandContext,
): Decision {
  const { type, store, audience, lines, head, empty } = plan;
  if (lines.length === 0) return refuse('empty-document', empty);
  const badOption = optionsRefusal(options);
  if (badOption !== null) return badOption;
  const first = context.newId();
  const pieces = cutLines(head(0, first), lines);
  if (pieces === undefined) {
    return refuse(
      'document-too-large',
      'This document is too large to save at once. It is still on the screen. Save it in several parts.',
    );
  }
  const drafts: EventDraft[] = [];
  for (const [index, piece] of pieces.entries()) {
    const parsed = EVENT_SCHEMAS[type].schema.safeParse({ ...head(index, first), lines: piece.map(given) });
    if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
    // Parsed by this type's own schema.
    const payload = parsed.data as PayloadOf<Type>;
    const id = index === 0 ? first : context.newId();
    drafts.push(draftOf({ type, store, audience }, payload, context, options, id));
  }
  return { ok: true, drafts };
}

/** Who else must hear of it may stand in no payload: its schema does not see a store that can not be one. */
function audienceRefusal(audience: 'all' | readonly string[]): Decision | null {
  if (audience === 'all' || audience.every((store) => EntityId.safeParse(store).success)) return null;
  return refuse(
    'not-allowed',
    'The other store has a name that no store can have. Nothing was saved. Choose the store from the list, then save again.',
  );
}

/** One event without lines: a decline, a close, a cancel. */
export function draftStatement<Type extends InventoryEventType>(
  { type, store, audience }: Pick<DocumentPlan<Type>, 'type' | 'store' | 'audience'>,
  payload: object,
  options: CommandOptions,
  context: CommandContext,
): Decision {
  const bad = optionsRefusal(options) ?? audienceRefusal(audience);
  if (bad !== null) return bad;
  const parsed = EVENT_SCHEMAS[type].schema.safeParse(given(payload));
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  // Parsed by this type's own schema.
  return { ok: true, drafts: [draftOf({ type, store, audience }, parsed.data as PayloadOf<Type>, context, options)] };
}
