// What the record-state words of the screens stand on: which of these events are saved, sent, or await a person.
import { NEEDS_ATTENTION_TABLE, type DeviceLog, type EventId } from '@streamstock/event-log';
import type { EventState } from './device-engine.ts';

export async function readEventStates(log: DeviceLog, ids: readonly EventId[]): Promise<EventState[]> {
  const [state, found, awaiting] = await Promise.all([
    log.state(),
    log.find(ids),
    log.tables.getMany(NEEDS_ATTENTION_TABLE, ids),
  ]);
  // In the middle of a new history the centre has said how much of this log it holds, and positions still speak of the one before.
  const epoch = state?.accepted?.epoch;
  const isRenewing = epoch !== undefined && state?.cursor !== null && state?.cursor.epoch !== epoch;
  const kept = new Map(found.map((event) => [event.id, event]));
  return ids.map((id, index): EventState => {
    const event = kept.get(id);
    if (event === undefined) return 'unknown';
    if (awaiting[index] !== undefined) return 'attention';
    if (event.position !== null && !isRenewing) return 'sent';
    const { place } = event;
    if (place === null || state === null) return 'saved';
    // Under an earlier id of this installation: what was not rechained lies before the fork, and the centre holds it.
    if (place.device !== state.identity.device) return isRenewing ? 'saved' : 'sent';
    return place.seq <= (state.accepted?.seq ?? 0) ? 'sent' : 'saved';
  });
}
