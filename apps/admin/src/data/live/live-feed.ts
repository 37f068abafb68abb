// Brings the live stream into the page: keeps cached answers current and tells screens what just happened. Owns the recent
// messages (bounded) that a reading under way must be caught up with. Does not connect (live-client.ts) and draws nothing.
//
// 1. A cached matrix equals what the server would answer at its position: messages are applied in order, never twice.
// 2. What the stream can not bring up to date (a gap, a new item or store, too much at once) is read again, never guessed.
import type { Device, DeviceList, LiveMessage, LogEntry, StoreHead, StoreList } from '@streamstock/api';
import type { QueryClient } from '@tanstack/react-query';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { queryKeys } from '../query-keys.ts';
import { catchUp, withStoreHeads, type StockMessage, type StockTable } from '../stock-table.ts';
import { addChanges, noChanges, type ChangeRate } from './change-rate.ts';
import { createRereader, type Rereader } from './rereader.ts';

/** Stock messages kept for a reading under way; past it that reading is repeated. */
export const recentMessagesMax = 256;
/** Figures reach the screen at most this late after their message, and in at most so many steps a second. */
export const flushEveryMs = 100;
/** The whole matrix is read again at most this often, whatever happens. */
export const rereadEveryMs = 1_000;

export interface NewEvents {
  readonly events: readonly LogEntry[];
  /** More events happened than the stream carries: what is shown has a gap. */
  readonly omitted: number;
  readonly position: number;
}

export interface LiveFeed {
  readonly handle: (message: LiveMessage) => void;
  /** Brings a matrix that was just read up to date. For the query that reads it. */
  readonly settle: (table: StockTable) => StockTable;
  readonly newEvents$: Observable<NewEvents>;
  /** Everything up to this position was not told one by one: lists that follow the log read again. */
  readonly gaps$: Observable<number>;
  readonly changeRate$: Observable<ChangeRate> & { readonly value: ChangeRate };
  /** Server's clock − this page's, milliseconds: ages are told by the server's clock. */
  readonly clockOffsetMs$: Observable<number> & { readonly value: number };
  /** Drops what is planned; nothing comes until the next message. */
  readonly pause: () => void;
}

export interface LiveFeedOptions {
  readonly queryClient: QueryClient;
  readonly clock: () => number;
}

export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  return new Feed(options);
}

class Feed implements LiveFeed {
  readonly newEvents$ = new Subject<NewEvents>();
  readonly gaps$ = new Subject<number>();
  readonly changeRate$ = new BehaviorSubject<ChangeRate>(noChanges);
  readonly clockOffsetMs$ = new BehaviorSubject(0);
  readonly #queries: QueryClient;
  readonly #clock: () => number;
  readonly #stockReader: Rereader;
  readonly #storyReader: Rereader;
  readonly #changedStories = new Set<string>();
  #recent: StockMessage[] = [];
  #unflushed: StockMessage[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** A matrix read below this position can not be caught up by `#recent`. */
  #floor = 0;
  #greeted = false;

