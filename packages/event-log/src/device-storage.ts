// The port under every device log: transactions over two spaces of tables, the log's own records and the read models.
// What a device log does with them is decided once, in stored-device-log; a storage only keeps and commits.
import type { DeviceHead } from './device-append.ts';
import type { DeviceIdentity, DeviceLogChange } from './device-log.ts';
import type { EventLine } from './event.ts';
import type { EventId } from './id.ts';
import type { AcceptedMark, Cursor, Place, Position, Seq } from './place.ts';
import type { ClearableTables, TableReader } from './tables.ts';

/** The tables of the `records` space. Keys: `meta` has one row, `own` goes by `sortableNumber(seq)`, `events` by id. */
export const RECORD_TABLES = ['meta', 'own', 'events', 'local'] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

/** The one row of `meta`. */
export interface DeviceMeta {
  readonly identity: DeviceIdentity;
  readonly head: DeviceHead;
  readonly lastAppendAtMs: number | null;
  readonly accepted: AcceptedMark | null;
  readonly cursor: Cursor | null;
  /** Which projectors folded the read models. */
  readonly folds: readonly ProjectorFold[];
}

export interface ProjectorFold {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly string[];
}

/** An event as a device keeps it, once, own and received alike. */
export interface KeptEvent {
  readonly id: EventId;
  readonly line: EventLine;
  readonly position: Position | null;
  readonly place: Place | null;
  /** Made on this installation, under its present or an earlier device id. */
  readonly own: boolean;
}

/** A link of the device's own chain; the bytes are with the event. */
export interface OwnEntry {
  readonly seq: Seq;
  readonly id: EventId;
  readonly hash: string;
}

export interface DeviceTransaction {
  readonly records: ClearableTables;
  readonly rows: ClearableTables;
}

/** What a write hands back: its result, and what observers hear of after the commit (null: nothing changed). */
export interface Written<Result> {
  readonly result: Result;
  readonly change: DeviceLogChange | null;
}

/**
 * Guarantees owed:
 * - `write` runs alone among writes of all handles (tabs); it commits all of it or, when `body` throws or the commit
 *   fails, nothing, and then rejects. It resolves after the commit is on disk.
 * - Reads inside a transaction see its own writes, and nothing half-written by others.
 * - Observers of every handle hear of a change after its commit.
 * `body` may run again after a lost connection, so it has no effects of its own; it awaits nothing but the transaction.
 */
export interface DeviceStorage {
  /** Committed read models. */
  readonly rows: TableReader;
  read<Result>(body: (transaction: DeviceTransaction) => Promise<Result>): Promise<Result>;
  write<Result>(body: (transaction: DeviceTransaction) => Promise<Written<Result>>): Promise<Result>;
  observe(observer: (change: DeviceLogChange) => void): () => void;
  close(): Promise<void>;
}
