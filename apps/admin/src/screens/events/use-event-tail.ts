// The events list as a screen uses it: reads the first page, follows the stream, asks for older pages, reads again after a gap.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { api } from '../../data/api.ts';
import { useLiveFeed } from '../../data/live/live-context.tsx';
import { createRereader } from '../../data/live/rereader.ts';
import type { EventFilter } from '../../data/query-keys.ts';
import { matchesFilter } from './event-view.ts';
import { arrived, released, tailOf, withOlder, type Tail } from './tail-model.ts';

const pageEvents = 200;
/** After a gap the list is read again at most this often. */
const rereadEveryMs = 2_000;

export interface EventTail {
  /** null while the first page is on its way. */
  readonly tail: Tail | null;
  /** null: none. */
  readonly error: unknown;
  /** Newest position that was heard of, narrowed or not. */
  readonly headPosition: number;
  readonly loadOlder: () => void;
  readonly release: () => void;
  readonly retry: () => void;
}

/** What is known of one list; of another one (another filter) it says nothing. */
interface Known {
  /** The filter, as text. */
  readonly list: string;
  readonly tail: Tail | null;
  readonly error: unknown;
  readonly headPosition: number;
}

interface Act {
  readonly list: string;
  readonly begin?: boolean;
  readonly headPosition?: number;
  readonly error?: unknown;
  /** Absent: the tail stays. */
  readonly change?: (tail: Tail | null) => Tail | null;
}

/** What an act says counts for its own list. `begin` turns to another one; answers for a list that was left are dropped. */
function step(known: Known, act: Act): Known {
  const same = known.list === act.list;
  if (!same && act.begin !== true) return known;
  const before = same ? known.tail : null;
  const tail = act.change === undefined ? before : act.change(before);
  const headPosition = Math.max(known.headPosition, act.headPosition ?? 0);
  return { list: act.list, tail, headPosition, error: act.error ?? null };
}

function useReading(list: string) {
  const queryClient = useQueryClient();
  return useCallback(
    async (before?: number) =>
      await queryClient.fetchQuery({
        queryKey: ['events', list, before ?? 'newest'],
        queryFn: async () => {
          const filter = JSON.parse(list) as EventFilter;
          return await api.events({
            query: { ...filter, limit: pageEvents, ...(before === undefined ? {} : { before }) },
          });
        },
        staleTime: 0,
        gcTime: 0,
      }),
    [queryClient, list],
  );
}

/** Follows the stream into a list. `following` is asked when something arrives. */
function useFollowing(
  list: string,
  dispatch: (act: Act) => void,
  following: boolean,
  readNewest: () => Promise<void>,
): void {
  const feed = useLiveFeed();
  const isFollowing = useRef(following);
  useEffect(() => {
    isFollowing.current = following;
  }, [following]);
  useEffect(() => {
    const rereader = createRereader(readNewest, rereadEveryMs);
    const filter = JSON.parse(list) as EventFilter;
    const events = feed.newEvents$.subscribe(({ events: fresh, omitted, position }) => {
      const matching = fresh.filter((entry) => matchesFilter(entry, filter));
      dispatch({
        list,
        headPosition: position,
        change: (tail) => tail && arrived(tail, matching, isFollowing.current, omitted > 0),
      });
      if (omitted > 0 && isFollowing.current) rereader.request();
    });
    // Someone who reads an older part is not torn away from it: the list then says that it has a hole.
    const gaps = feed.gaps$.subscribe(() => {
      if (isFollowing.current) rereader.request();
      else dispatch({ list, change: (tail) => tail && { ...tail, holed: true } });
    });
    return () => {
      events.unsubscribe();
      gaps.unsubscribe();
      rereader.cancel();
    };
  }, [feed, list, dispatch, readNewest]);
}

export function useEventTail(filter: EventFilter, following: boolean): EventTail {
  const list = JSON.stringify(filter);
  const [known, dispatch] = useReducer(step, { list, tail: null, error: null, headPosition: 0 });
  const read = useReading(list);
  const loadingOlder = useRef(false);

  const readNewest = useCallback(async (): Promise<void> => {
    try {
      const page = await read();
      dispatch({ list, headPosition: page.position, change: () => tailOf(page) });
    } catch (error) {
      dispatch({ list, error });
    }
  }, [read, list]);
  useEffect(() => {
    dispatch({ list, begin: true });
    void readNewest();
  }, [readNewest, list]);
  useFollowing(list, dispatch, following, readNewest);

  const isCurrent = known.list === list;
  const tail = isCurrent ? known.tail : null;
  const next = tail?.next ?? null;
  const loadOlder = useCallback(() => {
    if (next === null || loadingOlder.current) return;
    loadingOlder.current = true;
    read(next)
      .then(
        (page) => dispatch({ list, change: (state) => state && withOlder(state, page) }),
        (error: unknown) => dispatch({ list, error }),
      )
      .finally(() => {
        loadingOlder.current = false;
      });
  }, [next, read, list]);

  const holed = tail?.holed ?? false;
  const release = useCallback(() => {
    if (holed) void readNewest();
    else dispatch({ list, change: (state) => state && released(state) });
  }, [holed, readNewest, list]);

  return {
    tail,
    error: isCurrent ? known.error : null,
    headPosition: known.headPosition,
    loadOlder,
    release,
    retry: () => void readNewest(),
  };
}
