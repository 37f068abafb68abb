// What of the own log is unsent, for whoever shows it. Runs inside the caller's transaction.
import type { DeviceRecords } from './device-records.ts';
import type { DeviceMeta } from './device-storage.ts';
import { msFromHybridTime } from './hybrid-time.ts';
import { readSound } from './kept-event.ts';

/** Unsent events looked at for the oldest time; damaged ones have none. */
const OLDEST_LOOKED_AT_MAX = 16;

/** When the oldest unsent event that can be read was recorded; null: there is none. */
export async function oldestUnsentMs(meta: DeviceMeta, records: DeviceRecords): Promise<number | null> {
  const acceptedSeq = meta.accepted?.seq ?? 0;
  if (meta.head.seq <= acceptedSeq) return null;
  for (const entriesMax of [1, OLDEST_LOOKED_AT_MAX]) {
    const entries = await records.ownAfter(acceptedSeq, entriesMax);
    for (const kept of await records.events(entries.map(({ id }) => id))) {
      const event = kept === undefined ? undefined : readSound(kept);
      if (event !== undefined) return msFromHybridTime(event.recordedAt);
    }
  }
  return null;
}
