// What the store app sees of a device: one object per tab over the shared log, its sync session and its status.
// Types only; `openDeviceEngine` in open-device-engine.ts makes one.
import type {
  AppendedEvent,
  DeviceIdentity,
  DeviceLogChange,
  EventDraft,
  EventId,
  EventLine,
  Json,
  LocalWrite,
  NeedsAttentionRow,
  Position,
  RandomBytes,
  TableReader,
  Tables,
} from '@streamstock/event-log';
import type { DeviceDomain, LazyDomain } from '@streamstock/log-dexie';
import type {
  ConnectFailure,
  DeviceReport,
  DeviceSessionView,
  Recovery,
  RefusalKind,
  Restriction,
} from '@streamstock/sync';
import type { Observable } from 'rxjs';
import type { DeviceEnvironment } from './environment.ts';
import type { SnapshotSource } from './snapshot-source.ts';

export interface DeviceEngineOptions {
  readonly databaseName: string;
  /** What this app folds with; all but the projectors' names and versions is fetched after the first screen. */
  readonly domain: LazyDomain;
  /** The device's raw clock: Unix milliseconds. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
  /** `ws://…/sync` or `wss://…/sync`. */
  readonly syncUrl: string;
  /**
   * A new single-use ticket over HTTPS, for this device's credential. Throws `TicketFailed` when the server answered
   * that it must not or can not; any other error counts as no network.
   */
  readonly fetchTicket: () => Promise<string>;
  /** Snapshots over HTTPS; null: there are none, and a new device hears everything from the beginning. */
  readonly snapshots: SnapshotSource | null;
  /** Tables that screens need first: of a new device's first snapshot they are shown before the rest is here. */
  readonly shownFirst?: readonly string[];
  readonly appVersion: string;
  /** What the browser offers; the parts not given are taken from `globalThis`. */
  readonly environment?: Partial<DeviceEnvironment>;
}

/** Thrown by `fetchTicket`: the server was reached and gave no ticket. */
export class TicketFailed extends Error {
  override readonly name = 'TicketFailed';
  readonly failure: ConnectFailure;
  constructor(failure: ConnectFailure) {
    super(`No ticket for the sync connection: ${failure.kind}.`);
    this.failure = failure;
  }
}

export interface DeviceStatus {
  /** null: not paired with a store (new, or wiped: see `fault`). */
  readonly enrolled: DeviceIdentity | null;
  /** waiting: the centre asked to come back later · needsYou: only a person can go on, see `needs`. */
  readonly connection: 'online' | 'connecting' | 'offline' | 'waiting' | 'needsYou';
  readonly connectionSinceMs: number;
  /** `revoked` → enrol again · `update` → load the newer app · `unauthorised` → sign in. */
  readonly needs: { readonly kind: RefusalKind; readonly recovery: Recovery; readonly message: string } | null;
  readonly unsentCount: number;
  readonly oldestUnsentAtMs: number | null;
  readonly needsAttentionCount: number;
  /** Events from newer apps that this one keeps and does not understand: an update folds them. */
  readonly parkedCount: number;
  /** Why the centre sends this device no events now (it still takes what is saved here), or null. */
  readonly restriction: Restriction | null;
  /** On its way to a snapshot of the centre's (new) history; null otherwise. */
  readonly renewal: DeviceSessionView['renewal'];
  /** Figures leave out what only a snapshot can bring: until one is here, screens say so. */
  readonly figuresIncomplete: boolean;
  /** Removed by head office, and everything sent that it takes: nothing can be saved here until it is paired again. */
  readonly locked: boolean;
  /** centre − device; null before it was ever measured. */
  readonly clockOffsetMs: number | null;
  readonly lastHeardAtMs: number | null;
  /** null while offline, or when caught up. */
  readonly catchUp: { readonly position: number; readonly head: number } | null;
  readonly storage: StorageFigures | null;
  /** Events are on their way to the centre. */
  readonly sending: boolean;
  /** This tab holds the connection for all tabs. */
  readonly isSender: boolean;
  /** The gravest thing that is wrong on this device, or null. */
  readonly fault: DeviceFault | null;
}

