// The port of a device's log: what a browser keeps. Implemented by log-dexie (IndexedDB) and memory-device-log.
// One contract suite (testing/device-log-contract.ts) holds every implementation to the guarantees stated here.
import type { AppendedEvent, ClockReading } from './device-append.ts';
import type { EventDraft, EventLine } from './event.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import type { AcceptedMark, ChainPoint, Cursor, Place, Position, Seq } from './place.ts';
import type { Json, TableReader } from './tables.ts';

/** Who this installation is. The id changes only by a fork (`rechain`). */
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
}

/** A line of the outbox with its place. */
export interface PlacedLine {
  readonly place: Place;
  readonly line: EventLine;
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
 * `applied`: committed. `stale`: the stored cursor is not `from`; nothing was written (another tab was faster).
 */
export type FrameOutcome = 'applied' | 'stale';

/** What a commit changed, told to this log's observers after the commit, in every tab. */
export interface DeviceLogChange {
  readonly cause: 'enrolled' | 'append' | 'frame' | 'accepted' | 'rechain' | 'rebuild' | 'local';
}

/**
 * Guarantees owed:
 * - Every method is one transaction: all of it or nothing, also when the process dies at any point.
 * - A resolved promise means committed to disk (IndexedDB strict durability), never earlier.
 * - `append` reads identity, seq and last stamp inside the transaction that writes events and read models, so two tabs
 *   never give one seq twice.
 * - An id is folded at most once, whichever way it comes (own append, frame, repetition).
 * - The bytes of a line are stored and returned unchanged.
 */
export interface DeviceLog {
  /** null: not enrolled (a new or a wiped device). */
  state(): Promise<DeviceLogState | null>;
  /** Gives a log that is empty its identity. Throws if it already has another one. */
  enrol(identity: DeviceIdentity): Promise<void>;
  /**
   * Saved when it resolves. Throws `AppendRefused` before writing. A draft whose id this log has appended before is not
   * appended again: its event comes back as it was saved, so a commit of unclear outcome may be repeated.
   */
  append(append: DeviceAppend): Promise<readonly AppendedEvent[]>;
  /** Own lines after `seq`, in order: at most `eventsMax` and `bytesMax` (always at least one, if there is one). */
  outbox(afterSeq: Seq, limit: { readonly eventsMax: number; readonly bytesMax: number }): Promise<PlacedLine[]>;
  /**
   * Moves the accepted mark forward. A mark at or behind the stored one of the same epoch changes nothing, nor does one
   * that is not this chain's hash at its seq (it speaks of another chain, and would call unsent events sent).
   */
  accept(mark: AcceptedMark): Promise<void>;
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
  /** Own places and bytes by id, for screens that show an event's state. */
  find(ids: readonly EventId[]): Promise<KeptState[]>;
  readonly tables: TableReader;
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
  putLocal(writes: readonly LocalWrite[]): Promise<void>;
  /** Drops the projectors' tables and folds the whole log again (law 5). */
  rebuild(): Promise<void>;
  /** Calls back after every commit, this tab's and others'. Returns the way to stop. */
  observe(observer: (change: DeviceLogChange) => void): () => void;
  close(): Promise<void>;
}
