// A device log over any DeviceStorage: what each method means, decided once for memory and IndexedDB.
// Every method is one transaction. Keeps nothing in memory between calls but what can not change (parsed pages of the
// base): another tab may have written meanwhile.
//
// 1. Own entries are seq c+1…head.seq of the present device id (c: how far they were dropped); their bytes are in
//    `events`, once per id.
// 2. Read models = the base's pages, over them rows folded from events of the present generation, each once. A projector that
//    is not of the base's version has only the rows (device-fold.ts, `foldsOnBase`).
// 3. accepted.seq ≤ head.seq, and accepted.hash is this chain's hash at that seq.
// 4. The cursor moves only together with everything the frame or the snapshot brought.
import { appendToDeviceChain, type AppendedEvent } from './device-append.ts';
import { compactedTo, hashesIn, mendOwn, outboxPart, rechainOwn, setOwnDamagedAside } from './device-chain.ts';
import { compactOwn, compactReceived, type ReceivedCompaction } from './device-compaction.ts';
import { foldBatch, standingOf } from './device-fold.ts';
import { compareFolds } from './fold-versions.ts';
import { isSound } from './kept-event.ts';
import { deliver, readDelivered } from './device-frame.ts';
import type {
  Compacted,
  DeviceAppend,
  DeviceFrame,
  DeviceIdentity,
  DeviceLog,
  DeviceLogChange,
  DeviceLogState,
  FrameOutcome,
  InstallOutcome,
  KeptState,
  LinesLimit,
  LocalWrite,
  OutboxPart,
} from './device-log.ts';
import { summaryOf, type DeviceReading, type DeviceWork, type Mending } from './device-reading.ts';
import { DeviceRecords } from './device-records.ts';
import {
  addPages,
  changeBase,
  checkPages,
  dropStaged,
  foldOnBase,
  readSnapshotHeader,
  readyToInstall,
  stagedOf,
  stageSnapshot,
} from './device-snapshot.ts';
import type { KeptEvent } from './device-storage.ts';
import { changed, DeviceTransactions, unchanged, type StoredDeviceLogOptions } from './device-transactions.ts';
import { utf8Length, type EventLine } from './event-line.ts';
import { readStoredLine } from './stored-line.ts';
import type { EventId } from './id.ts';
import { lineSum } from './line-sum.ts';
import { sameCursor, type AcceptedMark, type ChainPoint, type Cursor, type Seq } from './place.ts';
import { SnapshotRefused, type SnapshotHeader, type SnapshotPage } from './snapshot.ts';
import type { Json, TableReader, Tables } from './tables.ts';

/** Events read at a time where their bytes are checked. */
const CHECKED_EVENTS_MAX = 500;

export class StoredDeviceLog implements DeviceLog {
  readonly #work: DeviceTransactions;
  readonly #reading: DeviceReading;
  readonly #options: StoredDeviceLogOptions;
  readonly tables: TableReader;

  constructor(options: StoredDeviceLogOptions) {
    this.#options = options;
    this.#work = new DeviceTransactions(options);
    this.#reading = this.#work.reading;
    this.tables = this.#reading.tables;
  }

  /**
   * Brings the read models up to this app: folds again if other projectors made them, or asks for a snapshot. Every
   * method waits for it. Throws `DeviceLogOutdated` when a newer app made them.
   */
  ready(): Promise<void> {
    return this.#reading.ready();
  }

  state(): Promise<DeviceLogState | null> {
    return this.#reading.read(async (work) => {
      if (work === null) return null;
      return { ...(await summaryOf(work)), compactedTo: compactedTo(this.#options.hash, work.meta) };
    });
  }

  /** For a reader over the same storage. */
  get mending(): Mending {
    return this.#work;
  }

  enrol(identity: DeviceIdentity, local: readonly LocalWrite[] = []): Promise<void> {
    return this.#work.enrol(identity, local);
  }

