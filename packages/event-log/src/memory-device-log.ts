// A device log in memory: for tests and the fault simulator. `MemoryDisk` is what survives a crash of the device; any
// number of handles (tabs) work on one disk, and a disk can be cloned like a device profile.
import { BufferedTables, type TableWrites } from './buffered-tables.ts';
import type { DeviceLogChange } from './device-log.ts';
import { DeviceLogClosed } from './device-log-problems.ts';
import {
  StorageFull,
  type DeviceStorage,
  type DeviceTransaction,
  type KeptEvent,
  type Written,
} from './device-storage.ts';
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';
import { StoredDeviceLog } from './stored-device-log.ts';
import { sortableNumber, type ClearableTables, type Range, type Row } from './tables.ts';

/**
 * The I/O steps of a transaction, at each of which a fault can strike or the device lose power: opening it, each request
 * that reads, then each table it writes, its commit (until here nothing is written), and right after it (all of it is
 * written, but the caller is told that it failed).
 */
export type FaultPoint = 'open' | 'read' | 'write' | 'commit' | 'after-commit';

/** Answers with the error that strikes at this step, or null. It may also call `crash` on the disk. */
export type FaultSource = (point: FaultPoint) => Error | null;

/** The three spaces of a device's storage. */
interface DiskContents {
  readonly records: MemoryTables;
  readonly rows: MemoryTables;
  readonly pages: MemoryTables;
}

type Space = keyof DiskContents;
const SPACES: readonly Space[] = ['records', 'rows', 'pages'];

/** What one transaction changes. */
type DiskWrites = Readonly<Record<Space, readonly TableWrites[]>>;

const emptyDisk = (): DiskContents => ({
  records: new MemoryTables(),
  rows: new MemoryTables(),
  pages: new MemoryTables(),
});
const copyOf = ({ records, rows, pages }: DiskContents): DiskContents => ({
  records: records.clone(),
  rows: rows.clone(),
  pages: pages.clone(),
});

function applyTo(contents: DiskContents, writes: DiskWrites): void {
  for (const space of SPACES) contents[space].apply(writes[space]);
}

const putsRows = (writes: DiskWrites): boolean =>
  SPACES.some((space) => writes[space].some(({ puts }) => puts.length > 0));

type Observer = (change: DeviceLogChange) => void;

export class MemoryDisk {
  #contents: DiskContents = emptyDisk();
  /** With `lazySync`: what is safely on the disk, and what was committed since. */
  #synced: DiskContents | null = null;
  #unsynced: DiskWrites[] = [];
  /** Rises with every crash: handles opened before are dead. */
  #boot = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #observers = new Set<Observer>();
  /** Asked at every I/O step while set. */
  faults: FaultSource | null = null;
  /** Rows, pages and records that fit on it; a commit that would go beyond fails with `StorageFull`. */
  capacity = Number.POSITIVE_INFINITY;

  /**
   * `lazySync` breaks the promise of law 4 on purpose: commits reach the disk only at `sync()`. It is there to show
   * that a test notices.
   */
  constructor(options: { readonly lazySync?: boolean } = {}) {
    if (options.lazySync === true) this.#synced = emptyDisk();
  }

