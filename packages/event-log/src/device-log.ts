// The port of a device's log: what a browser keeps. Implemented by log-dexie (IndexedDB) and memory-device-log.
// One contract suite (testing/device-log-contract.ts) holds every implementation to the guarantees stated here.
import type { AppendedEvent, ClockReading } from './device-append.ts';
import type { EventDraft } from './event.ts';
import type { EventLine } from './event-line.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import type { AcceptedMark, ChainPoint, Cursor, Hole, Place, Position, Seq } from './place.ts';
import type { SnapshotHeader, SnapshotPage } from './snapshot.ts';
import type { Json, TableReader, Tables } from './tables.ts';

/** Who this installation is. The id changes only by a fork (`rechain`) or by pairing again (`enrol`). */
export interface DeviceIdentity {
  readonly device: DeviceId;
  readonly store: StoreId;
}

/** Everything a sync session needs to know of the log, read in one transaction. */
export interface DeviceLogState {
  readonly identity: DeviceIdentity;
  /** The end of this device's own log; seq 0 and the chain's start while empty. */
  readonly head: ChainPoint;
  /** How far the centre holds it, as last told; null before the first word. */
  readonly accepted: AcceptedMark | null;
  /** null until the first frame was applied. */
  readonly cursor: Cursor | null;
  readonly pending: { readonly events: number; readonly oldestRecordedAtMs: number | null };
  /** The device's raw clock at the last append; null before the first. */
  readonly lastAppendAtMs: number | null;
  /** Own events that the centre set aside or holds otherwise, and delivered lines that can not be read: rows of
   * `NEEDS_ATTENTION_TABLE`, which await a person. */
  readonly needsAttention: number;
  /** Some read models have no base of this app's version: their figures are incomplete until a snapshot is installed. */
  readonly needsSnapshot: boolean;
  /** The snapshot on which the read models stand; null: everything was folded here. */
  readonly base: { readonly id: string; readonly position: Position } | null;
  /** Events kept and not folded, because this app does not understand them. */
  readonly parked: number;
  /** Up to here the own log's bytes were dropped; seq 0: nothing was. */
  readonly compactedTo: ChainPoint;
  /** Own events set aside because their bytes are damaged. */
  readonly damaged: number;
}

/** A line of the outbox with its place. */
export interface PlacedLine {
  readonly place: Place;
  readonly line: EventLine;
}

/**
 * What follows a seq in the own log: a hole that begins right behind it, or lines; neither at the end of the log.
 * `before`: the chain's point at that seq; null where it is not held.
 */
export interface OutboxPart {
  readonly before: ChainPoint | null;
  readonly hole: Hole | null;
  readonly lines: readonly PlacedLine[];
}

