// The centre writes down what it proposes to order for a store: one event per supplier, with the figures it rests on. The id
// follows from store, supplier and cause, so proposing the same again is a known event.
import { deriveEventId, type EventDraft, type Sha256 } from '@streamstock/event-log';
import { cutLines, draftOf, refuse, type CommandContext, type Decision } from '../decider.ts';
import { COMMAND_EVENTS_MAX, QUANTITY_MAX } from '../limits.ts';
import { EVENT_SCHEMAS, type PayloadOf } from '../payloads.ts';
import { schemaRefusal } from '../refusal-words.ts';
import type { RestockProposal } from './proposal.ts';

export interface SuggestRestock {
  readonly supplier: string | null;
  /** What this is the answer to, once: the day it was reckoned for. */
  readonly cause: string;
  readonly lines: readonly { readonly item: string; readonly onHand: number; readonly proposal: RestockProposal }[];
}

function bounded(figure: number): number {
  return Math.max(-QUANTITY_MAX, Math.min(QUANTITY_MAX, figure));
}

/** One `RestockSuggested` (or several of a large proposal). Lines with nothing to order are left out; none left is refused. */
export function decideSuggestion(command: SuggestRestock, context: CommandContext, sha256: Sha256): Decision {
  const { supplier, cause } = command;
  const { store } = context;
  if (store === null) return refuse('no-store', 'A proposal is for one store. Name the store.');
  const lines = command.lines.flatMap(({ item, onHand, proposal }): PayloadOf<'RestockSuggested'>['lines'] => {
    const { reorderPoint, targetStock, incoming } = proposal.arithmetic;
    if (proposal.quantity < 1 || reorderPoint === null || targetStock === null) return [];
    const figures = {
      onHand: bounded(onHand),
      incoming: bounded(incoming),
      reorderPoint: bounded(reorderPoint),
      targetStock: bounded(targetStock),
    };
    return [{ item, quantity: Math.min(QUANTITY_MAX, proposal.quantity), ...figures }];
  });
  if (lines.length === 0) return refuse('empty-document', 'Nothing needs to be ordered. Nothing was proposed.');
  const pieces = cutLines({ supplier }, lines);
  if (pieces === undefined)
    return refuse(
      'document-too-large',
      `A proposal has at most ${COMMAND_EVENTS_MAX} events. Propose for fewer items.`,
    );
  const head = { type: 'RestockSuggested', store, audience: [] } as const;
  const drafts: EventDraft[] = [];
  for (const [index, piece] of pieces.entries()) {
    const parsed = EVENT_SCHEMAS.RestockSuggested.schema.safeParse({ supplier, lines: piece });
    if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
    const id = deriveEventId(sha256, 'restock-suggestion', [store, supplier ?? '', cause, index].join('\n'));
    drafts.push(draftOf(head, parsed.data, context, {}, id));
  }
  return { ok: true, drafts };
}
