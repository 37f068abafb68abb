// What awaits a person on this device, as rows of a list. Pure.
import type { AttentionEntry } from '@streamstock/device-engine';
import { msFromHybridTime, parseEventLine } from '@streamstock/event-log';
import { isKnownType, type OutboxWhat } from './outbox-words.ts';

export interface ShownAttention {
  readonly key: string;
  /**
   * set-aside: head office decides · damaged, bytes-differ, unreadable: this device alone knows of it · unfoldable: it is
   * sent, and an update of the app counts it here.
   */
  readonly kind: AttentionEntry['row']['kind'];
  readonly what: OutboxWhat;
  /** null: its bytes do not say. */
  readonly atMs: number | null;
  /** The bytes as they are kept, to be copied for whoever looks into it; null where head office has them. */
  readonly bytes: string | null;
}

export function shownAttention(entries: readonly AttentionEntry[]): ShownAttention[] {
  return entries.map(({ key, row, line }) => {
    const text = row.kind === 'damaged' ? row.bytes : row.kind === 'unreadable' ? row.delivered : (line ?? '');
    const parsed = parseEventLine(text);
    return {
      key,
      kind: row.kind,
      what: parsed.ok ? (isKnownType(parsed.event.type) ? parsed.event.type : 'other') : 'unreadable',
      atMs: parsed.ok ? msFromHybridTime(parsed.event.recordedAt) : null,
      bytes: row.kind === 'set-aside' ? null : text,
    };
  });
}
