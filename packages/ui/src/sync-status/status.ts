// What the sync indicator is told, and the thresholds by which it speaks. No logic.

/** Where the device stands with head office, as its engine reports it. The socket decides, never `navigator.onLine`. */
export interface SyncStatusOf {
  /** `waiting`: the server asked to retry later. `needsYou`: refused, and only a person can help. */
  readonly connection: 'online' | 'connecting' | 'offline' | 'waiting' | 'needsYou';
  /** When `connection` last changed, Unix milliseconds. */
  readonly connectionSinceMs: number;
  /** Why a person is needed; with `needsYou` only. */
  readonly needs?: 'signIn' | 'pair' | 'update' | 'revoked';
  /** Events committed on this device and not yet accepted by the centre. */
  readonly unsentCount: number;
  /** Age of the oldest of them; null when there are none. */
  readonly oldestUnsentAgeMs: number | null;
  /** Events that were set aside or refused and wait for a person. */
  readonly needsAttentionCount: number;
  readonly storageNearlyFull: boolean;
  /** The number of unsent events is going down. */
  readonly falling: boolean;
}

export interface SyncStatusSettings {
  readonly onlineStableAfterMs: number;
  readonly offlineShowAfterMs: number;
  readonly allSentAfterMs: number;
  readonly unsentShowAfterMs: number;
  readonly notSendingAfterMs: number;
  readonly waitingLongAfterH: number;
  readonly tooOldAfterH: number;
  /** More unsent than this, and falling, is shown as sending. */
  readonly catchingUpAboveCount: number;
  readonly wordsShownMinMs: number;
  /** A count on screen changes at most this often. */
  readonly countChangeMinMs: number;
}

export const syncStatusSettings: SyncStatusSettings = {
  onlineStableAfterMs: 1000,
  offlineShowAfterMs: 4000,
  allSentAfterMs: 600,
  unsentShowAfterMs: 3000,
  notSendingAfterMs: 60_000,
  waitingLongAfterH: 4,
  tooOldAfterH: 24,
  catchingUpAboveCount: 20,
  wordsShownMinMs: 2000,
  countChangeMinMs: 500,
};
