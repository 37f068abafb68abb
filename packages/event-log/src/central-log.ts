// The port of the central log: what the centre keeps. Implemented by log-sql (SQLite) and memory-central-log.
// One contract suite (testing/central-log-contract.ts) holds every implementation to the guarantees stated here.
import type { KeptAsideReason, Planner, Submission } from './central-append.ts';
import type { ProjectorProgress } from './central-projection.ts';
import type { DeviceRecord, NewDevice } from './device-record.ts';
import type { CentralHead, EpochRecord, NewEpoch } from './epoch-chain.ts';
import type { Event, EventDraft } from './event.ts';
import type { EventLine } from './event-line.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import type { ChainPoint, Hole, Place, Position, Seq } from './place.ts';
import type { Projector } from './projection.ts';
import type { RefusedReason } from './resupply-plan.ts';
import type { Judgement } from './ruling.ts';
import type { Row, TableReader } from './tables.ts';
import type { PushOutcome } from './push-outcome.ts';

/** An event as the centre stores it. */
export interface StoredLine {
  readonly position: Position;
  readonly id: EventId;
  readonly line: EventLine;
  /** Its first place; null: a device handed it back after a restore, and its maker has not pushed it yet. */
  readonly place: Place | null;
  /** The device that handed it back. */
  readonly resuppliedBy?: DeviceId;
  /** Central chain hash at this position. */
  readonly hash: string;
  readonly arrivedAtMs: number;
}

/** An event that got a position, as those hear of it who follow the log. */
export interface CommittedLine extends StoredLine {
  readonly event: Pick<Event, 'type'>;
  /** The stores that hear of it: its envelope's, and its maker's own. */
  readonly audience: 'all' | readonly StoreId[];
  /** False: a ruling behind its target, never read without it. */
  readonly opensGroup: boolean;
}

/** An event that gets a position. */
export interface CommittedEntry extends CommittedLine {
  readonly event: Event;
}

/** A line that has a place but no position: accepted into its device's chain, kept for a person, never folded or forwarded. */
export interface KeptAside {
  readonly id: EventId;
  readonly line: EventLine;
  readonly place: Place;
  readonly reason: KeptAsideReason;
  readonly arrivedAtMs: number;
}

/** A stretch of a device's log that the centre does not hold, for the operator to see. Only a copy of that disk can still fill it. */
export interface HeldHole extends Hole {
  readonly device: DeviceId;
  readonly atMs: number;
}

/** A line that a device handed back and that could not be taken in: kept for the operator to see, and nothing else. */
export interface RefusedLine {
  readonly supplier: DeviceId;
  /** null: it can not be read. */
  readonly id: EventId | null;
  readonly reason: RefusedReason;
  readonly line: EventLine;
  readonly atMs: number;
}

/** The same without its bytes: how many there are, and their SHA-256 (64 lower-case hex digits), which names it. */
export interface RefusedHead extends Omit<RefusedLine, 'line'> {
  readonly sum: string;
  readonly bytes: number;
}

/** An event that one projector could not fold: it goes on without it until its version changes. */
export interface DeadLetter {
  readonly projector: string;
  /** The version that could not; another one tries again. */
  readonly version: number;
  readonly position: Position;
  readonly id: EventId;
  readonly problem: string;
  readonly atMs: number;
}

/** Newest first. `before`: exclusive; absent = from the head. Filters are equality on the envelope (`device`: first place). */
export interface BrowseQuery {
  readonly before?: Position;
  readonly store?: StoreId;
  readonly device?: DeviceId;
  readonly type?: string;
  readonly eventsMax: number;
}

/**
 * At most so many events and UTF-8 bytes of lines (each with a line break), but always at least one event with the
 * rulings behind it: an event is never read apart from the rulings that were written with it. `eventsMax` ≤ `READ_EVENTS_MAX`.
 */
