// What waits to be sent, as rows: read from the copy that the engine exports, newest first. Pure.
import { isKnownType, type OutboxEntry, type OutboxWhat } from './outbox-words.ts';
import { msFromHybridTime, parseEventLine } from '@streamstock/event-log';

/** Rows shown; a longer outbox is told by its number. */
export const OUTBOX_ROWS_MAX = 500;

/** `copy`: a JSON header line, then raw event lines. A line that can not be read is shown as such: it is there too. */
export function outboxEntries(copy: string): OutboxEntry[] {
  const [, ...lines] = copy.split('\n');
  return lines
    .filter((line) => line !== '')
    .toReversed()
    .slice(0, OUTBOX_ROWS_MAX)
    .map((line, index) => {
      const parsed = parseEventLine(line);
      if (!parsed.ok) return { id: `unreadable-${index}`, what: 'unreadable' as const, lines: 0, atMs: 0 };
      const { id, type, payload, recordedAt } = parsed.event;
      const what: OutboxWhat = isKnownType(type) ? type : 'other';
      const count = Array.isArray(payload['lines']) ? payload['lines'].length : 0;
      return { id, what, lines: count, atMs: msFromHybridTime(recordedAt) };
    });
}