  append({ drafts, clock, local = [] }: DeviceAppend): Promise<readonly AppendedEvent[]> {
    return this.#work.write(async (work) => {
      const { meta, records } = work;
      const ids = drafts.map(({ id }) => id);
      if (new Set(ids).size < ids.length) throw new Error('Two drafts of one commit carry the same id.');
      const { device } = meta.identity;
      const known = await findSaved(records, ids);
      const fresh = drafts.filter(({ id }) => !known.has(id));
      if (fresh.length === 0 && drafts.length > 0) {
        await records.putLocal(local);
        return changed('local', inOrder(ids, known));
      }
      const { head, appended } = appendToDeviceChain(this.#options.hash, device, meta.head, fresh, clock);
      const kept = appended.map(({ event, line, place }): KeptEvent => ({
        id: event.id,
        line,
        position: null,
        place,
        own: true,
        generation: meta.generation,
        standing: standingOf(this.#work.folds, event),
        sum: lineSum(line),
      }));
      const parked = kept.filter(({ standing }) => standing === 'parked').length;
      await records.putOwn(appended.map(({ event, place }) => ({ seq: place.seq, id: event.id, hash: place.hash })));
      await records.putEvents(kept);
      await records.putMeta({ ...meta, head, lastAppendAtMs: clock.nowMs, parked: meta.parked + parked });
      await records.putLocal(local);
      const folded = parked === 0 ? appended : appended.filter((_, index) => kept[index]?.standing === 'folded');
      await foldBatch(this.#work.folds, work, folded);
      for (const entry of appended) known.set(entry.event.id, entry);
      return changed('append', inOrder(ids, known));
    });
  }

  outbox(afterSeq: Seq, limit: LinesLimit): Promise<OutboxPart> {
    return this.#reading.read((work) =>
      work === null
        ? Promise.resolve({ before: null, hole: null, lines: [] })
        : outboxPart(this.#options.hash, work.meta, work.records, afterSeq, limit),
    );
  }

  accept({ epoch, seq, hash, mac }: AcceptedMark, over?: string | null): Promise<void> {
    return this.#work.write(async ({ meta, records }) => {
      const { accepted } = meta;
      if (accepted !== null && accepted.epoch === epoch && seq <= accepted.seq) return unchanged(undefined);
      // A tab that was frozen in an earlier history says what that had: what this one lacks would be called sent.
      const isOutrun = over !== undefined && accepted !== null && accepted.epoch !== epoch && accepted.epoch !== over;
      if (isOutrun) return unchanged(undefined);
      const [point] = await hashesIn(this.#options.hash, meta, records, [seq]);
      // A mark of another chain: given before a fork was repaired, to a tab that was frozen since.
      if (point?.hash !== hash) return unchanged(undefined);
      await records.putMeta({ ...meta, accepted: { epoch, seq, hash, mac } });
      return changed('accepted', undefined);
    });
  }

