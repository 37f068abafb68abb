// Typed access to a device log's own records, inside one transaction. Knows keys and shapes; decides nothing.
import type { LocalWrite } from './device-log.ts';
import type {
  DeviceMeta,
  DeviceTransaction,
  KeptEvent,
  OwnEntry,
  StagedSnapshot,
  StoredBase,
} from './device-storage.ts';
import type { EventId } from './id.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import type { Seq } from './place.ts';
import { sortableNumber, type ClearableTables, type Json } from './tables.ts';

const META_KEY = 'log';
const STAGED_KEY = 'staged';
const STAGED_SUMS_KEY = 'staged-sums';
const BASE_KEY = 'base';

export class DeviceRecords {
  readonly #records: ClearableTables;

  constructor(transaction: DeviceTransaction) {
    this.#records = transaction.records;
  }

  /** null: not enrolled. */
  async meta(): Promise<DeviceMeta | null> {
    const [meta] = await this.#records.getMany<DeviceMeta>('meta', [META_KEY]);
    return meta ?? null;
  }

  async putMeta(meta: DeviceMeta): Promise<void> {
    await this.#records.putMany('meta', [{ key: META_KEY, value: meta }]);
  }

  events(ids: readonly EventId[]): Promise<(KeptEvent | undefined)[]> {
    return this.#records.getMany<KeptEvent>('events', ids);
  }

  async putEvents(events: readonly KeptEvent[]): Promise<void> {
    await this.#records.putMany(
      'events',
      events.map((event) => ({ key: event.id, value: event })),
    );
  }

  /** Events after `id` (null: from the first), by id. */
  async eventsAfter(id: EventId | null, eventsMax: number): Promise<KeptEvent[]> {
    // The least key after an id is the id and the lowest character, which no id holds.
    const from = id === null ? {} : { from: `${id}\u0000` };
    const rows = await this.#records.range<KeptEvent>('events', { ...from, rowsMax: eventsMax });
    return rows.map(({ value }) => value);
  }

  own(seqs: readonly Seq[]): Promise<(OwnEntry | undefined)[]> {
    return this.#records.getMany<OwnEntry>('own', seqs.map(sortableNumber));
  }

  async ownAfter(seq: Seq, entriesMax: number): Promise<OwnEntry[]> {
    const rows = await this.#records.range<OwnEntry>('own', { from: sortableNumber(seq + 1), rowsMax: entriesMax });
    return rows.map(({ value }) => value);
  }

  async allOwnAfter(seq: Seq): Promise<OwnEntry[]> {
    const all: OwnEntry[] = [];
    for (let after = seq; ;) {
      const page = await this.ownAfter(after, RANGE_ROWS_MAX);
      all.push(...page);
      if (page.length < RANGE_ROWS_MAX) return all;
      after = page.at(-1)?.seq ?? after;
    }
  }

  async putOwn(entries: readonly OwnEntry[]): Promise<void> {
    await this.#records.putMany(
      'own',
      entries.map((entry) => ({ key: sortableNumber(entry.seq), value: entry })),
    );
  }

  async clearOwn(): Promise<void> {
    await this.#records.clear('own');
  }

  async deleteOwn(seqs: readonly Seq[]): Promise<void> {
    await this.#records.deleteMany('own', seqs.map(sortableNumber));
  }

  async deleteEvents(ids: readonly EventId[]): Promise<void> {
    await this.#records.deleteMany('events', ids);
  }

  /** The snapshot on its way. */
  async staged(): Promise<StagedSnapshot | null> {
    const keys = [STAGED_KEY, STAGED_SUMS_KEY];
    const [staged, sums] = await this.#records.getMany<unknown>('snapshots', keys);
    if (staged === undefined) return null;
    return { ...(staged as Omit<StagedSnapshot, 'sums'>), sums: (sums as readonly number[] | undefined) ?? [] };
  }

  async putStaged({ sums, ...staged }: StagedSnapshot): Promise<void> {
    await this.#records.putMany('snapshots', [
      { key: STAGED_KEY, value: staged },
      { key: STAGED_SUMS_KEY, value: sums },
    ]);
  }

  /** Beside the header, which is long and stays. */
  async putStagedSums(sums: readonly number[]): Promise<void> {
    await this.#records.putMany('snapshots', [{ key: STAGED_SUMS_KEY, value: sums }]);
  }

  async deleteStaged(): Promise<void> {
    await this.#records.deleteMany('snapshots', [STAGED_KEY, STAGED_SUMS_KEY]);
  }

  async base(): Promise<StoredBase | null> {
    const [base] = await this.#records.getMany<StoredBase>('snapshots', [BASE_KEY]);
    return base ?? null;
  }

  async putBase(base: StoredBase | null): Promise<void> {
    if (base === null) await this.#records.deleteMany('snapshots', [BASE_KEY]);
    else await this.#records.putMany('snapshots', [{ key: BASE_KEY, value: base }]);
  }

  async clearLocal(): Promise<void> {
    await this.#records.clear('local');
  }

  local(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return this.#records.getMany('local', keys);
  }

  async putLocal(writes: readonly LocalWrite[]): Promise<void> {
    const gone = writes.filter(({ value }) => value === undefined).map(({ key }) => key);
    const kept = writes.filter(({ value }) => value !== undefined);
    if (gone.length > 0) await this.#records.deleteMany('local', gone);
    if (kept.length > 0) await this.#records.putMany('local', kept);
  }
}
