// The snapshots there are: which file a store is given, when one is built, and when one goes. Builds nothing itself; keeps no
// file open.
//
//             asked for          built
//   nothing ───────────▶ queued ──────▶ current ──(too far behind and asked for)──▶ current + queued ──▶ current
//                          │ not ready, failed                 │ another epoch, other read models
//                          ▼                                   ▼
//                        nothing                            nothing
//
// 1. One is built at a time, for whoever asked first; never unasked.
// 2. A file is given out only if it is of the present epoch and the present read models.
// 3. Files and bytes are bounded: past the bound those go that nobody asked for longest.
import type { CentralHead, StoreId } from '@streamstock/event-log';
import { readRecord, removeSnapshot, snapshotIdsIn, type SnapshotRecord } from './snapshot-file.ts';

/** Events between a snapshot and the head past which the next one who asks has it built anew. */
export const SNAPSHOT_BEHIND_EVENTS_MAX = 20_000;
/** One that lies further back is not given out any more: hearing the rest would take longer than building another. */
export const SNAPSHOT_STALE_EVENTS_MAX = 100_000;
export const SNAPSHOT_FILES_MAX = 1_000;
export const SNAPSHOT_FOLDER_BYTES_MAX = 4 * 1_024 ** 3;
/** Stores that wait for their snapshot; past it whoever asks is told to come back. */
export const SNAPSHOT_QUEUE_MAX = 1_000;
/** A snapshot that was replaced goes on being given out for so long, to whoever was taking it in. */
export const SNAPSHOT_REPLACED_KEPT_MS = 15 * 60 * 1_000;
/** After a build that failed or had nothing to build from; and the least time before whoever is told to come back does. */
export const SNAPSHOT_RETRY_MS = 5_000;
/** Whoever stands far behind in the queue comes back after as long as it will take, at most. */
export const SNAPSHOT_RETRY_MAX_MS = 10 * 60 * 1_000;
/** How long whoever asks waits for one that is being built before being told to come back. */
export const SNAPSHOT_WAIT_MS = 20_000;

export type ShelfAnswer =
  | { readonly kind: 'given'; readonly record: SnapshotRecord }
  /** It is being built, or waits for that. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** The log is empty, or its read models are being made anew. */
  | { readonly kind: 'none' };

export interface ShelfOptions {
  readonly folder: string;
  readonly readModelVersion: string;
  readonly head: () => Promise<Pick<CentralHead, 'epoch' | 'position'>>;
  /** null: not ready. Rejects when it can not be built. */
  readonly build: (store: StoreId) => Promise<SnapshotRecord | null>;
  readonly clock: () => number;
  /** Tells of a build that failed. */
  readonly failed: (store: StoreId, error: unknown) => void;
}

interface Shelved {
  readonly record: SnapshotRecord;
  askedAtMs: number;
  replacedAtMs: number | null;
}

interface Waiting {
  readonly store: StoreId;
  readonly built: Promise<SnapshotRecord | null>;
  readonly begin: () => Promise<void>;
}

export class SnapshotShelf {
  readonly #options: ShelfOptions;
  /** By id. */
  readonly #shelved = new Map<string, Shelved>();
  readonly #queue: Waiting[] = [];
  readonly #retryAt = new Map<StoreId, number>();
  #building: Promise<void> | null = null;
  #lastTookMs = 1_000;
  #closed = false;

  /** With the files that an earlier run left, as far as they are of the present epoch and read models. */
  static async open(options: ShelfOptions): Promise<SnapshotShelf> {
    const shelf = new SnapshotShelf(options);
    await shelf.#readFolder();
    return shelf;
  }

