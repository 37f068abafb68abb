// Judges who wrote an event. A fact counts whoever wrote it (law 1) and is flagged; a promise or a catalogue edit without the
// role is set aside; a fact back-dated without the role counts when it was recorded. Pure: grants and times are arguments.
import type { Event, HybridTime, RulingDraft } from '@streamstock/event-log';
import { UNCERTAINTY_MS_MAX } from '../limits.ts';
import { CENTRE_TYPES, HEAD_OFFICE_TYPES, isInventoryEventType, type InventoryEventType } from '../payloads.ts';
import { isAllowed, isEmployed, type Grant } from './grants.ts';

export type AuthorityFlag =
  /** The actor held no role that may do this, then and there. */
  | 'role-missing'
  /** It was stated for another time, by somebody who may not. */
  | 'back-dated-without-role'
  /** Who stands as `approvedBy` may not approve. */
  | 'approval-without-role'
  /** The actor had left before the centre heard of it. */
  | 'actor-left';

export interface AuthorityVerdict {
  readonly rulings: readonly RulingDraft[];
  /** Shown to a person; they change no figure. */
  readonly flags: readonly AuthorityFlag[];
}

const NOTHING_TO_SAY: AuthorityVerdict = { rulings: [], flags: [] };

const PROMISE_TYPES: ReadonlySet<InventoryEventType> = new Set<InventoryEventType>([
  'ReservationRequested',
  'ReservationReleased',
  'OrderPlaced',
  'TransferRequested',
  'TransferDeclined',
  'RestockOrdered',
  'RestockCancelled',
]);

/** What is set aside when its author lacks the role: promises may be refused, facts may not. */
export function isPromiseOrEdit(type: InventoryEventType): boolean {
  return PROMISE_TYPES.has(type) || (HEAD_OFFICE_TYPES as readonly string[]).includes(type);
}

/**
 * The verdict on an event of a person or a program. `arrivedAt`: when the centre heard of it. The role is looked up at
 * `recordedAt`: when it was written, whatever time it states. Events of the centre's own processors and unknown types are not judged.
 */
export function judgeAuthority(event: Event, grants: readonly Grant[], arrivedAt: HybridTime): AuthorityVerdict {
  const { actor, store, type, recordedAt } = event;
  if (!isInventoryEventType(type) || (CENTRE_TYPES as readonly string[]).includes(type)) return NOTHING_TO_SAY;
  const attempt = { actor, store, at: recordedAt };
  if (!isAllowed(grants, { ...attempt, action: type })) {
    if (!isPromiseOrEdit(type)) return withTime(event, grants, ['role-missing']);
    const detail = `${actor} held no role that may write ${type} ${store === null ? 'for the whole chain' : 'in this store'} at that time.`;
    return {
      rulings: [{ type: 'EventSetAside', payload: { target: event.id, reason: 'role-missing', detail } }],
      flags: ['role-missing'],
    };
  }
  const left = !isEmployed(grants, actor, store, arrivedAt);
  return withTime(event, grants, left ? ['actor-left'] : []);
}

function withTime(event: Event, grants: readonly Grant[], flags: readonly AuthorityFlag[]): AuthorityVerdict {
  const { actor, store, recordedAt, occurredAt } = event;
  const all = [...flags];
  const { approvedBy } = event.payload;
  if (
    typeof approvedBy === 'string' &&
    !isAllowed(grants, { actor: approvedBy, action: 'approve', store, at: recordedAt })
  ) {
    all.push('approval-without-role');
  }
  const backDates = occurredAt !== recordedAt;
  if (!backDates || isAllowed(grants, { actor, action: 'back-date', store, at: recordedAt })) {
    return { rulings: [], flags: all };
  }
  const uncertaintyMs = event.clockUncertaintyMs ?? UNCERTAINTY_MS_MAX;
  const ruling: RulingDraft = {
    type: 'EventRetimed',
    payload: { target: event.id, effectiveAt: recordedAt, uncertaintyMs },
  };
  return { rulings: [ruling], flags: [...all, 'back-dated-without-role'] };
}
