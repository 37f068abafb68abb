// An event of the log as the HTTP contract shows it.
import type { LogEntry } from '@streamstock/api';
import type { StoredLine } from '@streamstock/event-log';

export function logEntry({ position, place, resuppliedBy, hash, arrivedAtMs, line }: StoredLine): LogEntry {
  return { position, place, resuppliedBy: resuppliedBy ?? null, hash, arrivedAtMs, line };
}
