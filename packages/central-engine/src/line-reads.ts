// What sessions read of the log for their devices: from the window of recent lines where a device keeps up, else from the
// database by cursor. Owns the order of the latter: one read a turn of the event loop, so that many devices that are
// behind hold nobody up.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AudienceRead, CentralLog, Position, ReadLimit, StoreId } from '@streamstock/event-log';
import type { RecentLines } from './recent-lines.ts';

export class LineReads {
  readonly #log: Pick<CentralLog, 'readForStore'>;
  readonly #recent: RecentLines;
  #last: Promise<unknown> = Promise.resolve();

  constructor(log: Pick<CentralLog, 'readForStore'>, recent: RecentLines) {
    this.#log = log;
    this.#recent = recent;
  }

  /** Where it needs no read of the database; null: ask for it. */
  readNow(store: StoreId, after: Position, limit: ReadLimit): AudienceRead | null {
    return this.#recent.read(store, after, limit);
  }

  /** At most one is asked for per connection at a time, which bounds who waits here. */
  async read(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead> {
    return this.#recent.read(store, after, limit) ?? (await this.#fromLog(store, after, limit));
  }

  async #fromLog(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead> {
    const read = this.#last.then(async () => {
      await nextTurn();
      return this.#recent.read(store, after, limit) ?? (await this.#log.readForStore(store, after, limit));
    });
    this.#last = read.catch(() => {});
    return await read;
  }
}
