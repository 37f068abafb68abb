// Which sign each of the two chips shows. Pure tables: connection and queue are judged apart, because a shop can be online
// and not sending, or offline and perfectly safe. Timing of words on screen is view.ts.
//
//   connection    quiet → connecting (first start only) → online ⇄ offline;  waiting and needsYou at once
//   queue         allSent → justSaved → unsent → waitingLong (offline) / notSending (online) → tooOld
//                 catchingUp while many go down;  needsAttention until a person has looked
//
// 1. A claim ("online", "all sent") is made late and dropped at once; a worry is raised late.
// 2. Offline is never a warning. What warns is unsent work that is old.
// 3. Attempts to reconnect do not restart the wait for "offline".
import { syncStatusSettings } from './status.ts';
import type { SyncStatusOf, SyncStatusSettings } from './status.ts';

/** `quiet`: nothing is known yet, and nothing is claimed. */
export type ConnectionState = 'quiet' | 'online' | 'connecting' | 'offline' | 'waiting' | 'needsYou';

export type QueueState =
  | 'settling'
  | 'allSent'
  | 'justSaved'
  | 'unsent'
  | 'catchingUp'
  | 'notSending'
  | 'waitingLong'
  | 'tooOld'
  | 'needsAttention';

/** Only `warn` and `crit` are worries; they are announced when they begin and end. */
export type Tone = 'faint' | 'quiet' | 'warn' | 'crit';

export interface ConnectionInput {
  readonly status: Pick<SyncStatusOf, 'connection' | 'connectionSinceMs'>;
  readonly nowMs: number;
  /** What the chip shows now. */
  readonly shown: ConnectionState;
  /** Since when there has been no socket, attempts included; null while there is one. */
  readonly withoutSocketSinceMs: number | null;
  /** Whether the chip has said "online" since the app started. */
  readonly onceOnline: boolean;
}

export interface ConnectionChip {
  readonly state: ConnectionState;
  readonly tone: Tone;
}

const connectionTones: Record<ConnectionState, Tone> = {
  quiet: 'faint',
  online: 'faint',
  connecting: 'quiet',
  offline: 'quiet',
  waiting: 'quiet',
  needsYou: 'warn',
};

function connectionState(input: ConnectionInput, settings: SyncStatusSettings): ConnectionState {
  const { status, nowMs, shown } = input;
  if (status.connection === 'needsYou' || status.connection === 'waiting') return status.connection;
  if (status.connection === 'online') {
    return nowMs - status.connectionSinceMs >= settings.onlineStableAfterMs ? 'online' : shown;
  }
  if (shown === 'offline') return 'offline';
  const withoutSocketMs = nowMs - (input.withoutSocketSinceMs ?? status.connectionSinceMs);
  if (withoutSocketMs < settings.offlineShowAfterMs) return shown;
  return status.connection === 'connecting' && !input.onceOnline ? 'connecting' : 'offline';
}

/** The sign of the connection chip. Pure. */
export function connectionChip(
  input: ConnectionInput,
  settings: SyncStatusSettings = syncStatusSettings,
): ConnectionChip {
  const state = connectionState(input, settings);
  return { state, tone: connectionTones[state] };
}

export interface QueueInput {
  readonly status: SyncStatusOf;
  readonly nowMs: number;
  /** What the connection chip shows, so that both chips tell one story. */
  readonly connection: ConnectionState;
  /** Since when nothing has been unsent; null while something is. */
  readonly emptySinceMs: number | null;
}

export interface QueueChip {
  readonly state: QueueState;
  readonly tone: Tone;
  readonly unsentCount: number;
  readonly needsAttentionCount: number;
  /** Of the oldest unsent event; null when nothing is unsent. */
  readonly oldestUnsentAgeMs: number | null;
}

const queueTones: Record<QueueState, Tone> = {
  settling: 'quiet',
  allSent: 'quiet',
  justSaved: 'quiet',
  unsent: 'quiet',
  catchingUp: 'quiet',
  notSending: 'warn',
  waitingLong: 'warn',
  tooOld: 'crit',
  needsAttention: 'crit',
};

const hourMs = 3_600_000;

function unsentState(input: QueueInput, settings: SyncStatusSettings): QueueState {
  const { status, nowMs } = input;
  const ageMs = status.oldestUnsentAgeMs ?? 0;
  const online = input.connection === 'online' && status.connection === 'online';
  const catchingUp = online && status.falling && status.unsentCount > settings.catchingUpAboveCount;

  // Old work that is going out now is no worry any more: it is being sent.
  if (!catchingUp && (ageMs >= settings.tooOldAfterH * hourMs || status.storageNearlyFull)) return 'tooOld';
  if (status.needsAttentionCount > 0) return 'needsAttention';
  if (catchingUp) return 'catchingUp';
  // A day's queue that has had ten seconds of connection is not stuck; only time spent connected counts.
  const stuckMs = Math.min(ageMs, nowMs - status.connectionSinceMs);
  if (online && stuckMs > settings.notSendingAfterMs) return 'notSending';
  const offline = input.connection !== 'online' && input.connection !== 'quiet';
  if (offline && ageMs >= settings.waitingLongAfterH * hourMs) return 'waitingLong';
  return offline || ageMs >= settings.unsentShowAfterMs ? 'unsent' : 'justSaved';
}

function queueState(input: QueueInput, settings: SyncStatusSettings): QueueState {
  const { status, nowMs, emptySinceMs } = input;
  if (status.unsentCount > 0) return unsentState(input, settings);
  if (status.needsAttentionCount > 0) return 'needsAttention';
  return emptySinceMs !== null && nowMs - emptySinceMs >= settings.allSentAfterMs ? 'allSent' : 'settling';
}

/** The sign of the queue chip. Pure. */
export function queueChip(input: QueueInput, settings: SyncStatusSettings = syncStatusSettings): QueueChip {
  const state = queueState(input, settings);
  const { unsentCount, needsAttentionCount, oldestUnsentAgeMs } = input.status;
  return { state, tone: queueTones[state], unsentCount, needsAttentionCount, oldestUnsentAgeMs };
}
