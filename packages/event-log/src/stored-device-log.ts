// The device log over any DeviceStorage: what each method means, decided once for memory and IndexedDB.
// Every method is one transaction. Keeps nothing in memory between calls: another tab may have written meanwhile.
//
// 1. Own entries are seq 1…head.seq of the present device id; their bytes are in `events`, once per id.
// 2. An event is folded in the transaction that first keeps it, and never again while the read models stand.
// 3. accepted.seq ≤ head.seq, and accepted.hash is this chain's hash at that seq.
// 4. The cursor moves only together with everything the frame brought.
import { deviceChainStart, nextDeviceHash } from './chain.ts';
import { appendToDeviceChain, type AppendedEvent } from './device-append.ts';
import { compareFolds, foldBatch, foldsOf, refold } from './device-fold.ts';
import { deliver, readDelivered } from './device-frame.ts';
import type {
  DeviceAppend,
  DeviceFrame,
  DeviceIdentity,
  DeviceLog,
  DeviceLogChange,
  DeviceLogState,
  FrameOutcome,
  KeptState,
  LocalWrite,
  PlacedLine,
} from './device-log.ts';
import { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, DeviceStorage, DeviceTransaction, KeptEvent, OwnEntry, Written } from './device-storage.ts';
import { readStoredLine, utf8Length } from './event.ts';
import { msFromHybridTime } from './hybrid-time.ts';
import type { EventId } from './id.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { NEEDS_ATTENTION_TABLE } from './needs-attention.ts';
import { sameCursor, type AcceptedMark, type ChainPoint, type Seq } from './place.ts';
import type { Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';
import type { Json, TableReader } from './tables.ts';

/** A page of an older app version writes beside a newer one: it may not. What is on its screen is not saved. */
export class DeviceLogOutdated extends Error {
  override readonly name = 'DeviceLogOutdated';
  constructor() {
    super(
      'A newer version of the app is open on this device. Nothing was saved here: reload this page and do it again.',
    );
  }
}

/** A method that needs an identity was called on a log that has none. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled';
  constructor() {
    super('This device has no identity yet: pair it with a store first.');
  }
}

export interface StoredDeviceLogOptions {
  readonly storage: DeviceStorage;
  readonly projectors: readonly Projector[];
  readonly hash: Sha256;
}

const unchanged = <Result>(result: Result): Written<Result> => ({ result, change: null });
const changed = <Result>(cause: DeviceLogChange['cause'], result: Result): Written<Result> => ({
  result,
  change: { cause },
});

export class StoredDeviceLog implements DeviceLog {
  readonly #storage: DeviceStorage;
  readonly #projectors: readonly Projector[];
  readonly #hash: Sha256;
  /** The read models were made by these projectors, or there are none yet. */
  #upToDate: Promise<void> | null = null;
  readonly tables: TableReader;

  constructor({ storage, projectors, hash }: StoredDeviceLogOptions) {
    this.#storage = storage;
    this.#projectors = projectors;
    this.#hash = hash;
    this.tables = {
      getMany: async (table, keys) => {
        await this.ready();
        return storage.rows.getMany(table, keys);
      },
      range: async (table, range) => {
        await this.ready();
        return storage.rows.range(table, range);
      },
    };
  }

  /**
   * Folds the log again if other projectors made the read models. Every method waits for it. Throws
   * `DeviceLogOutdated` when a newer app made them.
   */
  ready(): Promise<void> {
    this.#upToDate ??= this.#refoldIfNeeded().catch((error: unknown) => {
      this.#upToDate = null;
      throw error;
    });
    return this.#upToDate;
  }

  async #refoldIfNeeded(): Promise<void> {
    const folds = foldsOf(this.#projectors);
    const stored = await this.#storage.read((transaction) => new DeviceRecords(transaction).meta());
    if (stored === null || compareFolds(stored.folds, folds) === 'same') return;
    await this.#storage.write(async (transaction) => {
      const records = new DeviceRecords(transaction);
      const meta = await records.meta();
      const order = meta === null ? 'same' : compareFolds(meta.folds, folds);
      if (order === 'older') throw new DeviceLogOutdated();
      if (meta === null || order === 'same') return unchanged(undefined);
      await refold(transaction, this.#projectors, meta.folds);
      await records.putMeta({ ...meta, folds });
      return changed('rebuild', undefined);
    });
  }

  async #read<Result>(
    body: (records: DeviceRecords, transaction: DeviceTransaction) => Promise<Result>,
  ): Promise<Result> {
    await this.ready();
    return this.#storage.read((transaction) => body(new DeviceRecords(transaction), transaction));
  }

  /** A write by an enrolled device whose projectors are those that made the tables. */
  async #write<Result>(
    body: (meta: DeviceMeta, records: DeviceRecords, transaction: DeviceTransaction) => Promise<Written<Result>>,
  ): Promise<Result> {
    await this.ready();
    return this.#storage.write(async (transaction) => {
      const records = new DeviceRecords(transaction);
      const meta = await records.meta();
      if (meta === null) throw new NotEnrolled();
      if (compareFolds(meta.folds, foldsOf(this.#projectors)) !== 'same') throw new DeviceLogOutdated();
      return body(meta, records, transaction);
    });
  }

  state(): Promise<DeviceLogState | null> {
    return this.#read(async (records, transaction) => {
      const meta = await records.meta();
      if (meta === null) return null;
      const acceptedSeq = meta.accepted?.seq ?? 0;
      const awaiting = await transaction.rows.range(NEEDS_ATTENTION_TABLE, { rowsMax: RANGE_ROWS_MAX });
      return {
        identity: meta.identity,
        head: { seq: meta.head.seq, hash: meta.head.hash },
        accepted: meta.accepted,
        cursor: meta.cursor,
        lastAppendAtMs: meta.lastAppendAtMs,
        pending: {
          events: meta.head.seq - acceptedSeq,
          oldestRecordedAtMs: meta.head.seq === acceptedSeq ? null : await recordedAtMs(records, acceptedSeq + 1),
        },
        needsAttention: awaiting.length,
      };
    });
  }

  async enrol(identity: DeviceIdentity): Promise<void> {
    await this.ready();
    await this.#storage.write(async (transaction) => {
      const records = new DeviceRecords(transaction);
      const meta = await records.meta();
      if (meta !== null) {
        const same = meta.identity.device === identity.device && meta.identity.store === identity.store;
        if (!same) throw new Error(`This device is already enrolled as ${meta.identity.device}.`);
        return unchanged(undefined);
      }
      const head = { seq: 0, hash: deviceChainStart(this.#hash, identity.device), lastStamp: null };
      const { device, store } = identity;
      const folds = foldsOf(this.#projectors);
      await records.putMeta({
        identity: { device, store },
        head,
        lastAppendAtMs: null,
        accepted: null,
        cursor: null,
        folds,
      });
      return changed('enrolled', undefined);
    });
  }

  append({ drafts, clock, local = [] }: DeviceAppend): Promise<readonly AppendedEvent[]> {
    return this.#write(async (meta, records, transaction) => {
      const ids = drafts.map(({ id }) => id);
      if (new Set(ids).size < ids.length) throw new Error('Two drafts of one commit carry the same id.');
      const { device } = meta.identity;
      const known = await findSaved(records, ids);
      const fresh = drafts.filter(({ id }) => !known.has(id));
      if (fresh.length === 0 && drafts.length > 0) {
        await records.putLocal(local);
        return changed('local', inOrder(ids, known));
      }
      const { head, appended } = appendToDeviceChain(this.#hash, device, meta.head, fresh, clock);
      await records.putOwn(appended.map(({ event, place }) => ({ seq: place.seq, id: event.id, hash: place.hash })));
      await records.putEvents(
        appended.map(({ event, line, place }) => ({ id: event.id, line, position: null, place, own: true })),
      );
      await records.putMeta({ ...meta, head, lastAppendAtMs: clock.nowMs });
      await records.putLocal(local);
      await foldBatch(transaction, this.#projectors, appended);
      for (const entry of appended) known.set(entry.event.id, entry);
      return changed('append', inOrder(ids, known));
    });
  }

  outbox(afterSeq: Seq, limit: { readonly eventsMax: number; readonly bytesMax: number }): Promise<PlacedLine[]> {
    return this.#read(async (records) => {
      const meta = await records.meta();
      if (meta === null) return [];
      const entries = await records.ownAfter(afterSeq, limit.eventsMax);
      const kept = await records.events(entries.map(({ id }) => id));
      const lines: PlacedLine[] = [];
      let bytes = 0;
      for (const [index, { seq, hash, id }] of entries.entries()) {
        const { line } = present(kept[index], id);
        bytes += utf8Length(line);
        if (bytes > limit.bytesMax && lines.length > 0) break;
        lines.push({ place: { device: meta.identity.device, seq, hash }, line });
      }
      return lines;
    });
  }

  accept({ epoch, seq, hash, mac }: AcceptedMark): Promise<void> {
    return this.#write(async (meta, records) => {
      const { accepted } = meta;
      if (accepted !== null && accepted.epoch === epoch && seq <= accepted.seq) return unchanged(undefined);
      const [point] = await this.#hashesIn(meta, records, [seq]);
      // A mark of another chain: given before a fork was repaired, to a tab that was frozen since.
      if (point?.hash !== hash) return unchanged(undefined);
      await records.putMeta({ ...meta, accepted: { epoch, seq, hash, mac } });
      return changed('accepted', undefined);
    });
  }

  async applyFrame({ from, to, lines }: DeviceFrame): Promise<FrameOutcome> {
    const delivered = lines.map(readDelivered);
    return this.#write<FrameOutcome>(async (meta, records, transaction) => {
      const isNext = meta.cursor === null || from === null ? meta.cursor === from : sameCursor(meta.cursor, from);
      if (!isNext) return unchanged('stale');
      const fresh = await deliver(transaction, meta.identity.device, delivered);
      await records.putMeta({
        ...meta,
        cursor: { epoch: to.epoch, position: to.position, hash: to.hash, mac: to.mac },
      });
      await foldBatch(transaction, this.#projectors, fresh);
      return changed('frame', 'applied');
    });
  }

  hashesAt(seqs: readonly Seq[]): Promise<(ChainPoint | null)[]> {
    return this.#read(async (records) => {
      const meta = await records.meta();
      return meta === null ? seqs.map(() => null) : this.#hashesIn(meta, records, seqs);
    });
  }

  async #hashesIn(meta: DeviceMeta, records: DeviceRecords, seqs: readonly Seq[]): Promise<(ChainPoint | null)[]> {
    const entries = await records.own(seqs);
    return seqs.map((seq, index) => {
      const hash = seq === 0 ? deviceChainStart(this.#hash, meta.identity.device) : entries[index]?.hash;
      return hash === undefined ? null : { seq, hash };
    });
  }

  rechain({ commonSeq, device, from }: Parameters<DeviceLog['rechain']>[0]): Promise<void> {
    return this.#write(async (meta, records) => {
      // A repeat: the id was taken, and whatever followed was appended under it.
      if (meta.identity.device === device) return unchanged(undefined);
      if (from !== undefined && meta.identity.device !== from) return unchanged(undefined);
      const tail = await records.allOwnAfter(commonSeq);
      const kept = await records.events(tail.map(({ id }) => id));
      const entries: OwnEntry[] = [];
      const events: KeptEvent[] = [];
      let hash = deviceChainStart(this.#hash, device);
      for (const [index, { id }] of tail.entries()) {
        const event = present(kept[index], id);
        hash = nextDeviceHash(this.#hash, hash, event.line);
        entries.push({ seq: index + 1, id, hash });
        events.push({ ...event, place: { device, seq: index + 1, hash } });
      }
      await records.clearOwn();
      await records.putOwn(entries);
      await records.putEvents(events);
      const head = { seq: entries.length, hash, lastStamp: meta.head.lastStamp };
      await records.putMeta({ ...meta, identity: { ...meta.identity, device }, head, accepted: null });
      return changed('rechain', undefined);
    });
  }

  find(ids: readonly EventId[]): Promise<KeptState[]> {
    return this.#read(async (records) => {
      const kept = (await records.events(ids)).filter((event) => event !== undefined);
      return kept.map(({ id, line, position, place }) => ({ id, line, position, place }));
    });
  }

  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return this.#storage.read((transaction) => new DeviceRecords(transaction).local(keys));
  }

  putLocal(writes: readonly LocalWrite[]): Promise<void> {
    return this.#storage.write(async (transaction) => {
      await new DeviceRecords(transaction).putLocal(writes);
      return changed('local', undefined);
    });
  }

  rebuild(): Promise<void> {
    return this.#write(async (meta, _records, transaction) => {
      await refold(transaction, this.#projectors, meta.folds);
      return changed('rebuild', undefined);
    });
  }

  observe(observer: (change: DeviceLogChange) => void): () => void {
    return this.#storage.observe(observer);
  }

  close(): Promise<void> {
    return this.#storage.close();
  }
}

