// Holes: a device declares a stretch of its log whose bytes it has no more, so that what follows can be accepted. Pure: judges
// a declaration against what the centre holds of that device.
import type { ChainHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import type { DeviceId } from './id.ts';
import { REVOKED_EVENTS_MAX } from './limits.ts';
import type { Hole } from './place.ts';
import type { PushOutcome } from './push-outcome.ts';
import type { Arrival } from './retiming.ts';

export interface HoleDeclaration {
  readonly kind: 'hole';
  readonly device: DeviceId;
  readonly hole: Hole;
  /** The device's chain hash in front of the hole; null or absent: it has not even that any more. */
  readonly hashBefore?: ChainHash | null;
  readonly arrival: Arrival;
}

/** `hole`: what of it is new, to be written; null: nothing. */
export interface HolePlan {
  readonly outcome: PushOutcome;
  readonly hole: Hole | null;
}

/**
 * Judges a declaration; a repeat is accepted and writes nothing. `heldBefore`, `heldAfter`: the chain hashes the centre holds in
 * front of the hole and at its end; undefined: none. What a hole hides can not be checked: only what it begins behind, and its
 * end where that is held already.
 */
export function planHole(
  { hole, hashBefore = null }: HoleDeclaration,
  record: DeviceRecord | null,
  heldBefore: string | undefined,
  heldAfter: string | undefined,
): HolePlan {
  const none = (outcome: PushOutcome): HolePlan => ({ outcome, hole: null });
  if (record === null) return none({ kind: 'refused', reason: 'unknown-device' });
  const mark = record.accepted;
  if (hole.fromSeq > mark.seq + 1 || hole.toSeq < hole.fromSeq) return none({ kind: 'gap', mark });
  const begins = heldBefore === undefined || hashBefore === null || heldBefore === hashBefore;
  if (!begins) return none({ kind: 'forked', mark });
  if (hole.toSeq <= mark.seq) {
    const differs = heldAfter !== undefined && heldAfter !== hole.hashAfter;
    return none(differs ? { kind: 'forked', mark } : { kind: 'accepted', mark, appended: 0, known: 0 });
  }
  if (record.revokedAtMs !== null && hole.toSeq > (record.revokedAtSeq ?? 0) + REVOKED_EVENTS_MAX)
    return none({ kind: 'refused', reason: 'revoked' });
  const accepted = { seq: hole.toSeq, hash: hole.hashAfter };
  return {
    outcome: { kind: 'accepted', mark: accepted, appended: 0, known: 0 },
    hole: { ...hole, fromSeq: mark.seq + 1 },
  };
}

/** What stays of a hole when nobody asks whose it is. */
export function holeOf({ fromSeq, toSeq, hashAfter, reason }: Hole): Hole {
  return { fromSeq, toSeq, hashAfter, reason };
}
