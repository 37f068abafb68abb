// What was committed since connections were told, and whom it concerns. Hears of commits from the log itself where the log
// tells; else it reads the committed lines' envelopes.
import {
  readStoredLine,
  type CentralLog,
  type CommittedLine,
  type Position,
  type StoreId,
} from '@streamstock/event-log';
import { AUDIENCE_EVENTS_MAX } from './limits.ts';

/** Positions in (after, upTo] are new; `stores` must hear of something in them ('all' also when in doubt). */
export interface News {
  readonly after: Position;
  readonly upTo: Position;
  readonly stores: 'all' | ReadonlySet<StoreId>;
}

export class NewsDesk {
  readonly #log: CentralLog;
  readonly #unfollow: (() => void) | null;
  #told: Position;
  /** What the log told of since the last news; used only when it tells. */
  #heard: { upTo: Position; stores: Set<StoreId>; toAll: boolean };
  /** The log could not tell of all that it wrote: it may go further than was heard, and concern anyone. */
  #isUnsure = false;

  /** `told`: what is in the log up to here is nobody's news. */
  constructor(log: CentralLog, told: Position, committed: (entries: readonly CommittedLine[] | null) => void) {
    this.#log = log;
    this.#told = told;
    this.#heard = { upTo: told, stores: new Set(), toAll: false };
    this.#unfollow =
      log.follow?.((entries) => {
        committed(entries);
        if (entries === null) this.#isUnsure = true;
        else this.#hear(entries);
      }) ?? null;
  }

  /** null: nothing new. */
  async next(): Promise<News | null> {
    const after = this.#told;
    if (this.#unfollow === null) {
      const { position } = await this.#log.head();
      if (position <= after) return null;
      this.#told = position;
      return { after, upTo: position, stores: await concernedStores(this.#log, after, position) };
    }
    if (this.#isUnsure) await this.#makeSure();
    const { upTo, stores, toAll } = this.#heard;
    if (upTo <= after) return null;
    this.#heard = { upTo, stores: new Set(), toAll: false };
    this.#told = upTo;
    return { after, upTo, stores: toAll ? 'all' : stores };
  }

  close(): void {
    this.#unfollow?.();
  }

  async #makeSure(): Promise<void> {
    this.#isUnsure = false;
    const { position } = await this.#log.head();
    this.#heard.upTo = Math.max(this.#heard.upTo, position);
    this.#heard.toAll = true;
  }

  #hear(entries: readonly CommittedLine[]): void {
    const heard = this.#heard;
    for (const { position, audience } of entries) {
      heard.upTo = Math.max(heard.upTo, position);
      if (audience === 'all') heard.toAll = true;
      else for (const store of audience) heard.stores.add(store);
    }
  }
}

/**
 * The stores that must hear of something in (after, upTo]; 'all' also when in doubt. A maker whose own store is not in the
 * envelope is in that of the ruling that stands behind it.
 */
async function concernedStores(
  log: Pick<CentralLog, 'read'>,
  after: Position,
  upTo: Position,
): Promise<'all' | ReadonlySet<StoreId>> {
  if (upTo - after > AUDIENCE_EVENTS_MAX) return 'all';
  const stores = new Set<StoreId>();
  const lines = await log.read(after, { eventsMax: AUDIENCE_EVENTS_MAX, bytesMax: Infinity });
  if ((lines.at(-1)?.position ?? after) < upTo) return 'all';
  for (const { line, place } of lines) {
    const { store, audience } = readStoredLine(line);
    // Who handed an event back hears of it, whoever made it.
    if (audience === 'all' || place === null) return 'all';
    if (store !== null) stores.add(store);
    for (const one of audience) stores.add(one);
  }
  return stores;
}
