// Rulings: events that only the centre writes about another event. Recorded, never recomputed; they may arrive before
// their target. Owns their schemas and what a set of them means. Judging (when to rule) is the apps' business.
import * as z from 'zod/mini';
import type { Event } from './event.ts';
import { compareStamped, HYBRID_TIME_MAX, type HybridTime } from './hybrid-time.ts';
import { EventId } from './id.ts';
import { REASON_CHARACTERS_MAX } from './limits.ts';

const Reason = z.string().check(z.maxLength(REASON_CHARACTERS_MAX));

export const RulingPayloads = {
  /** Kept but not folded: not trusted, awaits a person. `reason` is a code, `detail` words for people. */
  EventSetAside: z.object({ target: EventId, reason: Reason, detail: Reason }),
  /** A person lets a set-aside event count after all. */
  EventAdmitted: z.object({ target: EventId, reason: Reason }),
  /** A person declares that an event never counts. */
  EventVoided: z.object({ target: EventId, reason: Reason }),
  /** The maker's clock was wrong: the event happened at `effectiveAt`, give or take `uncertaintyMs`. */
  EventRetimed: z.object({
    target: EventId,
    effectiveAt: z.int().check(z.minimum(0), z.maximum(HYBRID_TIME_MAX)),
    uncertaintyMs: z.int().check(z.minimum(0)),
  }),
} as const;

export type RulingType = keyof typeof RulingPayloads;
export type RulingPayload<T extends RulingType> = z.infer<(typeof RulingPayloads)[T]>;

/** A ruling the centre is about to write; the log stamps and seals it in the transaction of its target. */
export type RulingDraft = {
  readonly [T in RulingType]: { readonly type: T; readonly payload: RulingPayload<T> };
}[RulingType];

export function isRulingType(type: string): type is RulingType {
  return Object.hasOwn(RulingPayloads, type);
}

export function isRuling(event: Event): boolean {
  return isRulingType(event.type);
}

/**
 * All rulings about one event: sets of ids, not flags, so that order and repetition do not matter. Of several
 * re-timings the least (recordedAt, id) counts.
 */
export interface Judgement {
  readonly setAside: readonly EventId[];
  readonly admitted: readonly EventId[];
  readonly voided: readonly EventId[];
  readonly retimed: {
    readonly time: HybridTime;
    readonly id: EventId;
    readonly effectiveAt: HybridTime;
    readonly uncertaintyMs: number;
  } | null;
}

export const NO_JUDGEMENT: Judgement = { setAside: [], admitted: [], voided: [], retimed: null };

function withId(ids: readonly EventId[], id: EventId): readonly EventId[] {
  return ids.includes(id) ? ids : [...ids, id].sort();
}

/** The id of the event that a ruling is about, or undefined when its payload is not understood. */
export function rulingTarget(ruling: Pick<Event, 'payload'>): EventId | undefined {
  const target = EventId.safeParse(ruling.payload['target']);
  return target.success ? target.data : undefined;
}

/** Adds one ruling to what is known about its target. Idempotent, commutative. */
export function addRuling(judgement: Judgement, ruling: Event): Judgement {
  switch (ruling.type) {
    case 'EventSetAside':
      return { ...judgement, setAside: withId(judgement.setAside, ruling.id) };
    case 'EventAdmitted':
      return { ...judgement, admitted: withId(judgement.admitted, ruling.id) };
    case 'EventVoided':
      return { ...judgement, voided: withId(judgement.voided, ruling.id) };
    case 'EventRetimed': {
      const payload = RulingPayloads.EventRetimed.safeParse(ruling.payload);
      if (!payload.success) return judgement;
      const { effectiveAt, uncertaintyMs } = payload.data;
      const retimed = { time: ruling.recordedAt, id: ruling.id, effectiveAt, uncertaintyMs };
      const earlier = judgement.retimed === null || compareStamped(retimed, judgement.retimed) < 0;
      return earlier ? { ...judgement, retimed } : judgement;
    }
    default:
      return judgement;
  }
}

/** How an event counts in every fold: not at all (null), or at its effective time with its uncertainty. */
export interface Contribution {
  readonly effectiveAt: HybridTime;
  /** null = unbounded. */
  readonly uncertaintyMs: number | null;
}

export function contributionOf(event: Event, judgement: Judgement): Contribution | null {
  if (judgement.voided.length > 0) return null;
  if (judgement.setAside.length > 0 && judgement.admitted.length === 0) return null;
  if (judgement.retimed !== null) {
    return { effectiveAt: judgement.retimed.effectiveAt, uncertaintyMs: judgement.retimed.uncertaintyMs };
  }
  return { effectiveAt: event.occurredAt, uncertaintyMs: event.clockUncertaintyMs };
}
