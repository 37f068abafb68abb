// A context for commands in tests: ids that follow from a counter, so that the same commands give the same drafts.
import { Event, hybridTimeFromMs, type EventDraft } from '@streamstock/event-log';
import type { CommandContext, Decision, Refusal } from '../decider.ts';
import { testId } from './make-event.ts';

export function commandContext(fields: Partial<CommandContext> = {}): CommandContext {
  let ids = 0;
  return {
    store: 'lisboa',
    actor: 'ana',
    newId: () => {
      ids += 1;
      return testId(`draft-${ids}`);
    },
    device: 'phone-1',
    ...fields,
  };
}

/** The drafts of a decision. Throws its refusal. */
export function draftsOf(decision: Decision): readonly EventDraft[] {
  if (!decision.ok) throw new Error(`${decision.refusal.code}: ${decision.refusal.message}`);
  return decision.drafts;
}

/** The refusal of a decision, or undefined. */
export function refusalOf(decision: Decision): Refusal | undefined {
  return decision.ok ? undefined : decision.refusal;
}

/** The event that a log makes of a draft, read back from its own JSON; undefined where it is no event. */
export function eventOfDraft(draft: EventDraft): Event | undefined {
  const recordedAt = hybridTimeFromMs(Date.UTC(2026, 10, 2));
  const stamped = { occurredAt: recordedAt, ...draft, recordedAt, deviceTimeMs: 0, clockUncertaintyMs: null };
  const parsed = Event.safeParse(JSON.parse(JSON.stringify(stamped)));
  return parsed.success ? parsed.data : undefined;
}