export interface LinesLimit {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** A line as the centre delivers it: always with its position; a place where its maker's chain has one. */
export interface DeliveredLine {
  readonly position: Position;
  readonly place: Place | null;
  readonly line: EventLine;
}

/** What a log holds of one event: its bytes, and where it stands. */
export interface KeptState {
  readonly id: EventId;
  readonly line: EventLine;
  readonly position: Position | null;
  readonly place: Place | null;
}

/** A local, unlogged value (a sale on hold, a count's tally): committed with the same durability as the log. */
export interface LocalWrite {
  readonly key: string;
  /** undefined deletes. */
  readonly value: Json | undefined;
}

export interface DeviceAppend {
  readonly drafts: readonly EventDraft[];
  readonly clock: ClockReading;
  /** Written in the same transaction: the draft of a sale disappears exactly when the sale appears. */
  readonly local?: readonly LocalWrite[];
}

export interface DeviceFrame {
  /** null: from the beginning of the epoch. */
  readonly from: Cursor | null;
  readonly to: Cursor;
  readonly lines: readonly DeliveredLine[];
}

/**
 * `applied`: committed. `stale`: the stored cursor is not `from`, or the frame is of another epoch than cursor or mark; nothing
 * was written (another tab was faster).
 */
export type FrameOutcome = 'applied' | 'stale';

/**
 * `installed`: committed, also when it was before. `stale`: this log is no longer the one that the snapshot speaks of
 * (it forked, or was paired again), or no longer stands where it was asked for; it was dropped, ask again.
 */
export type InstallOutcome = 'installed' | 'stale';

/**
 * What a commit changed, told to this log's observers after the commit, in every tab. `rebuild`: read models changed as
 * a whole (folded again, a snapshot installed, repaired).
 */
export interface DeviceLogChange {
  readonly cause: 'enrolled' | 'append' | 'frame' | 'accepted' | 'rechain' | 'rebuild' | 'local';
}

export interface Compacted {
  readonly events: number;
  readonly ownEntries: number;
}

/**
 * Guarantees owed:
 * - Every method is one transaction: all of it or nothing, also when the process dies at any point.
 * - A resolved promise means committed to disk (IndexedDB strict durability), never earlier.
 * - `append` reads identity, seq and last stamp inside the transaction that writes events and read models, so two tabs
 *   never give one seq twice.
 * - The contribution of an id is in the read models at most once, whichever way it comes (own append, frame, repetition,
 *   inside a snapshot).
 * - The bytes of a line are stored and returned unchanged. Bytes that damage has changed are not folded, where it is
 *   noticed, and never given to `heldIds` and `heldLines`.
 * - A full disk costs a snapshot that is on its way before it costs an append.
 */
export interface DeviceLog {
  /** null: not enrolled (a new or a wiped device). */
  state(): Promise<DeviceLogState | null>;
  /**
   * Gives the log its identity. A log that has another device id of the same store takes the new one and re-appends what
   * it holds of its own, byte for byte: the centre knows what it has already by id. One of another store throws
   * `OutboxNotEmpty` while anything is unsent, and then starts empty: what it held is folded no more, and still given to
   * `heldIds`, for a centre that was restored since. `local`: values that belong to the identity, written with it or not at all;
   * those of another store go with what it held.
   */
  enrol(identity: DeviceIdentity, local?: readonly LocalWrite[]): Promise<void>;
  /**
   * Saved when it resolves. Throws `AppendRefused` before writing. A draft whose id this log has appended before is not
   * appended again: its event comes back as it was saved, so a commit of unclear outcome may be repeated.
   */
  append(append: DeviceAppend): Promise<readonly AppendedEvent[]>;
  /** Own lines after `seq`, in order: at most `eventsMax` and `bytesMax` (always at least one, if there is one). */
  outbox(afterSeq: Seq, limit: LinesLimit): Promise<OutboxPart>;
  /**
   * Moves the accepted mark forward. A mark at or behind the stored one of the same epoch changes nothing, nor does one
   * that is not this chain's hash at its seq (it speaks of another chain, and would call unsent events sent).
   * `over`: the epoch of the mark that the caller knows as stored, null for none. Where another one is stored that is of
   * neither epoch, another tab has gone on to a later history: a word of the earlier one changes nothing. Absent: any.
   */
  accept(mark: AcceptedMark, over?: string | null): Promise<void>;
  applyFrame(frame: DeviceFrame): Promise<FrameOutcome>;
  /** This device's chain hashes at chosen seqs (0 = the chain's start); null where nothing is held. */
  hashesAt(seqs: readonly Seq[]): Promise<(ChainPoint | null)[]>;
  /**
   * A fork's repair: takes the new id, and re-appends byte for byte exactly the own lines after `commonSeq`, as seq 1…
   * of the new log. What lies before stays as received history. Read models do not change: no event is new.
   * `from`: the id that the fork was found under. If it is no longer this log's (another tab repaired it), nothing
   * changes: `commonSeq` speaks of a chain that is gone.
   */
  rechain(fork: { readonly commonSeq: Seq; readonly device: DeviceId; readonly from?: DeviceId }): Promise<void>;
  /**
   * An own event whose bytes are not what its hash says: the read models are folded again without it, its bytes wait for
   * a person, and the outbox declares it as a hole. Nothing happens if there is no such event or it is set aside already.
   */
  setDamagedAside(seq: Seq, problem: string): Promise<void>;
  /** Ids behind `after` (null: from the first) of all events whose bytes are held and sound, own and received, in order. */
  heldIds(after: EventId | null, idsMax: number): Promise<readonly EventId[]>;
  /** Sound bytes of these ids, within the limit (always at least one, if there is one). */
  heldLines(ids: readonly EventId[], limit: LinesLimit): Promise<readonly EventLine[]>;
  /** Own places and bytes by id, for screens that show an event's state. */
  find(ids: readonly EventId[]): Promise<KeptState[]>;
  readonly tables: TableReader;
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
  putLocal(writes: readonly LocalWrite[]): Promise<void>;
  /**
   * Begins to take in a snapshot, or goes on with the one of the same id: `pagesHeld` pages are there. One of another id
   * that was on its way is dropped. Throws `SnapshotRefused` when this device can not use it.
   */
  beginSnapshot(header: SnapshotHeader): Promise<{ readonly pagesHeld: number }>;
  /** The next pages, in order; repeated ones are passed over. Throws `SnapshotRefused`. */
  addSnapshotPages(id: string, pages: readonly SnapshotPage[]): Promise<void>;
  /**
   * Replaces the read models by the snapshot, with own events that are not in it folded on top; moves cursor and mark.
   * `over`: the cursor that the caller knows as stored. Where another one is stored, another tab heard further or installed one
   * before: this one would take the log back, and is `stale`. Absent: over any cursor.
   * Throws `SnapshotRefused` when it is not here or not complete.
   */
  installSnapshot(id: string, over?: Cursor | null): Promise<InstallOutcome>;
  /**
   * Drops bytes older than `olderThanMs` that the base holds and, where own, the centre has accepted. In steps, each of
   * which is whole. Returns how many events and how many links of the own chain went.
   */
  compact(age: { readonly olderThanMs: number; readonly nowMs: number }): Promise<Compacted>;
  /** Drops what was folded on top of the base, or everything without one, and folds the log again (law 5). */
  rebuild(): Promise<void>;
  /** Writes rows of read models that the centre vouches for (a journal fetched on demand), in one transaction. */
  repair(body: (tables: Tables) => Promise<void>): Promise<void>;
  /** Calls back after every commit, this tab's and others'. Returns the way to stop. */
  observe(observer: (change: DeviceLogChange) => void): () => void;
  close(): Promise<void>;
}
