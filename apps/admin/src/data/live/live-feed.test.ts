import type { LiveMessage, LiveStockChange } from '@streamstock/api';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleMatrix, sampleStore } from '../../testing/sample-matrix.ts';
import { queryKeys } from '../query-keys.ts';
import { stockTableOf, type StockTable } from '../stock-table.ts';
import { changesPerMinute } from './change-rate.ts';
import { createLiveFeed, recentMessagesMax, rereadEveryMs, type LiveFeed } from './live-feed.ts';

const stores = [sampleStore('a'), sampleStore('b')];

/** A server whose figure of a|i0 is its position; every answer takes 50 ms and is cut when it is asked. */
class Office {
  position = 1;
  items = 1;
  readings = 0;
  readonly queryClient = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  readonly feed: LiveFeed = createLiveFeed({ queryClient: this.queryClient, clock: () => Date.now() });
  readonly observer = new QueryObserver<StockTable>(this.queryClient, {
    queryKey: queryKeys.stockNow,
    structuralSharing: false,
    queryFn: async () => {
      this.readings += 1;
      const row = [this.position, ...Array.from({ length: this.items - 1 }, () => 0)];
      const matrix = sampleMatrix(stores, [row, row.map(() => 0)], this.position);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return this.feed.settle(stockTableOf(matrix));
    },
  });

  constructor() {
    this.observer.subscribe(() => undefined);
  }
  hello(): void {
    this.feed.handle({
      name: 'hello',
      data: { position: this.position, epoch: 'e', serverTimeMs: Date.now() + 5_000 },
    });
  }
  sell(item = 'i0'): LiveMessage {
    this.position += 1;
    const change: LiveStockChange = {
      store: 'a',
      item,
      onHand: this.position,
      available: this.position,
      recount: false,
    };
    const message: LiveMessage = { name: 'stock', data: { position: this.position, changes: [change] } };
    this.feed.handle(message);
    return message;
  }
  get figure(): number | null | undefined {
    return this.queryClient.getQueryData<StockTable>(queryKeys.stockNow)?.rows[0]?.onHand[0];
  }
}

let office: Office;
beforeEach(() => {
  vi.useFakeTimers();
  office = new Office();
});
afterEach(() => {
  office.feed.pause();
  office.queryClient.clear();
  vi.useRealTimers();
});

test('changes reach the cached matrix and are counted', async () => {
  office.hello();
  await vi.advanceTimersByTimeAsync(2_000);
  const readings = office.readings;
  office.sell();
  office.sell();
  await vi.advanceTimersByTimeAsync(200);
  expect(office.figure).toBe(3);
  expect(changesPerMinute(office.feed.changeRate$.value, Date.now())).toBe(2);
  expect(office.readings).toBe(readings);
  expect(office.feed.clockOffsetMs$.value).toBe(5_000);
});

test('what happens while the matrix is being read is not lost, however it falls', async () => {
  office.hello();
  for (let count = 0; count < 30; count += 1) {
    office.sell();
    await vi.advanceTimersByTimeAsync(7);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(office.figure).toBe(office.position);
});

test('one sale during a reading is not undone by the older answer', async () => {
  office.hello();
  await vi.advanceTimersByTimeAsync(3_000);
  void office.queryClient.invalidateQueries({ queryKey: queryKeys.stockNow });
  await vi.advanceTimersByTimeAsync(10);
  office.sell();
  await vi.advanceTimersByTimeAsync(20);
  expect(office.figure).toBe(2);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(office.figure).toBe(2);
});

test('more messages than are kept during one reading: it is read again', async () => {
  await vi.advanceTimersByTimeAsync(10);
  for (let count = 0; count < recentMessagesMax + 10; count += 1) office.sell('i0');
  office.items = 2;
  await vi.advanceTimersByTimeAsync(rereadEveryMs * 3);
  expect(office.figure).toBe(office.position);
  expect(office.queryClient.getQueryData<StockTable>(queryKeys.stockNow)?.rows).toHaveLength(2);
});

test('a new item makes the whole be read again, soon and not for every message', async () => {
  office.hello();
  await vi.advanceTimersByTimeAsync(3_000);
  const before = office.readings;
  office.items = 2;
  for (let count = 0; count < 20; count += 1) {
    office.sell('i1');
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(rereadEveryMs * 3);
  expect(office.queryClient.getQueryData<StockTable>(queryKeys.stockNow)?.rows).toHaveLength(2);
  expect(office.readings - before).toBeLessThanOrEqual(3);
});

test('a matrix read before the first hello is read again only if something happened between', async () => {
  await vi.advanceTimersByTimeAsync(100);
  office.hello();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(office.readings).toBe(1);

  const late = new Office();
  await vi.advanceTimersByTimeAsync(100);
  late.position += 5;
  late.hello();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(late.figure).toBe(late.position);
});

test('after a reconnection everything is read again, once', async () => {
  await vi.advanceTimersByTimeAsync(100);
  office.hello();
  office.position += 5;
  office.hello();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(office.readings).toBe(2);
  expect(office.figure).toBe(office.position);
});

test('only the story that is open and changed is read again', async () => {
  const read: string[] = [];
  const story = (store: string, item: string): QueryObserver<string> =>
    new QueryObserver<string>(office.queryClient, {
      queryKey: queryKeys.story(store, item),
      queryFn: () => {
        read.push(`${store} ${item}`);
        return read.length.toString();
      },
    });
  const stop = [story('a', 'i0'), story('b', 'i0')].map((observer) => observer.subscribe(() => undefined));
  await vi.advanceTimersByTimeAsync(10);
  read.length = 0;
  office.sell('i0');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(read).toEqual(['a i0']);
  for (const each of stop) each();
});

test('heads of stores and devices go in; a store more is read anew', async () => {
  await vi.advanceTimersByTimeAsync(100);
  const before = office.readings;
  const named = [sampleStore('a', { name: 'Renamed' }), sampleStore('b')];
  office.feed.handle({ name: 'devices', data: { devices: [], stores: named } });
  expect(office.queryClient.getQueryData<StockTable>(queryKeys.stockNow)?.stores[0]?.name).toBe('Renamed');
  office.feed.handle({ name: 'devices', data: { devices: [], stores: [...named, sampleStore('c')] } });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(office.readings).toBe(before + 1);
});
