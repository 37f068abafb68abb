// What the screens read, and how long each answer holds. Live answers are kept current by the feed and go stale only when
// the stream is away (see live-context.tsx); a past moment never changes by itself.
import type { Session } from '@streamstock/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, isNotSignedIn } from './api.ts';
import { queryKeys } from './query-keys.ts';
import { stockTableOf, type StockTable } from './stock-table.ts';

const always = Number.POSITIVE_INFINITY;
/** A past matrix may be large; it is forgotten soon after it was looked at. */
const pastKeptMs = 60_000;

/** Who is signed in; null = nobody. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await api.session();
    } catch (error) {
      if (isNotSignedIn(error)) return null;
      throw error;
    }
  },
  staleTime: always,
  gcTime: always,
});

export const setupQuery = queryOptions({
  queryKey: queryKeys.setup,
  queryFn: async () => (await api.setupState()).needed,
  staleTime: 0,
});

export const storesQuery = queryOptions({
  queryKey: queryKeys.stores,
  queryFn: async () => await api.stores(),
  staleTime: always,
});

export const devicesQuery = queryOptions({
  queryKey: queryKeys.devices,
  queryFn: async () => await api.devices(),
  staleTime: always,
});

/** Epochs, who is back after a restore, holes. The feed says when it is another. */
export const historyQuery = queryOptions({
  queryKey: queryKeys.history,
  queryFn: async () => await api.history(),
  staleTime: always,
});

/** Those before the latest ones, which the history tells; `count`: of all. Fetched page by page, when asked for. */
export const olderRefusedQuery = (count: number, after: string | null) =>
  infiniteQueryOptions({
    queryKey: queryKeys.refusedEvents(count, after),
    queryFn: async ({ pageParam }) => await api.refusedEvents({ query: { after: pageParam } }),
    initialPageParam: after ?? '0.0',
    getNextPageParam: ({ next }) => next,
    enabled: false,
    staleTime: always,
    gcTime: pastKeptMs,
  });

/** Bytes that the server keeps and did not take in: they never change. */
export const refusedBytesQuery = (sum: string) =>
  queryOptions({
    queryKey: queryKeys.refusedBytes(sum),
    queryFn: async () => (await api.refusedBytes({ params: { sum } })).line,
    staleTime: always,
    gcTime: pastKeptMs,
  });

/** The matrix now. `settle` brings what was read up to date with what the stream said meanwhile. */
export const stockNowQuery = (settle: (table: StockTable) => StockTable) =>
  queryOptions({
    queryKey: queryKeys.stockNow,
    queryFn: async () => settle(stockTableOf(await api.stock())),
    staleTime: always,
    // Columns of figures compare by identity; looking into them for every answer would cost more than drawing them.
    structuralSharing: false,
  });

/** The matrix as of a past moment, Unix milliseconds. */
export const stockAtQuery = (atMs: number) => {
  const at = new Date(atMs).toISOString();
  return queryOptions({
    queryKey: queryKeys.stockAt(at),
    queryFn: async () => stockTableOf(await api.stock({ query: { at } })),
    staleTime: always,
    gcTime: pastKeptMs,
    structuralSharing: false,
  });
};

export const storyQuery = (store: string, item: string) =>
  queryOptions({
    queryKey: queryKeys.story(store, item),
    queryFn: async () => await api.itemStory({ params: { store, item } }),
    staleTime: always,
  });
