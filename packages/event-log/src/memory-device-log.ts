// A device log in memory: for tests and the fault simulator. `MemoryDisk` is what survives a crash of the device; any
// number of handles (tabs) work on one disk, and a disk can be cloned like a device profile.
import { BufferedTables } from './buffered-tables.ts';
import type { DeviceLogChange } from './device-log.ts';
import type { DeviceStorage, DeviceTransaction, Written } from './device-storage.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';
import { StoredDeviceLog } from './stored-device-log.ts';

/**
 * Where a fault can strike a write: before its body, before its commit (nothing is written), or after it (all of it
 * is written, but the caller is told that it failed).
 */
export type FaultPoint = 'open' | 'commit' | 'after-commit';

/** Answers with the error that strikes at this point, or null. */
export type FaultSource = (point: FaultPoint) => Error | null;

/** The handle was closed, or its device crashed. A write that rejects with this was not committed. */
export class DeviceLogClosed extends Error {
  override readonly name = 'DeviceLogClosed';
  constructor() {
    super('This handle of the device log is closed. Open it again.');
  }
}

interface DiskContents {
  readonly records: MemoryTables;
  readonly rows: MemoryTables;
}

const copyOf = ({ records, rows }: DiskContents): DiskContents => ({ records: records.clone(), rows: rows.clone() });

type Observer = (change: DeviceLogChange) => void;

export class MemoryDisk {
  #contents: DiskContents = { records: new MemoryTables(), rows: new MemoryTables() };
  /** What a crash goes back to, while anything is unsynced. */
  #synced: DiskContents | null = null;
  readonly #lazySync: boolean;
  /** Rises with every crash: handles opened before are dead. */
  #boot = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #observers = new Set<Observer>();
  /** Asked at every fault point while set. */
  faults: FaultSource | null = null;

  /**
   * `lazySync` breaks the promise of law 4 on purpose: commits reach the disk only at `sync()`. It is there to show
   * that a test notices.
   */
  constructor(options: { readonly lazySync?: boolean } = {}) {
    this.#lazySync = options.lazySync ?? false;
  }

  /** An independent disk with what is safely on this one: a cloned device profile, or a backup of it. */
  clone(): MemoryDisk {
    const copy = new MemoryDisk({ lazySync: this.#lazySync });
    copy.#contents = copyOf(this.#synced ?? this.#contents);
    return copy;
  }

  /** Everything committed, for comparing. */
  dump(): { readonly records: ReturnType<MemoryTables['dump']>; readonly rows: ReturnType<MemoryTables['dump']> } {
    return { records: this.#contents.records.dump(), rows: this.#contents.rows.dump() };
  }

  sync(): void {
    this.#synced = null;
  }

  /** The device loses power: every handle is dead; what was not committed (and synced) is gone. */
  crash(): void {
    this.#boot += 1;
    this.#contents = this.#synced ?? this.#contents;
    this.#synced = null;
    this.#turn = Promise.resolve();
    this.#observers = new Set();
  }

  /** Another handle (tab) on this disk. */
  open(): DeviceStorage {
    const boot = this.#boot;
    let closed = false;
    const own = new Set<Observer>();
    const alive = (): DiskContents => {
      if (closed || boot !== this.#boot) throw new DeviceLogClosed();
      return this.#contents;
    };
    return {
      rows: {
        getMany: async (table, keys) => alive().rows.getMany(table, keys),
        range: async (table, range) => alive().rows.range(table, range),
      },
      // In turn with the writers, or a read of several steps would see half of a commit.
      read: (body) => this.#inTurn(() => body(alive())),
      write: (body) => this.#write(alive, body),
      observe: (observer) => {
        const entry: Observer = (change) => observer(change);
        const observers = this.#observers.add(entry);
        own.add(entry);
        return () => void (observers.delete(entry) && own.delete(entry));
      },
      close: async () => {
        closed = true;
        for (const entry of own) this.#observers.delete(entry);
      },
    };
  }

  #inTurn<Result>(body: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(body);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #write<Result>(
    alive: () => DiskContents,
    body: (transaction: DeviceTransaction) => Promise<Written<Result>>,
  ): Promise<Result> {
    const { result, change } = await this.#inTurn(async () => {
      this.#strike('open');
      const contents = alive();
      const records = new BufferedTables(contents.records, Number.POSITIVE_INFINITY);
      const rows = new BufferedTables(contents.rows, Number.POSITIVE_INFINITY);
      const written = await body({ records, rows });
      alive();
      this.#strike('commit');
      if (this.#lazySync) this.#synced ??= copyOf(contents);
      // No await between here and the end: a crash finds all of it or nothing.
      contents.records.apply(records.take());
      contents.rows.apply(rows.take());
      this.#strike('after-commit');
      return written;
    });
    // In their own turn: an observer that throws must not make a committed write look failed.
    if (change !== null) for (const observer of this.#observers) void Promise.resolve(change).then(observer);
    return result;
  }

  #strike(point: FaultPoint): void {
    const error = this.faults?.(point) ?? null;
    if (error !== null) throw error;
  }
}

/** One handle on a disk. Two handles are two tabs. */
export class MemoryDeviceLog extends StoredDeviceLog {
  constructor(disk: MemoryDisk, projectors: readonly Projector[], hash: Sha256) {
    super({ storage: disk.open(), projectors, hash });
  }
}