export interface ReadLimit {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/**
 * `to` is the point up to which everything in the audience is in `lines` (also when `lines` is empty). `companions`: the
 * targets, at or before `after`, of rulings in `lines`: who began with a snapshot does not hold them. They count within the limit.
 */
export interface AudienceRead {
  readonly lines: readonly StoredLine[];
  readonly companions: readonly StoredLine[];
  readonly to: { readonly position: Position; readonly hash: string };
}

/** A mismatch found by `verify`; empty = the chains are intact. */
export interface ChainFault {
  readonly where: string;
  readonly detail: string;
}

/**
 * One committed state of the log with its tables, read at leisure while writes go on. At most `VIEWS_OPEN_MAX` at a time;
 * whoever opens one closes it.
 */
export interface CentralView {
  readonly head: CentralHead;
  readonly progress: readonly ProjectorProgress[];
  readonly deadLetters: readonly DeadLetter[];
  readonly tables: TableReader;
  /**
   * Rows of `JUDGEMENTS_TABLE` that concern a store, by key: of events it hears of, and of those that no one holds (their
   * rulings came first).
   */
  judgementsFor(store: StoreId): AsyncIterable<Row<Judgement>>;
  /** What these versions of these projectors go on without, by position; with `store`, only what it hears of. */
  unfolded(projectors: readonly Pick<Projector, 'name' | 'version'>[], store?: StoreId): Promise<readonly StoredLine[]>;
  /** A repeat changes nothing. */
  close(): Promise<void>;
}

/** How far a device's own log is held, and which of its lines are not in a snapshot at some position. */
export interface OwnInSnapshot {
  readonly accepted: ChainPoint;
  /** Seqs up to `accepted` of events behind that position, ascending. */
  readonly notIn: readonly Seq[];
}

/**
 * Guarantees owed:
 * - A resolved `append`/`appendOwn` means committed and synced to disk; a rejected one means nothing of it was written.
 * - Positions are gapless, and visible in order: whoever reads up to p never later finds a new event at or below p.
 * - An id has at most one position; every accepted line has a place. A known id with other bytes, and a device's own
 *   "ruling", get a place and are kept aside.
 * - Rulings stand right behind their target, in its transaction, in the log of `head().writer`, with ids derived from it and
 *   the epoch. They go wherever their target goes.
 * - Every event of the centre's own is sealed (own-seal.ts), if the log was opened with a seal.
 * - A push of the very lines that a hole stands for fills it: they get their places and positions, the hole is gone.
 * - What a device hands back after a restore has a position and no place until its maker pushes it.
 * - Appends are serialised; reads run beside them and see only committed state.
 * - A projector's tables and its checkpoint change in one transaction.
 */
export interface CentralLog {
  head(): Promise<CentralHead>;
  /** All of it in one transaction, in order; one outcome each. `plan` is the pure judge of contiguity, hashes and ids. */
  append(submissions: readonly Submission[], plan: Planner): Promise<readonly PushOutcome[]>;
  /**
   * Events the centre itself writes, into the log of one of its own writers. Drafts whose id is already known are skipped
   * (a repeat writes nothing). Returns how many were appended. A writer of an earlier epoch writes no more.
   */
  appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }>;
  read(after: Position, limit: ReadLimit): Promise<readonly StoredLine[]>;
  browse(query: BrowseQuery): Promise<readonly StoredLine[]>;
  /** What one store must hear of after `after`: what its audience names, and what its own devices made. */
  readForStore(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead>;
  find(ids: readonly EventId[]): Promise<readonly StoredLine[]>;
  /** Those of `ids` (at most `RESUPPLY_EVENTS_MAX`) that have no position. */
  unknownOf(ids: readonly EventId[]): Promise<readonly EventId[]>;
  /** Every epoch, the present one last. */
  epochs(): Promise<readonly EpochRecord[]>;
  /**
   * Begins a new epoch at the head, in one transaction: chains go on from it, the new writer is registered, the writers of
   * earlier epochs are revoked. Throws if the epoch's or the writer's id was used before.
   */
  beginEpoch(epoch: NewEpoch): Promise<CentralHead>;
  /** Holes in devices' logs, latest first. */
  holes(holesMax: number): Promise<readonly HeldHole[]>;
  /** Those of one device's log that it declared because bytes had changed, by seq: a copy of its disk may still have the lines. */
  damagedHoles(device: DeviceId, holesMax: number): Promise<readonly Hole[]>;
  /** Lines that were handed back and refused, each once, latest first, without the first `skip`; of the first `REFUSED_LINES_MAX` there were. */
  refusedLines(linesMax: number, skip?: number): Promise<readonly RefusedHead[]>;
  /** The bytes of one of them; null: none of them has this sum. */
  refusedLine(sum: string): Promise<EventLine | null>;
  /**
   * For a device that starts from a snapshot at `position`. Throws if it is not registered, and `SnapshotTooOld` when that
   * lies too far back.
   */
  snapshotOwn(device: DeviceId, position: Position): Promise<OwnInSnapshot>;
  /** Central chain hash at a position, or null beyond the head. 0 = the chain's start. */
  hashAt(position: Position): Promise<string | null>;
  /** Kept-aside lines, latest arrival first, without the first `skip`. */
  keptAside(linesMax: number, skip?: number): Promise<readonly KeptAside[]>;
  /** How many lines were refused or kept aside. */
  notTakenCount(): Promise<number>;
  /** Throws if the id was ever registered: device ids are not used twice. */
  registerDevice(record: NewDevice): Promise<void>;
  /** Revokes a device and all that descend from it by forks. A repeat changes nothing. */
  revokeDevice(device: DeviceId, nowMs: number): Promise<void>;
  device(device: DeviceId): Promise<DeviceRecord | null>;
  devices(): Promise<readonly DeviceRecord[]>;
  /** Chain hashes of one device's log at chosen seqs (0 = the chain's start); null where nothing is held, or in a hole. */
  deviceHashesAt(device: DeviceId, seqs: readonly Seq[]): Promise<(ChainPoint | null)[]>;
  /**
   * One step of bringing the projectors' tables up to the head, by about `eventsMax` events; call again until `checkpoint`
   * (the least of these projectors') is `head`. Empties and refills the tables of a projector whose `version` changed, or
   * that was left out while others were fed. If a projector throws, it rejects with `StepFailed`, and nothing of the step is
   * written.
   */
  project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ readonly checkpoint: Position; readonly head: Position }>;
  /**
   * From now on this version of `projector` goes on without the event at `position` and what it rules on. Others keep it.
   * Where its tables hold that already they are emptied and refilled.
   */
  deadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    problem: string,
    nowMs: number,
  ): Promise<void>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Read-model tables, as last committed by `project`. */
  readonly tables: TableReader;
  /**
   * Optional: calls back after every commit that gave positions, with what it wrote, in order and before the append resolves.
   * null: something may have been written, and folded, that can not be told of; it is there to be read. Returns the way to stop.
   */
  follow?(listener: (entries: readonly CommittedLine[] | null) => void): () => void;
  /** Throws when `VIEWS_OPEN_MAX` are open. */
  view(): Promise<CentralView>;
  /** Recomputes every device chain (around its holes) and the central chain (over its epochs) from the stored bytes. At most `CHAIN_FAULTS_MAX` faults. */
  verify(): Promise<readonly ChainFault[]>;
  close(): Promise<void>;
}
