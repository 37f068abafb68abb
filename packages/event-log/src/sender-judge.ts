// What the centre says of an event by who sent it, and how the apps' judge is called. Pure; knows no position and no place.
import type { DeviceRecord } from './device-record.ts';
import type { Event } from './event.ts';
import { REASON_CHARACTERS_MAX } from './limits.ts';
import type { RulingDraft } from './ruling.ts';

/**
 * Judges a new event by what the machinery does not know (schema, store, role): rulings to write behind it. If it throws,
 * the event is set aside: one that nobody can judge must not hold up its device for ever.
 */
export type Judge = (event: Event, record: DeviceRecord) => readonly RulingDraft[];

export function setAside(event: Event, reason: string, detail: string): RulingDraft {
  return { type: 'EventSetAside', payload: { target: event.id, reason, detail } };
}

export function judgeContent(judge: Judge, event: Event, record: DeviceRecord): readonly RulingDraft[] {
  try {
    return judge(event, record);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [setAside(event, 'not-judged', `It could not be judged: ${detail}`.slice(0, REASON_CHARACTERS_MAX))];
  }
}

/** What needs no knowledge of the domain: a revoked device is believed nothing, and a device writes for its own store only. */
export function judgeSender(event: Event, record: DeviceRecord): RulingDraft[] {
  const rulings: RulingDraft[] = [];
  if (record.revokedAtMs !== null)
    rulings.push(setAside(event, 'revoked-device', 'Its device was revoked before it sent this.'));
  const other = otherStore(event, record);
  if (other !== undefined) rulings.push(setAside(event, 'other-store', other));
  return rulings;
}

/** Why a device may not write this event, or undefined. */
export function otherStore(event: Event, record: DeviceRecord): string | undefined {
  if (record.kind === 'centre' || record.store === null || event.store === record.store) return undefined;
  return `The device belongs to store ${record.store}, the event to ${event.store ?? 'the whole chain'}.`;
}
