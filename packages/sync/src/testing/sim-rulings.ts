// What a person at head office rules about an event, written down at the simulated centre. Owns nothing.
import { newEventId, type CentralLog, type EventId } from '@streamstock/event-log';
import type { Random } from './random.ts';
import { DiskFull, MachineGone } from './sim-disk.ts';

export type PersonsRuling = 'EventAdmitted' | 'EventVoided';

/** Its id. null: there is no such event, or nothing could be written. */
export async function writeRuling(
  log: CentralLog,
  target: EventId,
  type: PersonsRuling,
  { nowMs, random }: { readonly nowMs: number; readonly random: Random },
): Promise<EventId | null> {
  const [held] = await log.find([target]);
  if (held === undefined) return null;
  const { writer } = await log.head();
  const id = newEventId(nowMs, (length) => random.bytes(length));
  const payload = { target, reason: 'A person looked at it.' };
  const draft = { id, type, schemaVersion: 1, store: null, audience: [], actor: 'head-office', payload };
  try {
    await log.appendOwn(writer, [draft], nowMs);
  } catch (error) {
    if (!(error instanceof MachineGone || error instanceof DiskFull)) throw error;
    return null;
  }
  return id;
}