  async applyFrame({ from, to, lines }: DeviceFrame): Promise<FrameOutcome> {
    const delivered = lines.map(readDelivered);
    return this.#work.write<FrameOutcome>(async (work) => {
      const { meta, records } = work;
      // No frame crosses an epoch: the read models of the one before are replaced by a snapshot.
      if (!sameCursor(meta.cursor, from) || (from !== null && from.epoch !== to.epoch)) return unchanged('stale');
      // Another tab is on its way to a new history, and offers what is held: what came now, nobody would offer any more.
      if (meta.accepted !== null && meta.accepted.epoch !== to.epoch) return unchanged('stale');
      const { fresh, parked, healed } = await deliver(this.#work.folds, work, delivered, from?.position ?? null);
      await records.putMeta({
        ...meta,
        cursor: { epoch: to.epoch, position: to.position, hash: to.hash, mac: to.mac },
        parked: meta.parked + parked,
        damaged: meta.damaged - healed.length,
      });
      await mendOwn(this.#options.hash, meta, records, healed);
      await foldBatch(this.#work.folds, work, fresh);
      return changed('frame', 'applied');
    });
  }

  hashesAt(seqs: readonly Seq[]): Promise<(ChainPoint | null)[]> {
    return this.#reading.read(async (work) =>
      work === null ? seqs.map(() => null) : hashesIn(this.#options.hash, work.meta, work.records, seqs),
    );
  }

  rechain({ commonSeq, device, from }: Parameters<DeviceLog['rechain']>[0]): Promise<void> {
    return this.#work.write(async (work) => {
      const { identity } = work.meta;
      // A repeat: the id was taken, and whatever followed was appended under it.
      if (identity.device === device) return unchanged(undefined);
      if (from !== undefined && identity.device !== from) return unchanged(undefined);
      await this.#work.takeChain(work, await rechainOwn(this.#options.hash, work, device, commonSeq));
      return changed('rechain', undefined);
    });
  }

  setDamagedAside(seq: Seq, problem: string): Promise<void> {
    return this.#work.write(async (work) => {
      const meta = await setOwnDamagedAside(work, seq, problem);
      if (meta === null) return unchanged(undefined);
      await this.#work.refold({ ...work, meta });
      return changed('rebuild', undefined);
    });
  }

  heldIds(after: EventId | null, idsMax: number): Promise<readonly EventId[]> {
    return this.#reading.read(async (work) => {
      const ids: EventId[] = [];
      let last = after;
      while (work !== null && ids.length < idsMax) {
        const wanted = Math.min(CHECKED_EVENTS_MAX, idsMax - ids.length);
        const page: KeptEvent[] = await work.records.eventsAfter(last, wanted);
        for (const kept of page) if (isSound(kept)) ids.push(kept.id);
        if (page.length < wanted) break;
        last = page.at(-1)?.id ?? last;
      }
      return ids;
    });
  }

  heldLines(ids: readonly EventId[], limit: LinesLimit): Promise<readonly EventLine[]> {
    return this.#reading.read(async (work) => {
      const lines: EventLine[] = [];
      if (work === null) return lines;
      let bytes = 0;
      for (const kept of await work.records.events(ids.slice(0, limit.eventsMax))) {
        if (kept === undefined || !isSound(kept)) continue;
        bytes += utf8Length(kept.line);
        if (bytes > limit.bytesMax && lines.length > 0) break;
        lines.push(kept.line);
      }
      return lines;
    });
  }

  find(ids: readonly EventId[]): Promise<KeptState[]> {
    return this.#reading.read(async (work) => {
      if (work === null) return [];
      const kept = (await work.records.events(ids)).filter((event) => event !== undefined);
      return kept.map(({ id, line, position, place }) => ({ id, line, position, place }));
    });
  }

  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return this.#reading.getLocal(keys);
  }

  putLocal(writes: readonly LocalWrite[]): Promise<void> {
    return this.#work.withRoom(() =>
      this.#options.storage.write(async (transaction) => {
        await new DeviceRecords(transaction).putLocal(writes);
        return changed('local', undefined);
      }),
    );
  }

  async beginSnapshot(header: SnapshotHeader): Promise<{ readonly pagesHeld: number }> {
    const read = readSnapshotHeader(header);
    if (compareFolds(read.folds, this.#options.projectors) !== 'same') {
      throw new SnapshotRefused('other-folds', 'This snapshot was made by another version of the app: update the app.');
    }
    return this.#work.writeOnce(async ({ meta, records, transaction }) => {
      const pagesHeld = await stageSnapshot(records, transaction, meta, read);
      return { result: { pagesHeld }, change: null };
    });
  }

  async addSnapshotPages(id: string, pages: readonly SnapshotPage[]): Promise<void> {
    const staged = await this.#reading.read(async (work) => (work === null ? null : stagedOf(work.records, id)));
    if (staged === null) throw new SnapshotRefused('not-staged', 'This device has no identity yet.');
    const checked = checkPages(staged, pages);
    await this.#work.writeOnce(async ({ records, transaction }) => {
      await addPages(records, transaction, id, checked);
      return unchanged(undefined);
    });
  }

  installSnapshot(id: string, over?: Cursor | null): Promise<InstallOutcome> {
    return this.#work.writeOnce<InstallOutcome>(async (work) => {
      const { transaction, records } = work;
      const ready = await readyToInstall(this.#options.hash, records, work.meta, id, over);
      if (ready === null) return unchanged('installed');
      if (ready === 'stale') {
        await dropStaged(records, transaction, work.meta);
        return unchanged('stale');
      }
      const meta = await changeBase(work, this.#options.projectors, ready);
      const onBase = await this.#reading.on(transaction, meta);
      const parked = await foldOnBase(this.#work.folds, onBase, ready.header);
      await records.putMeta({ ...meta, parked });
      return changed('rebuild', 'installed');
    });
  }

  async compact(age: { readonly olderThanMs: number; readonly nowMs: number }): Promise<Compacted> {
    const beforeMs = age.nowMs - age.olderThanMs;
    let events = 0;
    let ownEntries = 0;
    const step = async <Result>(body: (work: DeviceWork) => Promise<Result>): Promise<Result> =>
      this.#work.write(async (work) => unchanged(await body(work)));
    for (;;) {
      const part = await step(async ({ meta, records }) => {
        const done = await compactOwn(records, meta, beforeMs);
        if (done.ownEntries > 0) await records.putMeta(done.meta);
        return done;
      });
      if (part.ownEntries === 0) break;
      events += part.events;
      ownEntries += part.ownEntries;
    }
    for (let from: EventId | null = null; ;) {
      const after: EventId | null = from;
      const part: ReceivedCompaction = await step(({ meta, records }) =>
        compactReceived(records, meta, beforeMs, after),
      );
      events += part.events;
      if (part.after === null) break;
      from = part.after;
    }
    return { events, ownEntries };
  }

  rebuild(): Promise<void> {
    return this.#work.write(async (work) => {
      await this.#work.refold(work);
      return changed('rebuild', undefined);
    });
  }

  repair(body: (tables: Tables) => Promise<void>): Promise<void> {
    return this.#work.write(async ({ tables }) => {
      await body(tables);
      return changed('rebuild', undefined);
    });
  }

  observe(observer: (change: DeviceLogChange) => void): () => void {
    return this.#options.storage.observe(observer);
  }

  close(): Promise<void> {
    return this.#options.storage.close();
  }
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
