// The half of a device log that screens need before anything can be shown: its state, its read models over their base, and what
// the app keeps beside them. Draws no projector, no schema and no hash in. What reading alone can not do (bringing the read models
// up to the app, giving up a damaged base) it asks of the whole log (`Mending`), which an app may fetch only then.
import { NEEDS_ATTENTION_TABLE } from './attention-table.ts';
import type { DeviceLogState } from './device-log.ts';
import { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, DeviceStorage, DeviceTransaction, StagedSnapshot } from './device-storage.ts';
import { compareFolds, hiddenTables, type FoldVersion } from './fold-versions.ts';
import { LayeredTables } from './layered-tables.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { lineSum } from './line-sum.ts';
import { oldestUnsentMs } from './own-pending.ts';
import { BaseDamaged, PackedBase } from './packed-base.ts';
import { sortableNumber, type Json, type TableReader, type Tables } from './tables.ts';

/** One transaction's view: the records, the read models over their base, and the state of the log in it. */
export interface DeviceWork {
  readonly transaction: DeviceTransaction;
  readonly records: DeviceRecords;
  readonly tables: Tables;
  readonly meta: DeviceMeta;
}

/** What of the log's state needs no hash. */
export type DeviceLogSummary = Omit<DeviceLogState, 'compactedTo'>;

/** The part of the whole log that writes where a reader can not go on. */
export interface Mending {
  /** Folds again, or asks for a snapshot, where other projectors made the read models. Throws `DeviceLogOutdated`. */
  bringUpToDate(): Promise<void>;
  /** Goes on without a base whose pages are damaged. */
  giveUpBase(): Promise<void>;
}

export interface DeviceReadingOptions {
  readonly storage: Pick<DeviceStorage, 'read'>;
  /** Which projectors this app folds with. */
  readonly folds: readonly FoldVersion[];
  readonly mending: Mending;
}

/** Whether read models are this app's: made by its projectors, and with nothing that it might understand by now. */
export function isUpToDate(meta: DeviceMeta | null, folds: readonly FoldVersion[]): boolean {
  return meta === null || (compareFolds(meta.folds, folds) === 'same' && meta.parked === 0);
}

export class DeviceReading {
  readonly #options: DeviceReadingOptions;
  readonly tables: TableReader;
  /** The read models were made by these projectors, or there are none yet. */
  #upToDate: Promise<void> | null = null;
  /** Of the generation named: a base never changes. */
  #base: { readonly generation: number; readonly packed: PackedBase } | null = null;

  constructor(options: DeviceReadingOptions) {
    this.#options = options;
    this.tables = {
      getMany: (table, keys) => this.#readRows((tables) => tables.getMany(table, keys)),
      range: (table, range) => this.#readRows((tables) => tables.range(table, range)),
    };
  }

  /** The read models are this app's from here on. Every method waits for it. */
  ready(): Promise<void> {
    this.#upToDate ??= this.#bringUpToDate().catch((error: unknown) => {
      this.#upToDate = null;
      throw error;
    });
    return this.#upToDate;
  }

  async #bringUpToDate(): Promise<void> {
    const { storage, folds, mending } = this.#options;
    const meta = await storage.read((transaction) => new DeviceRecords(transaction).meta());
    if (!isUpToDate(meta, folds)) await mending.bringUpToDate();
  }

  /** null: not enrolled. */
  async begin(transaction: DeviceTransaction): Promise<DeviceWork | null> {
    const meta = await new DeviceRecords(transaction).meta();
    return meta === null ? null : this.on(transaction, meta);
  }

  /** The read models as they stand for this state of the log. */
  async on(transaction: DeviceTransaction, meta: DeviceMeta): Promise<DeviceWork> {
    const records = new DeviceRecords(transaction);
    if (meta.base === null) return { transaction, records, tables: transaction.rows, meta };
    if (this.#base?.generation !== meta.generation || this.#base.packed.id !== meta.base.id) {
      const stored = await records.base();
      if (stored?.id !== meta.base.id) throw new BaseDamaged(meta.base.id, 0);
      this.#base = { generation: meta.generation, packed: new PackedBase(stored) };
    }
    const tables = new LayeredTables(transaction, this.#base.packed, hiddenTables(meta.folds));
    return { transaction, records, tables, meta };
  }

  async read<Result>(body: (work: DeviceWork | null) => Promise<Result>): Promise<Result> {
    const { storage } = this.#options;
    await this.ready();
    return this.withBase(() => storage.read(async (transaction) => body(await this.begin(transaction))));
  }

  async #readRows<Result>(body: (tables: TableReader) => Promise<Result>): Promise<Result> {
    const { storage } = this.#options;
    await this.ready();
    return this.withBase(() =>
      storage.read(async (transaction) => body((await this.begin(transaction))?.tables ?? transaction.rows)),
    );
  }

  /** A damaged base is given up: what the log holds is folded without it, and a new snapshot is asked for. */
  async withBase<Result>(attempt: () => Promise<Result>): Promise<Result> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BaseDamaged)) throw error;
      await this.#options.mending.giveUpBase();
      return attempt();
    }
  }

  /** null: not enrolled (a new or a wiped device). */
  summary(): Promise<DeviceLogSummary | null> {
    return this.read(async (work) => (work === null ? null : await summaryOf(work)));
  }

  /** The snapshot on its way, as far as it is here; null: none. */
  staged(): Promise<StagedSnapshot | null> {
    return this.read(async (work) => (work === null ? null : await work.records.staged()));
  }

  /** Texts of pages that are here, in the order asked for; undefined where the disk has changed or lost one. */
  stagedPages({ header, sums }: StagedSnapshot, indices: readonly number[]): Promise<(string | undefined)[]> {
    return this.read(async (work) => {
      if (work === null) return indices.map(() => undefined);
      const texts = await work.transaction.pages.getMany<string>(header.id, indices.map(sortableNumber));
      return texts.map((text, at) =>
        text !== undefined && lineSum(text) === sums[indices[at] ?? -1] ? text : undefined,
      );
    });
  }

  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return this.#options.storage.read((transaction) => new DeviceRecords(transaction).local(keys));
  }
}

export async function summaryOf({ meta, records, transaction }: DeviceWork): Promise<DeviceLogSummary> {
  const acceptedSeq = meta.accepted?.seq ?? 0;
  const awaiting = await transaction.rows.range(NEEDS_ATTENTION_TABLE, { rowsMax: RANGE_ROWS_MAX });
  return {
    identity: meta.identity,
    head: { seq: meta.head.seq, hash: meta.head.hash },
    accepted: meta.accepted,
    cursor: meta.cursor,
    lastAppendAtMs: meta.lastAppendAtMs,
    pending: {
      events: Math.max(0, meta.head.seq - acceptedSeq),
      oldestRecordedAtMs: await oldestUnsentMs(meta, records),
    },
    needsAttention: awaiting.length,
    needsSnapshot: meta.needsSnapshot,
    base: meta.base,
    parked: meta.parked,
    damaged: meta.damaged,
  };
}
