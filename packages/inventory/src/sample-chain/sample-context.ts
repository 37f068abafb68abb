// What the parts of the made-up chain share: the seed, who acts, and the unwrapping of decisions. The chain is made by the
// same deciders as everybody's, so a refusal here is a bug of the generator.
import { newEventId, type EventDraft } from '@streamstock/event-log';
import type { CommandContext, Decision } from '../decider.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface SampleContext {
  readonly seed: number;
  /** Commands about the whole chain. */
  readonly headOffice: CommandContext;
  /** Commands in one store, at a moment that the ids carry. */
  readonly inStore: (store: string, actor: string, atMs: number) => CommandContext;
}

export function sampleContext(seed: number, startMs: number, random: SeededRandom): SampleContext {
  const newId = (atMs: number) => newEventId(atMs, (length) => random.bytes(length));
  return {
    seed,
    headOffice: { store: null, actor: 'head-office', newId: () => newId(startMs) },
    inStore: (store, actor, atMs) => ({ store, actor, newId: () => newId(atMs) }),
  };
}

export function draftsOf(decision: Decision): readonly EventDraft[] {
  if (!decision.ok) throw new Error(`The made-up chain made something that is refused: ${decision.refusal.message}`);
  return decision.drafts;
}