  private constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** The store's snapshot; builds one when there is none, or behind the back of whoever is given an old one. */
  async take(store: StoreId, waitMs: number = SNAPSHOT_WAIT_MS): Promise<ShelfAnswer> {
    const { head, clock } = this.#options;
    const { epoch, position } = await head();
    this.#dropOthers(epoch);
    const newest = this.#newestOf(store);
    const behind = position - (newest?.record.position ?? 0);
    if (newest !== null && behind <= SNAPSHOT_STALE_EVENTS_MAX) {
      newest.askedAtMs = clock();
      if (behind > SNAPSHOT_BEHIND_EVENTS_MAX) void this.#enqueue(store);
      return { kind: 'given', record: newest.record };
    }
    if (position === 0) return { kind: 'none' };
    const waiting = this.#enqueue(store);
    if (waiting === null) return { kind: 'busy', retryAfterMs: this.#retryAfterMs(store) };
    const built = await withinTime(waiting, waitMs);
    if (built === 'late') return { kind: 'busy', retryAfterMs: this.#retryAfterMs(store) };
    return built === null ? { kind: 'none' } : { kind: 'given', record: built };
  }

  /** A snapshot that was given out before and is still here. */
  find(id: string): SnapshotRecord | null {
    const found = this.#shelved.get(id);
    if (found === undefined) return null;
    found.askedAtMs = this.#options.clock();
    return found.record;
  }

  /** Whoever waits is told that there is none; a build that runs is waited for. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#building;
  }

  #newestOf(store: StoreId): Shelved | null {
    const own = [...this.#shelved.values()].filter(
      ({ record, replacedAtMs }) => record.store === store && replacedAtMs === null,
    );
    return own.at(-1) ?? null;
  }

  /** By how many stand before this store, and how long the last build took. */
  #retryAfterMs(store: StoreId): number {
    const place = this.#queue.findIndex((one) => one.store === store);
    const before = place === -1 ? this.#queue.length : place;
    return Math.min(SNAPSHOT_RETRY_MAX_MS, SNAPSHOT_RETRY_MS + before * this.#lastTookMs);
  }

  /** null: it may not be built now. */
  #enqueue(store: StoreId): Promise<SnapshotRecord | null> | null {
    const waiting = this.#queue.find((one) => one.store === store);
    if (waiting !== undefined) return waiting.built;
    const { clock } = this.#options;
    if (this.#closed || this.#queue.length >= SNAPSHOT_QUEUE_MAX || clock() < (this.#retryAt.get(store) ?? 0))
      return null;
    const { promise, resolve } = Promise.withResolvers<SnapshotRecord | null>();
    const begin = async (): Promise<void> => resolve(await this.#build(store));
    this.#queue.push({ store, built: promise, begin });
    this.#building ??= this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      await next.begin();
      this.#queue.shift();
    }
    this.#building = null;
  }

  async #build(store: StoreId): Promise<SnapshotRecord | null> {
    const { build, clock, failed } = this.#options;
    if (this.#closed) return null;
    try {
      const record = await build(store);
      if (record === null) this.#retryLater(store);
      else {
        this.#put(record);
        this.#lastTookMs = record.tookMs;
      }
      return record;
    } catch (error) {
      this.#retryLater(store);
      failed(store, error);
      return null;
    } finally {
      this.#dropSurplus(clock());
    }
  }

  #retryLater(store: StoreId): void {
    const nowMs = this.#options.clock();
    for (const [other, atMs] of this.#retryAt) if (atMs <= nowMs) this.#retryAt.delete(other);
    this.#retryAt.set(store, nowMs + SNAPSHOT_RETRY_MS);
  }

  #put(record: SnapshotRecord): void {
    const nowMs = this.#options.clock();
    for (const other of this.#shelved.values()) {
      if (other.record.store === record.store) other.replacedAtMs ??= nowMs;
    }
    this.#shelved.set(record.id, { record, askedAtMs: nowMs, replacedAtMs: null });
  }

  #dropOthers(epoch: string): void {
    for (const { record } of this.#shelved.values()) if (record.epoch !== epoch) this.#drop(record.id);
  }

  #dropSurplus(nowMs: number): void {
    for (const { record, replacedAtMs } of this.#shelved.values()) {
      if (replacedAtMs !== null && nowMs - replacedAtMs > SNAPSHOT_REPLACED_KEPT_MS) this.#drop(record.id);
    }
    const byUse = [...this.#shelved.values()].toSorted((a, b) => b.askedAtMs - a.askedAtMs);
    let bytes = 0;
    for (const [index, { record }] of byUse.entries()) {
      bytes += record.fileBytes;
      // The newest stays whatever its size: somebody waits for it.
      if (index > 0 && (index >= SNAPSHOT_FILES_MAX || bytes > SNAPSHOT_FOLDER_BYTES_MAX)) this.#drop(record.id);
    }
  }

  #drop(id: string): void {
    this.#shelved.delete(id);
    removeSnapshot(this.#options.folder, id);
  }

  async #readFolder(): Promise<void> {
    const { folder, readModelVersion, head, clock } = this.#options;
    const { epoch, position } = await head();
    const records: SnapshotRecord[] = [];
    for (const id of snapshotIdsIn(folder)) {
      const record = await readRecord(folder, id);
      const fits =
        record?.epoch === epoch && record.readModelVersion === readModelVersion && record.position <= position;
      if (record === null || !fits) removeSnapshot(folder, id);
      else records.push(record);
    }
    for (const record of records.toSorted((a, b) => a.builtAtMs - b.builtAtMs)) this.#put(record);
    this.#dropSurplus(clock());
  }
}

async function withinTime<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