export interface StorageFigures {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** The browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

/**
 * `detail` is for people: what happened, what is safe, what to do.
 * - storage-lost: the database can not be used any more; nothing more is saved until the page is reloaded.
 * - storage-full: the last commit did not fit; it was not saved.
 * - outdated: another tab runs a newer version of the app; this one can not save.
 * - wiped: this installation was enrolled and its database is empty. `unsentAtMost`: events that may be lost.
 * - part-missing: a part of the app that writes or sends is not on this device and could not be fetched.
 * - unsent: nothing was accepted for 60 s although there is a connection.
 */
export type DeviceFault =
  | { readonly kind: 'storage-lost' | 'storage-full' | 'outdated' | 'part-missing' | 'unsent'; readonly detail: string }
  | {
      readonly kind: 'wiped';
      readonly device: string;
      readonly store: string;
      readonly unsentAtMost: number;
      readonly detail: string;
    };

/** A part of the app was needed that is not on this device, and it could not be fetched. It is asked for again when it is needed. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
  constructor(cause?: unknown) {
    super(
      'A part of the app is not on this device yet and could not be fetched: nothing was saved just now. What was saved before is safe. Connect to the network, then do it again.',
      { cause },
    );
  }
}

/** A domain that is here as a whole. */
export function wholeDomain({ projectors, understands }: DeviceDomain): LazyDomain {
  const domain = { projectors, ...(understands === undefined ? {} : { understands }) };
  return { folds: projectors, load: async () => domain };
}

/** This device was removed and is locked: nothing was saved. Pair it again with a code from head office. */
export class DeviceLocked extends Error {
  override readonly name = 'DeviceLocked';
  constructor() {
    super(
      'Head office removed this device: nothing was saved just now. What it had saved was sent. Pair it again with a new code.',
    );
  }
}

/**
 * saved: committed on this device · sent: committed at the centre · attention: awaits a person ·
 * unknown: this device does not hold it.
 */
export type EventState = 'saved' | 'sent' | 'attention' | 'unknown';

/** One row of what awaits a person; `line`: the event's own bytes, where they are held. */
export interface AttentionEntry {
  readonly key: string;
  readonly row: NeedsAttentionRow;
  readonly line: EventLine | null;
}

/** Entries one look returns; their number is in the status. */
export const ATTENTION_ROWS_MAX = 200;

export interface CommitOptions {
  /** Written in the same transaction: a sale's draft disappears exactly when the sale appears. */
  readonly local?: readonly LocalWrite[];
}

export interface DeviceEngine {
  /** The present status at once, then every change. Never ends before `close`, never errors. */
  readonly status$: Observable<DeviceStatus>;
  /** After every commit, this tab's or another's. Never errors. */
  readonly changes$: Observable<DeviceLogChange>;
  /** For a log of what happened underneath: forks, refusals, damage. Never errors. */
  readonly reports$: Observable<DeviceReport>;
  /** Read models, as committed. */
  readonly tables: TableReader;
  /** A new event id, for drafts. */
  newId(): EventId;
  /**
   * Gives this installation its identity and begins to sync. Pairing again with the same store keeps everything and sends what
   * was never sent under the new id; with another store it starts empty, and throws `OutboxNotEmpty` while anything is unsent.
   * `local`: what belongs to the identity, its credential above all: on disk with it, or not at all.
   */
  enrol(identity: DeviceIdentity, options?: CommitOptions): Promise<void>;
  /**
   * Resolves = Saved on this device, on disk. Throws `PartMissing`, `AppendRefused`, `StorageFull`, `StorageLost`, `DeviceLogOutdated`,
   * `DeviceLocked` or `NotEnrolled`: then nothing was saved and the work belongs back on the screen. Repeating a commit with the same
   * drafts (ids) saves nothing twice.
   */
  commit(drafts: readonly EventDraft[], options?: CommitOptions): Promise<readonly AppendedEvent[]>;
  /** One state per id, in order. */
  eventStates(ids: readonly EventId[]): Promise<EventState[]>;
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
  putLocal(writes: readonly LocalWrite[]): Promise<void>;
  /** Connect at once instead of waiting for the next attempt. */
  tryNow(): void;
  /** Everything unsent as text: a JSON header line, then the raw event lines. For a person who must save it elsewhere. */
  exportOutbox(): Promise<string>;
  /** Asks the browser not to clear this device's data by itself. Whether it agreed. */
  persist(): Promise<boolean>;
  /** Drops the read models and folds the whole log again. */
  rebuild(): Promise<void>;
  /** Up to which position of the centre everything is applied here; 0 before the first frame. */
  appliedPosition(): Promise<Position>;
  /** Writes rows of read models that the centre vouches for (a line's journal fetched on demand), in one transaction. */
  repair(body: (tables: Tables) => Promise<void>): Promise<void>;
  /** What awaits a person on this device, with the bytes where it holds them; at most `ATTENTION_ROWS_MAX`. */
  attention(): Promise<readonly AttentionEntry[]>;
  /** A person has dealt with it. What the centre set aside is resolved there and stays until it is. */
  dismissAttention(key: string): Promise<void>;
  close(): Promise<void>;
}
