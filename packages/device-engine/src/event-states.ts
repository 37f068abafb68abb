// What the record-state words of the screens stand on: which of these events are saved, sent, or await a person.
import { NEEDS_ATTENTION_TABLE, type DeviceLog, type EventId } from '@streamstock/event-log';
import type { EventState } from './device-engine.ts';

export async function readEventStates(log: DeviceLog, ids: readonly EventId[]): Promise<EventState[]> {
  const [state, found, awaiting] = await Promise.all([
    log.state(),
    log.find(ids),
    log.tables.getMany(NEEDS_ATTENTION_TABLE, ids),
  ]);
  const kept = new Map(found.map((event) => [event.id, event]));
  return ids.map((id, index): EventState => {
    const event = kept.get(id);
    if (event === undefined) return 'unknown';
    if (awaiting[index] !== undefined) return 'attention';
    if (event.position !== null) return 'sent';
    const { place } = event;
    if (place === null || state === null) return 'saved';
    // Under an earlier id of this installation: what was not rechained lies before the fork, and the centre holds it.
    if (place.device !== state.identity.device) return 'sent';
    return place.seq <= (state.accepted?.seq ?? 0) ? 'sent' : 'saved';
  });
}
