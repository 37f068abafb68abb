// The port of the central log: what the centre keeps. Implemented by log-sql (SQLite) and memory-central-log.
// One contract suite (testing/central-log-contract.ts) holds every implementation to the guarantees stated here.
import type { PlanPush, Push, PushOutcome } from './central-append.ts';
import type { DeviceRecord } from './device-record.ts';
import type { EventDraft, EventLine } from './event.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import type { ChainPoint, Place, Position, Seq } from './place.ts';
import type { Projector } from './projection.ts';
import type { TableReader } from './tables.ts';

export interface CentralHead {
  readonly epoch: string;
  /** 0: empty. */
  readonly position: Position;
  readonly hash: string;
}

/** An event as the centre stores it. */
export interface StoredLine {
  readonly position: Position;
  readonly id: EventId;
  readonly line: EventLine;
  /** Its first place. */
  readonly place: Place;
  /** Central chain hash at this position. */
  readonly hash: string;
  readonly arrivedAtMs: number;
}

export interface ReadLimit {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** `to` is the point up to which everything in the audience is in `lines` (also when `lines` is empty). */
export interface AudienceRead {
  readonly lines: readonly StoredLine[];
  readonly to: { readonly position: Position; readonly hash: string };
}

/** A mismatch found by `verify`; empty = the chains are intact. */
export interface ChainFault {
  readonly where: string;
  readonly detail: string;
}

/**
 * Guarantees owed:
 * - A resolved `append`/`appendOwn` means committed and synced to disk; a rejected one means nothing of it was written.
 * - Positions are gapless, and visible in order: whoever reads up to p never later finds a new event at or below p.
 * - An id has at most one position; every accepted line has a place.
 * - Appends are serialised; reads run beside them and see only committed state.
 * - A projector's tables and its checkpoint change in one transaction.
 */
export interface CentralLog {
  head(): Promise<CentralHead>;
  /** All pushes in one transaction, in order; one outcome each. `plan` is the pure judge of contiguity, hashes and ids. */
  append(pushes: readonly Push[], plan: PlanPush): Promise<readonly PushOutcome[]>;
  /**
   * Events the centre itself writes, into the log of one of its own writers. Drafts whose id is already known are skipped
   * (a repeat writes nothing). Returns how many were appended.
   */
  appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }>;
  read(after: Position, limit: ReadLimit): Promise<readonly StoredLine[]>;
  /** What one store must hear of after `after`. */
  readForStore(store: StoreId, after: Position, limit: ReadLimit): Promise<AudienceRead>;
  find(ids: readonly EventId[]): Promise<readonly StoredLine[]>;
  /** Central chain hash at a position, or null beyond the head. 0 = the chain's start. */
  hashAt(position: Position): Promise<string | null>;
  registerDevice(record: Omit<DeviceRecord, 'accepted' | 'revokedAtMs'>): Promise<void>;
  revokeDevice(device: DeviceId, nowMs: number): Promise<void>;
  device(device: DeviceId): Promise<DeviceRecord | null>;
  devices(): Promise<readonly DeviceRecord[]>;
  /** Chain hashes of one device's log at chosen seqs (0 = the chain's start); null where nothing is held. */
  deviceHashesAt(device: DeviceId, seqs: readonly Seq[]): Promise<(ChainPoint | null)[]>;
  /**
   * Brings the projectors' tables up to the head (or by at most `eventsMax` events) and returns the checkpoint. Drops and
   * refills tables whose projector's `version` rose.
   */
  project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ readonly checkpoint: Position; readonly head: Position }>;
  readonly tables: TableReader;
  /** Recomputes every device chain and the central chain from the stored bytes. */
  verify(): Promise<readonly ChainFault[]>;
  close(): Promise<void>;
}
