// The events list as a screen uses it: reads the first page, follows the stream, asks for older pages, reads again after a gap.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { api } from '../../data/api.ts';
import { createRereader } from '../../data/live/rereader.ts';
import { useLiveFeed } from '../../data/live/live-context.tsx';
import type { EventFilter } from '../../data/query-keys.ts';
import { matchesFilter } from './event-view.ts';
import { arrived, released, tailOf, withOlder, type Tail } from './tail-model.ts';

const pageEvents = 200;
/** After a gap the list is read again at most this often. */
const rereadEveryMs = 2_000;

export interface EventTail {
  /** null while the first page is on its way. */
  readonly tail: Tail | null;
  readonly error: unknown;
  /** Newest position that was heard of, narrowed or not. */
  readonly headPosition: number;
  readonly loadOlder: () => void;
  readonly release: () => void;
  readonly retry: () => void;
}

type Act = (tail: Tail | null) => Tail | null;

export function useEventTail(filter: EventFilter, following: boolean): EventTail {
  const queryClient = useQueryClient();
  const feed = useLiveFeed();
  const [tail, dispatch] = useReducer((state: Tail | null, act: Act) => act(state), null);
  const [error, setError] = useState<unknown>(null);
  const [headPosition, setHead] = useState(0);
  const loadingOlder = useRef(false);
  const isFollowing = useRef(following);
  useEffect(() => {
    isFollowing.current = following;
  }, [following]);
  const filterText = JSON.stringify(filter);
  /** Which list the answers under way belong to: a change of filter makes them void. */
  const list = useRef(0);

  const read = useCallback(
    async (before?: number) =>
      await queryClient.fetchQuery({
        queryKey: ['events', filterText, before ?? 'newest'],
        queryFn: async () =>
          await api.events({
            query: {
              ...(JSON.parse(filterText) as EventFilter),
              limit: pageEvents,
              ...(before === undefined ? {} : { before }),
            },
          }),
        staleTime: 0,
        gcTime: 0,
      }),
    [queryClient, filterText],
  );

  const readNewest = useCallback(async (): Promise<void> => {
    const mine = list.current;
    try {
      const page = await read();
      if (mine !== list.current) return;
      setError(null);
      setHead((head) => Math.max(head, page.position));
      dispatch(() => tailOf(page));
    } catch (problem) {
      if (mine === list.current) setError(problem);
    }
  }, [read]);

  useEffect(() => {
    list.current += 1;
    dispatch(() => null);
    setError(null);
    void readNewest();
  }, [readNewest]);

  useEffect(() => {
    const rereader = createRereader(readNewest, rereadEveryMs);
    const events = feed.newEvents$.subscribe(({ events: fresh, omitted, position }) => {
      setHead((head) => Math.max(head, position));
      const narrowed = JSON.parse(filterText) as EventFilter;
      const matching = fresh.filter((entry) => matchesFilter(entry, narrowed));
      dispatch((state) => state && arrived(state, matching, isFollowing.current, omitted > 0));
    });
    // Someone who reads an older part is not torn away from it: the list then says that it has a hole.
    const gaps = feed.gaps$.subscribe(() => {
      if (isFollowing.current) rereader.request();
      else dispatch((state) => state && { ...state, holed: true });
    });
    return () => {
      events.unsubscribe();
      gaps.unsubscribe();
      rereader.cancel();
    };
  }, [feed, filterText, readNewest]);

  const next = tail?.next ?? null;
  const loadOlder = useCallback(() => {
    if (next === null || loadingOlder.current) return;
    loadingOlder.current = true;
    const mine = list.current;
    read(next)
      .then((page) => {
        if (mine === list.current) dispatch((state) => state && withOlder(state, page));
      })
      .catch((problem: unknown) => setError(problem))
      .finally(() => {
        loadingOlder.current = false;
      });
  }, [next, read]);

  const holed = tail?.holed ?? false;
  const release = useCallback(() => {
    if (holed) void readNewest();
    else dispatch((state) => state && released(state));
  }, [holed, readNewest]);

  return { tail, error, headPosition, loadOlder, release, retry: () => void readNewest() };
}
