// What the header's two signs are told, from what the engine reports. Pure.
import type { DeviceStatus } from '@streamstock/device-engine';
import type { SyncStatusOf } from '@streamstock/ui';

/** Above this share of the quota, unsent work is in danger. */
export const STORAGE_NEARLY_FULL_SHARE = 0.9;

export function storageNearlyFull(storage: DeviceStatus['storage']): boolean {
  return (
    storage !== null && storage.quotaBytes > 0 && storage.usedBytes / storage.quotaBytes > STORAGE_NEARLY_FULL_SHARE
  );
}

/**
 * `unsentBefore`: the number of unsent events as last reported differently; null while it never changed.
 * `openedAtMs`: nothing was offline before this page was there.
 */
export function syncStatusOf(
  status: DeviceStatus,
  unsentBefore: number | null,
  nowMs: number,
  openedAtMs: number,
): SyncStatusOf {
  const needs = needsOf(status);
  return {
    connection: status.connection,
    connectionSinceMs: Math.max(status.connectionSinceMs, openedAtMs),
    ...(needs === undefined ? {} : { needs }),
    unsentCount: status.unsentCount,
    oldestUnsentAgeMs: status.oldestUnsentAtMs === null ? null : Math.max(0, nowMs - status.oldestUnsentAtMs),
    needsAttentionCount: status.needsAttentionCount,
    storageNearlyFull: storageNearlyFull(status.storage),
    falling: status.sending && unsentBefore !== null && status.unsentCount < unsentBefore,
  };
}

function needsOf({ restriction, needs }: DeviceStatus): SyncStatusOf['needs'] {
  if (restriction?.kind === 'revoked' || needs?.kind === 'revoked') return 'revoked';
  if (needs === null) return undefined;
  if (needs.recovery === 'update') return 'update';
  return needs.kind === 'unauthorised' ? 'pair' : 'signIn';
}
