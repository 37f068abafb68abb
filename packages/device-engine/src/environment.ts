// What the engine needs of a browser, as a list of small things that tests can hand in. Owns nothing and starts nothing.

/** The part of WebSocket that is used. */
export interface SocketLike {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** The part of BroadcastChannel that is used. */
export interface ChannelLike {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** The part of LockManager that is used. */
export interface LocksLike {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    callback: () => Promise<void>,
  ): Promise<unknown>;
}

/** The part of Storage (localStorage) that is used. It may throw when the browser forbids it. */
export interface KeyValueLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The part of StorageManager that is used. */
export interface StorageManagerLike {
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
  persisted(): Promise<boolean>;
  persist(): Promise<boolean>;
}

/** `network-back`, `network-lost`: as far as the browser knows · `visible`: somebody looks at this tab again. */
export type PageEvent = 'network-back' | 'network-lost' | 'visible';

export interface DeviceEnvironment {
  readonly openSocket: (url: string, subprotocol: string) => SocketLike;
  /** null: this browser has none; then tabs do not hear of each other. */
  readonly openChannel: ((name: string) => ChannelLike) | null;
  /** null: every tab sends (safe, only wasteful). */
  readonly locks: LocksLike | null;
  readonly keyValues: KeyValueLike | null;
  readonly storage: StorageManagerLike | null;
  /** Returns the way to stop. */
  readonly listenToPage: (listener: (event: PageEvent) => void) => () => void;
  /** Calls back once, when the page has nothing more urgent to do, or soon in any case. Returns the way to stop. */
  readonly whenQuiet: (callback: () => void) => () => void;
  /** Milliseconds that never step: `performance.now`. */
  readonly monotonicMs: () => number;
  /** Fresh and uniform in [0, 1). */
  readonly random: () => number;
  readonly setTimer: (callback: () => void, afterMs: number) => TimerHandle;
  readonly clearTimer: (handle: TimerHandle) => void;
  readonly indexedDb: IDBFactory;
  readonly keyRange: typeof IDBKeyRange;
}

export type TimerHandle = ReturnType<typeof setTimeout>;

/** The browser's own, as far as it has them. */
export function browserEnvironment(): DeviceEnvironment {
  const { navigator } = globalThis;
  return {
    openSocket: (url, subprotocol) => new WebSocket(url, subprotocol),
    openChannel: typeof BroadcastChannel === 'undefined' ? null : (name) => new BroadcastChannel(name),
    // Only in secure contexts.
    locks: (navigator?.locks as LockManager | undefined) ?? null,
    keyValues: ownKeyValues(),
    storage: (navigator?.storage as StorageManager | undefined) ?? null,
    listenToPage,
    whenQuiet,
    monotonicMs: () => performance.now(),
    random: Math.random,
    setTimer: (callback, afterMs) => setTimeout(callback, afterMs),
    clearTimer: (handle) => clearTimeout(handle),
    indexedDb: globalThis.indexedDB,
    keyRange: globalThis.IDBKeyRange,
  };
}

function ownKeyValues(): KeyValueLike | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    // Forbidden by the browser's settings.
    return null;
  }
}

/** A page that is never quiet is not waited for longer. */
const QUIET_WITHIN_MS = 300;

function whenQuiet(callback: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(callback, 0);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(callback, { timeout: QUIET_WITHIN_MS });
  return () => cancelIdleCallback(request);
}

function listenToPage(listener: (event: PageEvent) => void): () => void {
  if (typeof window === 'undefined') return () => undefined;
  const stop = new AbortController();
  const { signal } = stop;
  window.addEventListener('online', () => listener('network-back'), { signal });
  window.addEventListener('offline', () => listener('network-lost'), { signal });
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') listener('visible');
    },
    { signal },
  );
  return () => stop.abort();
}
