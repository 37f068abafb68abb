// Taking a document back: one reversal for each of its events. Pure.
import type { EventDraft } from '@streamstock/event-log';
import { reverseEntry, type CommandContext } from '@streamstock/inventory';

export function reversalsOf(events: readonly string[], context: CommandContext): EventDraft[] {
  return events.flatMap((id) => {
    const decision = reverseEntry({ target: { id } }, context);
    return decision.ok ? decision.drafts : [];
  });
}