function present(kept: KeptEvent | undefined, id: EventId): KeptEvent {
  if (kept === undefined) throw new Error(`The log names event ${id} but does not hold it: its storage is damaged.`);
  return kept;
}

async function recordedAtMs(records: DeviceRecords, seq: Seq): Promise<number | null> {
  const [entry] = await records.own([seq]);
  if (entry === undefined) return null;
  const [kept] = await records.events([entry.id]);
  return msFromHybridTime(readStoredLine(present(kept, entry.id).line).recordedAt);
}

/** What of these drafts was saved before: a commit that is tried again after an unclear end writes nothing twice. */
async function findSaved(records: DeviceRecords, ids: readonly EventId[]): Promise<Map<EventId, AppendedEvent>> {
  const saved = new Map<EventId, AppendedEvent>();
  for (const kept of await records.events(ids)) {
    if (kept === undefined) continue;
    if (!kept.own || kept.place === null)
      throw new Error(`Event ${kept.id} came from elsewhere and can not be appended here.`);
    saved.set(kept.id, { event: readStoredLine(kept.line), line: kept.line, place: kept.place });
  }
  return saved;
}

function inOrder(ids: readonly EventId[], saved: ReadonlyMap<EventId, AppendedEvent>): AppendedEvent[] {
  return ids.map((id) => saved.get(id)).filter((entry) => entry !== undefined);
}
