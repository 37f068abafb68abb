// The writing transactions of a device log: each begins by reading where the log stands, gives its body the read models over
// their base (device-reading.ts), and refuses to write for an app that is older than what is stored. Owns bringing the read models up to the
// app, making room on a full disk, and giving up a base that is damaged.
import { deviceChainStart } from './chain.ts';
import { rechainOwn, type Rechained } from './device-chain.ts';
import {
  foldBatch,
  foldsOf,
  foldsOnBase,
  isBaseless,
  isKnown,
  refold,
  standingOf,
  toLogged,
  type DeviceFolds,
} from './device-fold.ts';
import { compareFolds } from './fold-versions.ts';
import { readSound } from './kept-event.ts';
import type { DeviceIdentity, DeviceLogChange, LocalWrite } from './device-log.ts';
import { DeviceLogOutdated, NotEnrolled, OutboxNotEmpty } from './device-log-problems.ts';
import { DeviceReading, isUpToDate, type DeviceWork, type Mending } from './device-reading.ts';
import { DeviceRecords } from './device-records.ts';
import { dropStaged } from './device-snapshot.ts';
import {
  StorageFull,
  type DeviceMeta,
  type DeviceStorage,
  type DeviceTransaction,
  type Written,
} from './device-storage.ts';
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { dropAttention } from './needs-attention.ts';
import { NEEDS_ATTENTION_TABLE } from './attention-table.ts';
import { JUDGEMENTS_TABLE, type Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';

export interface StoredDeviceLogOptions {
  readonly storage: DeviceStorage;
  readonly projectors: readonly Projector[];
  readonly hash: Sha256;
  /** Whether this app's projectors know a type in its version; absent: all of them. Others are parked. */
  readonly understands?: (event: Event) => boolean;
  /** Who reads this storage already; absent: a reader of its own. */
  readonly reading?: DeviceReading;
}

export const unchanged = <Result>(result: Result): Written<Result> => ({ result, change: null });
export const changed = <Result>(cause: DeviceLogChange['cause'], result: Result): Written<Result> => ({
  result,
  change: { cause },
});

const UNPARKED_EVENTS_MAX = 500;

export class DeviceTransactions implements Mending {
  readonly #storage: DeviceStorage;
  readonly #hash: Sha256;
  readonly #reading: DeviceReading;
  readonly folds: DeviceFolds;

  constructor({ storage, projectors, hash, understands = () => true, reading }: StoredDeviceLogOptions) {
    this.#storage = storage;
    this.#hash = hash;
    this.folds = { projectors, understands };
    this.#reading = reading ?? new DeviceReading({ storage, folds: projectors, mending: this });
  }

  get reading(): DeviceReading {
    return this.#reading;
  }

  /** A write by an enrolled device whose projectors are those that made the tables. */
  write<Result>(body: (work: DeviceWork) => Promise<Written<Result>>): Promise<Result> {
    return this.withRoom(() => this.writeOnce(body));
  }

  /** As `write`, but a full disk is the caller's to hear of: a snapshot makes no room for itself. */
  async writeOnce<Result>(body: (work: DeviceWork) => Promise<Written<Result>>): Promise<Result> {
    await this.#reading.ready();
    return this.#reading.withBase(() =>
      this.#storage.write(async (transaction) => {
        const work = await this.#reading.begin(transaction);
        if (work === null) throw new NotEnrolled();
        if (compareFolds(work.meta.folds, this.folds.projectors) !== 'same') throw new DeviceLogOutdated();
        return body(work);
      }),
    );
  }

  /** What is sold comes before a snapshot on its way: on a full disk its pages go, and the write is tried again. */
  async withRoom<Result>(attempt: () => Promise<Result>): Promise<Result> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StorageFull) || !(await this.#makeRoom())) throw error;
      return attempt();
    }
  }

  async #makeRoom(): Promise<boolean> {
    try {
      return await this.#storage.write(async (transaction) => {
        const records = new DeviceRecords(transaction);
        const meta = await records.meta();
        return unchanged(meta !== null && (await dropStaged(records, transaction, meta)));
      });
    } catch {
      return false;
    }
  }

  async giveUpBase(): Promise<void> {
    await this.#storage.write(async (transaction) => {
      const meta = await new DeviceRecords(transaction).meta();
      if (meta === null || meta.base === null) return unchanged(undefined);
      await this.#giveUp(transaction, meta);
      return changed('rebuild', undefined);
    });
  }

  async #giveUp(transaction: DeviceTransaction, meta: DeviceMeta): Promise<void> {
    const records = new DeviceRecords(transaction);
    await dropStaged(records, transaction, meta);
    if (meta.base !== null) await transaction.pages.clear(meta.base.id);
    await records.putBase(null);
    await this.refold({ transaction, records, meta: { ...meta, base: null, needsSnapshot: true } });
  }

  /**
   * Folds again what lies on top of the base, and writes the meta. What is found damaged the next base makes up for, and
   * what the base can not give to a projector that is not what it was.
   */
  async refold({ transaction, records, meta }: Omit<DeviceWork, 'tables'>): Promise<void> {
    const { projectors } = this.folds;
    const folds = meta.base === null ? foldsOf(projectors) : foldsOnBase(projectors, meta.folds);
    const work = await this.#reading.on(transaction, { ...meta, folds });
    const { parked, damaged } = await refold(this.folds, work, meta.folds);
    const acceptedSeq = meta.accepted?.seq ?? 0;
    // What was never sent only its maker has: its damage shows when it is sent, and a person hears of it then. What came back with
    // a position was sent, whether or not the word that it was accepted has arrived.
    const isAtCentre = damaged.some(
      ({ own, place, position }) =>
        !own || position !== null || place?.device !== meta.identity.device || place.seq <= acceptedSeq,
    );
    const needsSnapshot = meta.needsSnapshot || isAtCentre || folds.some(isBaseless);
    await records.putMeta({ ...meta, folds, parked, needsSnapshot });
  }

  bringUpToDate(): Promise<void> {
    return this.#reading.withBase(() => this.#bringUpToDate());
  }

  async #bringUpToDate(): Promise<void> {
    const { projectors } = this.folds;
    await this.#storage.write(async (transaction) => {
      const records = new DeviceRecords(transaction);
      const meta = await records.meta();
      if (meta === null || isUpToDate(meta, projectors)) return unchanged(undefined);
      const order = compareFolds(meta.folds, projectors);
      if (order === 'older') throw new DeviceLogOutdated();
      if (order === 'same') {
        const unparked = await this.#foldUnparked(await this.#reading.on(transaction, meta));
        return unparked === 0 ? unchanged(undefined) : changed('rebuild', undefined);
      }
      // Projectors that are what they were go on from the base. To others its rows are of no use, and they can not be made
      // anew here; where that is true of all, more is shown without it: then everything that is held is folded.
      if (meta.base !== null && foldsOnBase(projectors, meta.folds).every(isBaseless)) {
        await this.#giveUp(transaction, meta);
      } else {
        if (meta.base !== null) await dropStaged(records, transaction, meta);
        await this.refold({ transaction, records, meta });
      }
      return changed('rebuild', undefined);
    });
  }

  /** Folds what the app did not understand before and does now. */
  async #foldUnparked(work: DeviceWork): Promise<number> {
    const { meta, records } = work;
    let unparked = 0;
    let after: EventId | null = null;
    do {
      const page = await records.eventsAfter(after, UNPARKED_EVENTS_MAX);
      const understood = page.flatMap((kept) => {
        const isHere = kept.standing === 'parked' && isKnown(meta, kept);
        const event = isHere ? readSound(kept) : undefined;
        return event !== undefined && standingOf(this.folds, event) === 'folded' ? [{ kept, event }] : [];
      });
      await records.putEvents(understood.map(({ kept }) => ({ ...kept, standing: 'folded' as const })));
      await foldBatch(
        this.folds,
        work,
        understood.map(({ kept, event }) => toLogged(kept, event)),
      );
      unparked += understood.length;
      after = page.length < UNPARKED_EVENTS_MAX ? null : (page.at(-1)?.id ?? null);
    } while (after !== null);
    if (unparked > 0) await records.putMeta({ ...meta, parked: meta.parked - unparked });
    return unparked;
  }

  async enrol(identity: DeviceIdentity, local: readonly LocalWrite[]): Promise<void> {
    await this.#reading.ready();
    await this.withRoom(() =>
      this.#storage.write(async (transaction) => {
        const isNew = await this.#takeIdentity(transaction, identity);
        await new DeviceRecords(transaction).putLocal(local);
        return isNew
          ? changed('enrolled', undefined)
          : local.length > 0
            ? changed('local', undefined)
            : unchanged(undefined);
      }),
    );
  }

  /** False: it has this identity. */
  async #takeIdentity(transaction: DeviceTransaction, identity: DeviceIdentity): Promise<boolean> {
    const work = await this.#reading.begin(transaction);
    if (work === null) {
      await this.#startEmpty(transaction, identity, 0);
      return true;
    }
    const { meta, records } = work;
    if (meta.identity.store === identity.store) {
      if (meta.identity.device === identity.device) return false;
      await this.takeChain(work, await rechainOwn(this.#hash, work, identity.device, 0));
      return true;
    }
    const unsent = meta.head.seq - (meta.accepted?.seq ?? 0);
    if (unsent > 0) throw new OutboxNotEmpty(meta.identity.store, unsent);
    await this.#empty(work);
    await records.clearLocal();
    await this.#startEmpty(transaction, identity, meta.generation + 1);
    return true;
  }

  /** The log goes on under another device id; what was found damaged on the way is no longer in the figures. */
  async takeChain(work: DeviceWork, { meta, damaged }: Rechained): Promise<void> {
    if (damaged === 0) await work.records.putMeta(meta);
    else await this.refold({ ...work, meta });
  }

  async #startEmpty(
    transaction: DeviceTransaction,
    { device, store }: DeviceIdentity,
    generation: number,
  ): Promise<void> {
    const attention = await transaction.rows.range(NEEDS_ATTENTION_TABLE, { rowsMax: RANGE_ROWS_MAX });
    await new DeviceRecords(transaction).putMeta({
      identity: { device, store },
      head: { seq: 0, hash: deviceChainStart(this.#hash, device), lastStamp: null },
      lastAppendAtMs: null,
      accepted: null,
      cursor: null,
      folds: foldsOf(this.folds.projectors),
      generation,
      knownFrom: generation,
      base: null,
      needsSnapshot: false,
      compactedTo: null,
      parked: 0,
      damaged: attention.length,
    });
  }

  /**
   * Everything goes but the events' bytes: accepted in an earlier history, they may be nowhere else in this one. They are offered
   * before the first snapshot, and get old like any other.
   */
  async #empty({ transaction, records, meta }: DeviceWork): Promise<void> {
    await dropStaged(records, transaction, meta);
    if (meta.base !== null) await transaction.pages.clear(meta.base.id);
    await records.putBase(null);
    await records.clearOwn();
    for (const table of new Set([...meta.folds, ...this.folds.projectors].flatMap(({ tables }) => tables))) {
      await transaction.rows.clear(table);
    }
    await transaction.rows.clear(JUDGEMENTS_TABLE);
    await dropAttention(transaction.rows, (kind) => kind !== 'damaged');
  }
}
