// Keeping a device's log small: what a newer snapshot covers and is older than five weeks loses its bytes (DESIGN §6). Owns when
// that is done; the log owns what may go. At most once a week, by the tab that sends, while nothing is unsent.
//
//   looked at ──RETENTION_EVERY_MS──▶ due ──idle online──▶ newer snapshot ──installed──▶ compact ──▶ looked at
//                                       └──any failure: tried again after RETENTION_RETRY_MS, nothing is worse than before
import type { Compacted, DeviceLog } from '@streamstock/event-log';
import type { EngineLocals } from './engine-locals.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Ids and bytes are kept at least so long: the centre may need them after a restore. */
export const KEPT_AT_LEAST_MS = 35 * DAY_MS;
const RETENTION_EVERY_MS = 7 * DAY_MS;
const RETENTION_RETRY_MS = 60 * 60 * 1_000;

export interface RetentionOptions {
  readonly log: Pick<DeviceLog, 'compact'>;
  readonly locals: EngineLocals;
  readonly nowMs: () => number;
  /** Fetches and installs a snapshot of the present epoch. Whether it did. */
  readonly renew: () => Promise<boolean>;
}

export class Retention {
  readonly #options: RetentionOptions;
  #running = false;
  #retryAtMs = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** To be called now and then while the device is connected and idle. What was dropped, or null: it was not due. */
  async look(): Promise<Compacted | null> {
    const { locals, nowMs, log, renew } = this.#options;
    const now = nowMs();
    if (this.#running || now < this.#retryAtMs) return null;
    this.#running = true;
    try {
      const lastMs = await locals.readRetention();
      // A device that is new has nothing old; a clock that was set back must not put it off for years.
      if (lastMs === null || lastMs > now) {
        await locals.keepRetention(now);
        return null;
      }
      if (now - lastMs < RETENTION_EVERY_MS) return null;
      this.#retryAtMs = now + RETENTION_RETRY_MS;
      if (!(await renew())) return null;
      const dropped = await log.compact({ olderThanMs: KEPT_AT_LEAST_MS, nowMs: now });
      await locals.keepRetention(now);
      return dropped;
    } finally {
      this.#running = false;
    }
  }
}
