// Keeps provisional lines short-lived: whenever news came for a time that this device holds as one figure, the line's journal is
// fetched, one at a time, while the device is online. Owns when to look; what is fetched is line-history.ts.
import type { DeviceEngine, DeviceStatus } from '@streamstock/device-engine';
import { filter, merge, throttleTime } from 'rxjs';

/** none: the server has no such journal for this device · later: not just now, it is asked again by itself. */
export type HistoryOutcome = 'fetched' | 'later' | 'unreachable' | 'none';

/** Lines that one look brings back; the next look takes the next ones. */
export const HISTORY_FETCHES_MAX = 20;
/** Looks are at least this far apart. */
const LOOK_REST_MS = 5_000;

export interface LineHistories {
  readonly engine: Pick<DeviceEngine, 'changes$' | 'status$' | 'tables'>;
  readonly store: () => string | null;
  readonly itemsWithNews: (store: string) => Promise<readonly string[]>;
  readonly fetch: (store: string, item: string) => Promise<HistoryOutcome>;
}

function isReady({ connection, restriction, renewal, catchUp }: DeviceStatus): boolean {
  return connection === 'online' && restriction === null && renewal === null && catchUp === null;
}

/** Begins to look; returns the way to stop. Nothing here can fail a screen. */
export function followHistories({ engine, store, itemsWithNews, fetch }: LineHistories): () => void {
  let looking = false;
  let ready = false;
  const look = async (): Promise<void> => {
    const name = store();
    if (looking || name === null) return;
    looking = true;
    try {
      for (const item of await itemsWithNews(name)) {
        const outcome = await fetch(name, item);
        if (outcome !== 'fetched') return;
      }
    } finally {
      looking = false;
    }
  };
  const readiness = engine.status$.subscribe((status) => {
    ready = isReady(status);
  });
  const news = engine.changes$.pipe(filter(({ cause }) => cause === 'frame' || cause === 'rebuild'));
  const looks = merge(news, engine.status$.pipe(filter(isReady)))
    .pipe(
      filter(() => ready),
      throttleTime(LOOK_REST_MS, undefined, { leading: true, trailing: true }),
    )
    .subscribe(() => {
      look().catch(() => {});
    });
  return () => {
    readiness.unsubscribe();
    looks.unsubscribe();
  };
}
