// Lets time pass in the view of the chain: goods that were held until a moment are available from it on, without an event.
// Owns one timer.
import type { LiveStockChange } from '@streamstock/api';
import { hybridTimeFromMs, msFromHybridTime } from '@streamstock/event-log';
import type { ChainView } from '../read/chain-view.ts';

/** The longest a timer is set for: clocks are stepped, and a timer takes at most 24.8 days. */
const LOOK_AGAIN_MS_MAX = 60_000;

export interface Expiries {
  /** Brings the view up to now and sets the timer to the next expiry. */
  passTime(): void;
  close(): void;
}

export interface ExpiriesOptions {
  readonly view: Pick<ChainView, 'passTime' | 'nextExpiryAt'>;
  readonly clock: () => number;
  readonly changed: (changes: readonly LiveStockChange[]) => void;
}

export function watchExpiries({ view, clock, changed }: ExpiriesOptions): Expiries {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const passTime = (): void => {
    clearTimeout(timer);
    const nowMs = clock();
    const changes = view.passTime(hybridTimeFromMs(nowMs));
    if (changes.length > 0) changed(changes);
    const next = view.nextExpiryAt;
    if (next === null || closed) return;
    // An expiry within a millisecond is seen in the next one.
    const delayMs = Math.min(LOOK_AGAIN_MS_MAX, Math.max(1, msFromHybridTime(next) + 1 - nowMs));
    timer = setTimeout(passTime, delayMs).unref();
  };
  return {
    passTime,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
