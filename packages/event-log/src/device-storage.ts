// The port under every device log: transactions over three spaces of tables: the log's own records, the rows of read
// models, and the pages of snapshots, which lie under the rows.
// What a device log does with them is decided once, in stored-device-log; a storage only keeps and commits.
import type { DeviceHead } from './device-append.ts';
import type { DeviceIdentity, DeviceLogChange } from './device-log.ts';
import type { EventLine } from './event-line.ts';
import type { EventId } from './id.ts';
import type { AcceptedMark, ChainPoint, Cursor, Place, Position, Seq } from './place.ts';
import type { SnapshotHeader, SnapshotPageHead } from './snapshot.ts';
import type { ClearableTables } from './tables.ts';

/**
 * The tables of the `records` space. Keys: `meta` has one row, `own` goes by `sortableNumber(seq)`, `events` by id;
 * `snapshots` holds what is known of the base and of the snapshot on its way.
 */
export const RECORD_TABLES = ['meta', 'own', 'events', 'local', 'snapshots'] as const;
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
  /** How many bases were installed, and how often it was given another store. */
  readonly generation: number;
  /**
   * What older generations knew is another store's: kept for a centre that was restored, never folded here. Absent: there is none.
   */
  readonly knownFrom?: number;
  /** The snapshot under the rows; null: the rows are everything. */
  readonly base: { readonly id: string; readonly position: Position } | null;
  readonly needsSnapshot: boolean;
  /** null: nothing of the own chain was dropped. */
  readonly compactedTo: ChainPoint | null;
  /** Up to here the own chain is older than its device id: the centre may hold it under an earlier one. Absent: nothing. */
  readonly rechainedTo?: Seq;
  readonly parked: number;
  readonly damaged: number;
}

/** A page that is here: its head, and the checksum of its text. */
export interface HeldPage extends SnapshotPageHead {
  readonly sum: number;
}

/** A snapshot on its way. */
export interface StagedSnapshot {
  readonly header: SnapshotHeader;
  /** Checksums of the first pages, which are here. */
  readonly sums: readonly number[];
}

/** The base's pages, in their order. */
export interface StoredBase {
  readonly id: string;
  readonly pages: readonly HeldPage[];
  /** Events up to its position that these projectors' rows do not hold, and the other projectors' rows do. */
  readonly unfolded: readonly { readonly id: EventId; readonly projectors: readonly string[] }[];
}

export interface ProjectorFold {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly string[];
  /**
   * The base was made by another version of it: what the base holds of its tables is hidden, and its rows are folded from
   * nothing but what lies on top. Absent: its rows stand on the base, if there is one.
   */
  readonly baseless?: true;
}

/** An event as a device keeps it, once, own and received alike. */
export interface KeptEvent {
  readonly id: EventId;
  readonly line: EventLine;
  readonly position: Position | null;
  readonly place: Place | null;
  /** Made on this installation, under its present or an earlier device id. */
  readonly own: boolean;
  /** The generation of the read models of which `standing` speaks: what an older one knew is not known to this one. */
  readonly generation: number;
  readonly standing: Standing;
  /**
   * Projectors whose rows hold nothing of it although it is folded: the base lacked it there, and they threw on it here
   * too. Absent: none.
   */
  readonly without?: readonly string[];
  /** `lineSum(line)`: tells bytes that the disk has changed. */
  readonly sum: number;
}

/**
 * `folded`: on top of the base · `in-base`: the base holds its contribution · `parked`: this app does not understand it
 * · `unfoldable`: a projector threw on it; an app with other projectors tries again · `damaged`: its bytes are not what
 * they were. The last three contribute nothing.
 */
export type Standing = 'folded' | 'in-base' | 'parked' | 'unfoldable' | 'damaged';

/** A link of the device's own chain; the bytes are with the event. */
export interface OwnEntry {
  readonly seq: Seq;
  readonly id: EventId;
  readonly hash: string;
  /** A person has its bytes; the chain has a hole here. */
  readonly damaged?: true;
}

/** `pages`: one table a snapshot, named by its id; keys are `sortableNumber(index)`, values the pages' texts. */
export interface DeviceTransaction {
  readonly records: ClearableTables;
  readonly rows: ClearableTables;
  readonly pages: ClearableTables;
}

/** The disk or the browser's quota is full. Nothing of this commit was written. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
  constructor(cause?: unknown) {
    super(
      'This device has no room left: nothing was saved just now. What was saved before is safe. Free some space, then do it again.',
      { cause },
    );
  }
}

/** What a write hands back: its result, and what observers hear of after the commit (null: nothing changed). */
export interface Written<Result> {
  readonly result: Result;
  readonly change: DeviceLogChange | null;
}

/**
 * Guarantees owed:
 * - `write` runs alone among writes of all handles (tabs); it commits all of it or, when `body` throws or the commit
 *   fails, nothing, and then rejects (`StorageFull` where there is no room). It resolves after the commit is on disk.
 * - Reads inside a transaction see its own writes, and nothing half-written by others.
 * - Observers of every handle hear of a change after its commit.
 * `body` may run again after a lost connection, so it has no effects of its own; it awaits nothing but the transaction.
 */
export interface DeviceStorage {
  read<Result>(body: (transaction: DeviceTransaction) => Promise<Result>): Promise<Result>;
  write<Result>(body: (transaction: DeviceTransaction) => Promise<Written<Result>>): Promise<Result>;
  observe(observer: (change: DeviceLogChange) => void): () => void;
  close(): Promise<void>;
}
