// What this store can still promise of an item, live: after every commit, and when goods that were held until now are free.
import { hybridTimeFromMs, msFromHybridTime, type HybridTime } from '@streamstock/event-log';
import { activeAt, holdsOf, readStockLine, type Hold } from '@streamstock/inventory';
import { useEffect, useState } from 'react';
import { useDevice, useLive, useStoreId } from './use-device.tsx';

/** The longest a timer is set for: clocks are stepped. */
const LOOK_AGAIN_MS_MAX = 60_000;

/** In the item's smallest unit. null: nothing is known of this line, which is not the same as zero; undefined: being read. */
export function useAvailable(item: string): number | null | undefined {
  const store = useStoreId();
  const { clock } = useDevice();
  const [now, setNow] = useState(() => hybridTimeFromMs(clock()));
  const { value } = useLive(`available ${store} ${item}`, async ({ engine }) => ({
    sellable: (await readStockLine(engine.tables, store, item))?.sellable ?? null,
    holds: await holdsOf(engine.tables, { store, item }),
  }));
  const next = value === undefined ? null : nextExpiry(value.holds, now);
  useEffect(() => {
    if (next === null) return undefined;
    // An expiry within a millisecond is seen in the next one.
    const delayMs = Math.min(LOOK_AGAIN_MS_MAX, Math.max(1, msFromHybridTime(next) + 1 - clock()));
    const timer = setTimeout(() => setNow(hybridTimeFromMs(clock())), delayMs);
    return () => clearTimeout(timer);
  }, [next, now, clock]);
  if (value === undefined) return undefined;
  const reserved = value.holds.reduce((sum, hold) => sum + activeAt(hold, now), 0);
  return value.sellable === null && reserved === 0 ? null : (value.sellable ?? 0) - reserved;
}

function nextExpiry(holds: readonly Hold[], now: HybridTime): HybridTime | null {
  const ahead = holds.flatMap(({ expiresAt }) => (expiresAt === null || expiresAt <= now ? [] : [expiresAt]));
  return ahead.length === 0 ? null : Math.min(...ahead);
}
