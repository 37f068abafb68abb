// What the indicator shows at this moment, given what it showed a moment ago: icons change at once, words change late.
// Pure: memory in, memory out, the clock is an argument.
//
// 1. The claim "All sent" is dropped in the very step in which something is saved; a bare number takes its place.
// 2. Words, once shown, stay `wordsShownMinMs`, unless they are that claim. The icon does not wait for them …
// 3. … except towards "All sent": ✓✓ never stands beside words that say otherwise, so the claim waits as a whole.
// 4. A count on screen changes at most once per `countChangeMinMs`.
import { connectionChip, queueChip } from './chips.ts';
import type { ConnectionChip, ConnectionState, QueueChip } from './chips.ts';
import { syncStatusSettings } from './status.ts';
import type { SyncStatusOf, SyncStatusSettings } from './status.ts';

export interface SyncStatusView {
  readonly connection: ConnectionChip;
  /** Decides icon and colour. */
  readonly queue: QueueChip;
  /** Decides the words, which may still be those of a moment ago. */
  readonly queueWords: QueueChip;
  /** Something now needs a person's eye; its beginning and its end are announced. */
  readonly worried: boolean;
  readonly memory: SyncStatusMemory;
}

export interface SyncStatusMemory {
  readonly connection: ConnectionState;
  readonly onceOnline: boolean;
  readonly withoutSocketSinceMs: number | null;
  readonly emptySinceMs: number | null;
  readonly wordsSinceMs: number;
  readonly countSinceMs: number;
  readonly queue: QueueChip | null;
  readonly queueWords: QueueChip | null;
}

export const noMemory: SyncStatusMemory = {
  connection: 'quiet',
  onceOnline: false,
  withoutSocketSinceMs: null,
  emptySinceMs: null,
  wordsSinceMs: Number.NEGATIVE_INFINITY,
  countSinceMs: Number.NEGATIVE_INFINITY,
  queue: null,
  queueWords: null,
};

const wordless = new Set<QueueChip['state']>(['settling', 'justSaved']);

/** Whether the words on screen must still be seen before others may replace them. */
function mustStay(memory: SyncStatusMemory, next: QueueChip, nowMs: number, settings: SyncStatusSettings): boolean {
  const shown = memory.queueWords;
  if (shown === null || shown.state === next.state) return false;
  if (shown.state === 'allSent' || wordless.has(shown.state)) return false;
  return nowMs - memory.wordsSinceMs < settings.wordsShownMinMs;
}

function withThrottledCount(
  memory: SyncStatusMemory,
  next: QueueChip,
  nowMs: number,
  settings: SyncStatusSettings,
): { words: QueueChip; countSinceMs: number } {
  const shown = memory.queueWords;
  const sameWords = shown?.state === next.state;
  if (!sameWords || shown.unsentCount === next.unsentCount) {
    return { words: next, countSinceMs: sameWords ? memory.countSinceMs : nowMs };
  }
  if (nowMs - memory.countSinceMs >= settings.countChangeMinMs) return { words: next, countSinceMs: nowMs };
  return { words: { ...next, unsentCount: shown.unsentCount }, countSinceMs: memory.countSinceMs };
}

function connectionNow(memory: SyncStatusMemory, status: SyncStatusOf, nowMs: number, settings: SyncStatusSettings) {
  const hasSocket = status.connection !== 'offline' && status.connection !== 'connecting';
  const withoutSocketSinceMs = hasSocket ? null : (memory.withoutSocketSinceMs ?? status.connectionSinceMs);
  const { connection: shown, onceOnline } = memory;
  const chip = connectionChip({ status, nowMs, shown, withoutSocketSinceMs, onceOnline }, settings);
  return { chip, withoutSocketSinceMs };
}

/** One step: the view at `nowMs` (Unix milliseconds), after what was shown before (`noMemory` at first). */
export function advanceSyncStatus(
  memory: SyncStatusMemory,
  status: SyncStatusOf,
  nowMs: number,
  settings: SyncStatusSettings = syncStatusSettings,
): SyncStatusView {
  const { chip: connection, withoutSocketSinceMs } = connectionNow(memory, status, nowMs, settings);
  const emptySinceMs = status.unsentCount > 0 ? null : (memory.emptySinceMs ?? nowMs);
  const judged = queueChip({ status, nowMs, connection: connection.state, emptySinceMs }, settings);

  const stay = mustStay(memory, judged, nowMs, settings);
  const claimWaits = stay && (judged.state === 'allSent' || judged.state === 'settling');
  const queue = claimWaits && memory.queue ? memory.queue : judged;
  const { words, countSinceMs } = withThrottledCount(memory, judged, nowMs, settings);
  const queueWords = stay && memory.queueWords ? memory.queueWords : words;

  return {
    connection,
    queue,
    queueWords,
    worried: connection.tone === 'warn' || queue.tone === 'warn' || queue.tone === 'crit',
    memory: {
      connection: connection.state,
      onceOnline: memory.onceOnline || connection.state === 'online',
      withoutSocketSinceMs,
      emptySinceMs,
      wordsSinceMs: memory.queueWords?.state === queueWords.state ? memory.wordsSinceMs : nowMs,
      countSinceMs: stay ? memory.countSinceMs : countSinceMs,
      queue,
      queueWords,
    },
  };
}