  constructor(options: LiveFeedOptions) {
    this.#queries = options.queryClient;
    this.#clock = options.clock;
    this.#stockReader = createRereader(
      async () => await this.#queries.invalidateQueries({ queryKey: queryKeys.stockNow }),
      rereadEveryMs,
    );
    this.#storyReader = createRereader(async () => await this.#rereadStories(), rereadEveryMs);
  }

  handle(message: LiveMessage): void {
    switch (message.name) {
      case 'hello':
        return this.#hello(message.data);
      case 'stock':
        return this.#stock(message.data);
      case 'log':
        return this.#log(message.data);
      case 'devices':
        return this.#devices(message.data);
      case 'history':
        void this.#queries.invalidateQueries({ queryKey: queryKeys.history });
        return;
      case 'resync':
        return this.#startAfresh(message.data.position);
    }
  }

  settle(table: StockTable): StockTable {
    const { table: current, incomplete } = catchUp(table, this.#recent);
    if (incomplete || table.position < this.#floor) this.#stockReader.request();
    return current;
  }

  pause(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#recent = [];
    this.#unflushed = [];
    this.#stockReader.cancel();
    this.#storyReader.cancel();
  }

  #hello(hello: Extract<LiveMessage, { readonly name: 'hello' }>['data']): void {
    this.clockOffsetMs$.next(hello.serverTimeMs - this.#clock());
    const isFirst = !this.#greeted;
    this.#greeted = true;
    const cached = this.#queries.getQueryData<StockTable>(queryKeys.stockNow);
    // After a gap everything is read again: what the last messages told may have been cut short with the connection.
    if (isFirst && cached !== undefined && cached.position >= hello.position) {
      this.#floor = hello.position;
      return;
    }
    this.#startAfresh(hello.position);
  }

  #startAfresh(position: number): void {
    this.#recent = [];
    this.#unflushed = [];
    this.#floor = Math.max(position, 0);
    this.#stockReader.request();
    this.#rereadHeads();
    void this.#queries.invalidateQueries({ queryKey: queryKeys.stories });
    this.gaps$.next(position);
  }

  #rereadHeads(): void {
    void this.#queries.invalidateQueries({ queryKey: queryKeys.devices });
    void this.#queries.invalidateQueries({ queryKey: queryKeys.stores });
    void this.#queries.invalidateQueries({ queryKey: queryKeys.history });
  }

  #stock(message: StockMessage): void {
    this.#recent.push(message);
    if (this.#recent.length > recentMessagesMax) {
      const dropped = this.#recent.shift();
      this.#floor = Math.max(this.#floor, dropped?.position ?? 0);
    }
    this.#unflushed.push(message);
    if (this.#flushTimer !== undefined) return;
    const waitMs = Math.max(0, this.#flushedAtMs + flushEveryMs - this.#clock());
    this.#flushTimer = setTimeout(() => this.#flush(), Math.min(waitMs, flushEveryMs));
  }

  #flush(): void {
    this.#flushTimer = undefined;
    this.#flushedAtMs = this.#clock();
    const messages = this.#unflushed;
    this.#unflushed = [];
    this.#rereadStoriesOf(messages);
    const cached = this.#queries.getQueryData<StockTable>(queryKeys.stockNow);
    if (cached === undefined) return;
    const { table, changed, incomplete } = catchUp(cached, messages);
    this.#queries.setQueryData(queryKeys.stockNow, table);
    if (incomplete) this.#stockReader.request();
    if (changed > 0) this.changeRate$.next(addChanges(this.changeRate$.value, changed, this.#clock()));
  }

  #rereadStoriesOf(messages: readonly StockMessage[]): void {
    const open = this.#queries.getQueryCache().findAll({ queryKey: queryKeys.stories });
    if (open.length === 0) return;
    const changed = new Set(
      messages.flatMap((message) => message.changes.map(({ store, item }) => `${store}|${item}`)),
    );
    for (const query of open) {
      const key = `${String(query.queryKey[1])}|${String(query.queryKey[2])}`;
      if (changed.has(key)) this.#changedStories.add(key);
    }
    if (this.#changedStories.size > 0) this.#storyReader.request();
  }

  async #rereadStories(): Promise<void> {
    const keys = [...this.#changedStories].map((key) => key.split('|'));
    this.#changedStories.clear();
    await Promise.all(
      keys.map(async ([store = '', item = '']) => {
        await this.#queries.invalidateQueries({ queryKey: queryKeys.story(store, item) });
      }),
    );
  }

  #log(log: NewEvents): void {
    this.newEvents$.next(log);
  }

  #devices(message: { readonly devices: readonly Device[]; readonly stores: readonly StoreHead[] }): void {
    this.#queries.setQueryData<StoreList>(queryKeys.stores, { stores: [...message.stores] });
    this.#queries.setQueryData<DeviceList>(queryKeys.devices, (list) => list && withDevices(list, message.devices));
    const table = this.#queries.getQueryData<StockTable>(queryKeys.stockNow);
    if (table === undefined) return;
    const current = withStoreHeads(table, message.stores);
    if (current === undefined) this.#stockReader.request();
    else this.#queries.setQueryData(queryKeys.stockNow, current);
  }
}

function withDevices(list: DeviceList, changed: readonly Device[]): DeviceList {
  const byId = new Map(changed.map((device) => [device.device, device]));
  const known = new Set(list.devices.map((device) => device.device));
  const devices = list.devices.map((device) => byId.get(device.device) ?? device);
  return { ...list, devices: [...devices, ...changed.filter((device) => !known.has(device.device))] };
}
