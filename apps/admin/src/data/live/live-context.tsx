// Gives screens the live feed: its state, what just changed, and the server's clock. Connects while someone is signed in.
import { useQueryClient } from '@tanstack/react-query';
import { useMinute } from '@streamstock/ui';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { Observable } from 'rxjs';
import { createLiveClient, type LiveClient } from './live-client.ts';
import { createLiveFeed, type LiveFeed } from './live-feed.ts';
import type { LiveState } from './live-session.ts';

interface Live {
  readonly client: LiveClient;
  readonly feed: LiveFeed;
}

const LiveContext = createContext<Live | null>(null);

export interface LiveProviderProps {
  /** The server no longer knows this session. */
  readonly onSignedOut: () => void;
  readonly children: ReactNode;
}

/** One connection for everything inside; it ends when this leaves the page. */
export function LiveProvider({ onSignedOut, children }: LiveProviderProps): ReactNode {
  const queryClient = useQueryClient();
  const [live] = useState<Live>(() => ({
    client: createLiveClient({
      fetch: async (url, init) => await fetch(url, init),
      clock: () => Date.now(),
      random: () => Math.random(),
    }),
    feed: createLiveFeed({ queryClient, clock: () => Date.now() }),
  }));

  useEffect(() => {
    const { client, feed } = live;
    const messages = client.messages$.subscribe((message) => feed.handle(message));
    const states = client.state$.subscribe((state) => {
      if (state.kind === 'signed-out') onSignedOut();
    });
    const nudge = (): void => {
      if (document.visibilityState === 'visible') client.nudge();
    };
    client.start();
    globalThis.addEventListener('online', nudge);
    document.addEventListener('visibilitychange', nudge);
    return () => {
      globalThis.removeEventListener('online', nudge);
      document.removeEventListener('visibilitychange', nudge);
      messages.unsubscribe();
      states.unsubscribe();
      client.stop();
      feed.pause();
    };
  }, [live, onSignedOut]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('A screen that needs the live feed stands outside LiveProvider.');
  return live;
}

export function useLiveFeed(): LiveFeed {
  return useLive().feed;
}

/** Renders again at each value. `read` is the current one. */
export function useObserved<T>(observable: Observable<unknown>, read: () => T): T {
  const [subscribe] = useState(() => (listener: () => void) => {
    const subscription = observable.subscribe(listener);
    return () => subscription.unsubscribe();
  });
  return useSyncExternalStore(subscribe, read);
}

export function useLiveState(): LiveState {
  const { client } = useLive();
  return useObserved(client.state$, client.state);
}

/** The server's present, Unix milliseconds, at most half a minute old. */
export function useServerNow(): number {
  const { feed } = useLive();
  const offsetMs = useObserved(feed.clockOffsetMs$, () => feed.clockOffsetMs$.value);
  return useMinute() + offsetMs;
}

/**
 * How long an answer the feed keeps current may be held without it: for ever while live, half a minute while the stream is
 * away (then it is read again by age).
 */
export function useRefetchWhileAway(): number | false {
  const away = useLiveState().kind !== 'live';
  return away ? 30_000 : false;
}