  /** An independent disk with what is safely on this one: a cloned device profile, or a backup of it. */
  clone(): MemoryDisk {
    const copy = new MemoryDisk({ lazySync: this.#synced !== null });
    copy.#contents = copyOf(this.#synced ?? this.#contents);
    if (this.#synced !== null) copy.#synced = copyOf(this.#synced);
    return copy;
  }

  /** Everything committed, for comparing. */
  dump(): Readonly<Record<Space, ReturnType<MemoryTables['dump']>>> {
    const { records, rows, pages } = this.#contents;
    return { records: records.dump(), rows: rows.dump(), pages: pages.dump() };
  }

  /** How many records, rows and pages are on it. */
  get size(): number {
    return SPACES.reduce((rows, space) => rows + this.#contents[space].size, 0);
  }

  sync(): void {
    if (this.#synced !== null) for (const writes of this.#unsynced) applyTo(this.#synced, writes);
    this.#unsynced = [];
  }

  /**
   * The device loses power: every handle is dead; what was not committed is gone. Of commits that are not synced
   * (`lazySync`) the first `unsyncedKept` survive.
   */
  crash(unsyncedKept = 0): void {
    this.#boot += 1;
    if (this.#synced !== null && this.#unsynced.length > 0) {
      for (const writes of this.#unsynced.slice(0, unsyncedKept)) applyTo(this.#synced, writes);
      this.#unsynced = [];
      this.#contents = copyOf(this.#synced);
    }
    this.#turn = Promise.resolve();
    this.#observers = new Set();
  }

  /** The disk changes one bit of a stored event's line, on its own. False: there is no such event. */
  flipBit(id: EventId, bit: number): boolean {
    const line = (this.#contents.records.peek('events', id) as KeptEvent | undefined)?.line ?? '';
    if (line.length === 0) return false;
    const at = Math.floor(bit / 7) % line.length;
    // One of the seven bits of an ASCII character; a foreign character stays one.
    const flipped = String.fromCharCode(line.charCodeAt(at) ^ (1 << (bit % 7)));
    this.changeLine(id, line.slice(0, at) + flipped + line.slice(at + 1));
    return true;
  }

  /** The disk changes a stored event's line, on its own. */
  changeLine(id: EventId, line: string): void {
    const found = this.#contents.records.peek('events', id) as KeptEvent | undefined;
    if (found !== undefined) this.#change('records', 'events', id, { ...found, line });
  }

  /** The disk changes the text of a stored page of a snapshot, on its own. */
  changePage(snapshot: string, index: number, text: string): void {
    this.#change('pages', snapshot, sortableNumber(index), text);
  }

  #change(space: Space, table: string, key: string, value: unknown): void {
    const writes: TableWrites[] = [{ table, cleared: false, puts: [{ key, value }], deletes: [] }];
    this.#contents[space].apply(writes);
    if (this.#synced?.[space].peek(table, key) !== undefined) this.#synced[space].apply(writes);
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
      // In turn with the writers, or a read of several steps would see half of a commit.
      read: (body) => this.#inTurn(() => body(this.#struck(alive))),
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

  /** The tables; behind faults, where there are any. */
  #struck(alive: () => DiskContents): DeviceTransaction {
    const contents = alive();
    if (this.faults === null) return contents;
    const strike = () => {
      this.#strike('read');
      alive();
    };
    const { records, rows, pages } = contents;
    return {
      records: new StruckTables(records, strike),
      rows: new StruckTables(rows, strike),
      pages: new StruckTables(pages, strike),
    };
  }

  async #write<Result>(
    alive: () => DiskContents,
    body: (transaction: DeviceTransaction) => Promise<Written<Result>>,
  ): Promise<Result> {
    const { result, change } = await this.#inTurn(async () => {
      this.#strike('open');
      const below = this.#struck(alive);
      const records = new BufferedTables(below.records, Number.POSITIVE_INFINITY);
      const rows = new BufferedTables(below.rows, Number.POSITIVE_INFINITY);
      const pages = new BufferedTables(below.pages, Number.POSITIVE_INFINITY);
      const written = await body({ records, rows, pages });
      alive();
      // No await between here and the end: a crash finds all of it or nothing.
      this.#commit(alive, { records: records.take(), rows: rows.take(), pages: pages.take() });
      return written;
    });
    // In their own turn: an observer that throws must not make a committed write look failed.
    if (change !== null) for (const observer of this.#observers) void Promise.resolve(change).then(observer);
    return result;
  }

  #commit(alive: () => DiskContents, writes: DiskWrites): void {
    if (this.faults !== null) {
      for (const space of SPACES) for (const _table of writes[space]) this.#strike('write');
      this.#strike('commit');
    }
    const contents = alive();
    if (this.capacity !== Number.POSITIVE_INFINITY && putsRows(writes) && this.#sizeAfter(writes) > this.capacity) {
      throw new StorageFull();
    }
    applyTo(contents, writes);
    if (this.#synced !== null) this.#unsynced.push(writes);
    this.#strike('after-commit');
  }

  #sizeAfter(writes: DiskWrites): number {
    let { size } = this;
    for (const space of SPACES) {
      for (const { table, cleared, puts, deletes } of writes[space]) {
        size += puts.filter(({ key }) => cleared || this.#contents[space].peek(table, key) === undefined).length;
        size -= cleared ? this.#contents[space].sizeOf(table) : 0;
        size -= cleared ? 0 : deletes.filter((key) => this.#contents[space].peek(table, key) !== undefined).length;
      }
    }
    return size;
  }

  #strike(point: FaultPoint): void {
    const error = this.faults?.(point) ?? null;
    if (error !== null) throw error;
  }
}

/** Tables of which every reading request may fail. */
class StruckTables implements ClearableTables {
  readonly #tables: MemoryTables;
  readonly #strike: () => void;

  constructor(tables: MemoryTables, strike: () => void) {
    this.#tables = tables;
    this.#strike = strike;
  }

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    this.#strike();
    return this.#tables.getMany<Value>(table, keys);
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    this.#strike();
    return this.#tables.range<Value>(table, range);
  }

  putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    return this.#tables.putMany(table, rows);
  }

  deleteMany(table: string, keys: readonly string[]): Promise<void> {
    return this.#tables.deleteMany(table, keys);
  }

  clear(table: string): Promise<void> {
    return this.#tables.clear(table);
  }
}

/** One handle on a disk. Two handles are two tabs. */
export class MemoryDeviceLog extends StoredDeviceLog {
  constructor(
    disk: MemoryDisk,
    projectors: readonly Projector[],
    hash: Sha256,
    understands?: (event: Event) => boolean,
  ) {
    super({ storage: disk.open(), projectors, hash, ...(understands === undefined ? {} : { understands }) });
  }
}
