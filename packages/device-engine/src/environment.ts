// What the engine needs of a browser, as a list of small things that tests can hand in. Owns nothing and starts nothing.

/** The part of WebSocket that is used. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** The part of BroadcastChannel that is used. */
export interface ChannelLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** The part of LockManager that is used. */
export interface LocksLike {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    callback: () => Promise<void>,
  ): Promise<unknown>;
}

/** The part of Storage (localStorage) that is used. It may throw when the browser forbids it. */
export interface KeyValueLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The part of StorageManager that is used. */
export interface StorageManagerLike {
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
  persisted(): Promise<boolean>;
  persist(): Promise<boolean>;
}

/** Whether the page is looked at and the network there, and when that changes. */
export interface PageLike {
  isVisible(): boolean;
  isOnline(): boolean;
  /** `network-back`, `network-lost`, `visible`, `hidden`. Returns the way to stop. */
  listen(listener: (event: PageEvent) => void): () => void;
}
export type PageEvent = 'network-back' | 'network-lost' | 'visible' | 'hidden';

export interface DeviceEnvironment {
  readonly openSocket: (url: string, subprotocol: string) => SocketLike;
  /** null: this browser has none; then every tab is on its own. */
  readonly openChannel: ((name: string) => ChannelLike) | null;
  /** null: every tab sends (safe, only wasteful). */
  readonly locks: LocksLike | null;
  readonly keyValues: KeyValueLike | null;
  readonly storage: StorageManagerLike | null;
  readonly page: PageLike;
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
