// Keeping a device's log small: what a newer snapshot covers and is older than five weeks loses its bytes (DESIGN §6). Owns when
// that is done; the log owns what may go. At most once a week, by the tab that sends, while nothing is unsent.
//
//   looked at ──RETENTION_EVERY_MS──▶ due ──idle──▶ newer snapshot ──installed, idle again──▶ compact ──▶ looked at
//                                       └──any failure: tried again after RETENTION_RETRY_MS, nothing is worse than before
//
// 1. Nothing is dropped but while the centre is heard, unrestricted: a centre that was restored meanwhile asks first for what this
//    device may hold the last copy of.
// 2. Whatever needs the disk or the connection more (a session's own snapshot, another tab that sends) ends the fetch.
import type { Compacted, DeviceLog } from '@streamstock/event-log';
import type { EngineLocals } from './engine-locals.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How often an idle device asks itself whether something old may go. */
const RETENTION_LOOK_MS = 10 * 60 * 1_000;
/** Ids and bytes are kept at least so long: the centre may need them after a restore. */
export const KEPT_AT_LEAST_MS = 35 * DAY_MS;
const RETENTION_EVERY_MS = 7 * DAY_MS;
const RETENTION_RETRY_MS = 60 * 60 * 1_000;

export interface RetentionOptions {
  readonly log: Pick<DeviceLog, 'compact'>;
  readonly locals: EngineLocals;
  readonly nowMs: () => number;
  /** Fetches and installs a snapshot of the present epoch. Whether it did. */
  readonly renew: (signal: AbortSignal) => Promise<boolean>;
  /** Connected again, unrestricted, and nothing unsent. Rejects when that can not be any more. */
  readonly untilIdle: () => Promise<unknown>;
}

export class Retention {
  readonly #options: RetentionOptions;
  #renewing: AbortController | null = null;
  #running = false;
  #nextLookAtMs = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** To be called whenever the device is connected and idle; looks only now and then. What was dropped, or null: it was not due. */
  async look(): Promise<Compacted | null> {
    const { locals, nowMs } = this.#options;
    const now = nowMs();
    if (this.#running || now < this.#nextLookAtMs) return null;
    this.#running = true;
    this.#nextLookAtMs = now + RETENTION_LOOK_MS;
    try {
      const lastMs = await locals.readRetention();
      // A device that is new has nothing old; a clock that was set back must not put it off for years.
      if (lastMs === null || lastMs > now) {
        await locals.keepRetention(now);
        return null;
      }
      if (now - lastMs < RETENTION_EVERY_MS) return null;
      this.#nextLookAtMs = now + RETENTION_RETRY_MS;
      return await this.#shrink(now);
    } finally {
      this.#running = false;
    }
  }

  /** Something else goes first (2). */
  giveWay(): void {
    this.#renewing?.abort();
  }

  async #shrink(now: number): Promise<Compacted | null> {
    const { log, locals, renew, untilIdle } = this.#options;
    this.#renewing = new AbortController();
    try {
      if (!(await renew(this.#renewing.signal))) return null;
    } finally {
      this.#renewing = null;
    }
    await untilIdle();
    const dropped = await log.compact({ olderThanMs: KEPT_AT_LEAST_MS, nowMs: now });
    await locals.keepRetention(now);
    return dropped;
  }
}
