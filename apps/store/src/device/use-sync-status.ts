// The engine's status as the header's two signs want it; remembers the last number of unsent events to tell a falling queue.
import type { SyncStatusOf } from '@streamstock/ui';
import { useState } from 'react';
import { syncStatusOf } from './sync-status-of.ts';
import { useDevice, useStatus } from './use-device.tsx';

export function useSyncStatus(): SyncStatusOf {
  const { clock, openedAtMs } = useDevice();
  const status = useStatus();
  const [counts, setCounts] = useState<{ readonly before: number | null; readonly now: number }>({
    before: null,
    now: status.unsentCount,
  });
  if (counts.now !== status.unsentCount) setCounts({ before: counts.now, now: status.unsentCount });
  return syncStatusOf(status, counts.before, clock(), openedAtMs);
}
