// Taking delivered lines into a device's records: what is new, what is known, what can not be read. Pure over the
// transaction; the caller checks and moves the cursor and folds what is new.
import type { DeliveredLine } from './device-log.ts';
import { DeviceRecords } from './device-records.ts';
import type { DeviceTransaction, KeptEvent } from './device-storage.ts';
import { parseEventLine, type ParsedLine } from './event.ts';
import type { DeviceId, EventId } from './id.ts';
import { noteDelivered, type NeedsAttentionRow } from './needs-attention.ts';
import type { LoggedEvent } from './projection.ts';

/** A delivered line, parsed before the transaction opens. */
export interface ReadLine {
  readonly delivered: DeliveredLine;
  readonly parsed: ParsedLine;
}

export function readDelivered(delivered: DeliveredLine): ReadLine {
  return { delivered, parsed: parseEventLine(delivered.line) };
}

/**
 * Keeps the lines and returns the events that this log did not know. A known one only gets its position; its bytes stay
 * (they are in this device's chain), and where the delivered ones differ a person hears of it.
 */
export async function deliver(
  transaction: DeviceTransaction,
  device: DeviceId,
  lines: readonly ReadLine[],
): Promise<LoggedEvent[]> {
  const records = new DeviceRecords(transaction);
  const ids = lines.flatMap(({ parsed }) => (parsed.ok ? [parsed.event.id] : []));
  const known = new Map<EventId, KeptEvent>();
  for (const kept of await records.events(ids)) if (kept !== undefined) known.set(kept.id, kept);

  const fresh: LoggedEvent[] = [];
  const kept = new Map<EventId, KeptEvent>();
  const attention: Exclude<NeedsAttentionRow, { kind: 'set-aside' }>[] = [];
  for (const { delivered, parsed } of lines) {
    const { position, place, line } = delivered;
    if (!parsed.ok) {
      attention.push({ kind: 'unreadable', position, delivered: line, problem: parsed.problem.kind });
      continue;
    }
    const { event } = parsed;
    const before = kept.get(event.id) ?? known.get(event.id);
    if (before === undefined) {
      fresh.push({ event, position });
      kept.set(event.id, { id: event.id, line, position, place, own: place?.device === device });
      continue;
    }
    if (before.line !== line) attention.push({ kind: 'bytes-differ', event: event.id, delivered: line });
    if (before.position === null) kept.set(event.id, { ...before, position, place: before.place ?? place });
  }
  await records.putEvents([...kept.values()]);
  await noteDelivered(transaction.rows, attention);
  return fresh;
}
