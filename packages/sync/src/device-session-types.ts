// What goes in and out of the device session: the contract between the pure machine (device-session.ts) and the engine
// that runs it over a real socket, real timers and a real log.
//   startDeviceSession(config) → state;  stepDevice(state, input) → { state, effects };  viewOf(state) →
// DeviceSessionView
//
// The engine owes:
// - Effects are begun in the order given. Those on the log (readLog … readStatus) run one at a time, in that order.
// - Every effect on the log is answered once, with the effect's `connection`: by its answer, or by `logFailed`.
// - `fetchSnapshot` runs beside them and is answered once, by `snapshotInstalled` or `snapshotFailed`; `snapshotProgress`
//   comes as often as there is some, and at least every minute. Its HTTP requests have timeouts of their own.
// - `connect`: get a new ticket over HTTPS, open the socket, answer `opened` or `connectFailed`; later one `closed`,
//   also after `close`.
// - `close`: what was sent before it goes out first; of a connection that is not open yet, the attempt is given up. A
//   snapshot that is being fetched on it is given up too; what was staged stays.
// - A timer that was cleared or set again never fires for the earlier setting. Delays are measured on a monotonic
//   clock.
// - `nowMs` is the device's raw clock (it may jump), `monotonicMs` one that never does; `random` is fresh and uniform
//   in [0, 1).
import type {
  AcceptedMark,
  ChainPoint,
  Cursor,
  DeviceFrame,
  DeviceId,
  DeviceLogState,
  EventId,
  EventLine,
  FrameOutcome,
  Hole,
  InstallOutcome,
  LinesLimit,
  OutboxPart,
  Seq,
} from '@streamstock/event-log';
import type { Damage, Recovery, RefusalKind, Restriction, StatusReport } from './protocol.ts';

export interface DeviceSessionConfig {
  readonly appVersion: string;
  /** Names the set of projectors and their versions; the centre answers `update` when it can no longer serve it. */
  readonly readModelVersion: string;
}

/** Counts the attempts to connect; whatever belongs to an earlier one is ignored. */
export type ConnectionNumber = number;

export type DeviceTimer =
  | 'retry'
  | 'answer'
  | 'heartbeat'
  | 'pong'
  | 'push'
  | 'unsent'
  | 'stable'
  /** An offer or a resupply waits for its answer. */
  | 'offers'
  /** A snapshot that makes no progress, or the next attempt to fetch one. */
  | 'snapshot';

/** Why an attempt to connect came to nothing before there was a socket. */
export type ConnectFailure =
  /** No network, no server, or a server error: tried again. */
  | { readonly kind: 'unreachable' }
  /** The server asked to wait (503 or 429 with Retry-After). */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** The ticket was refused for a reason that a person must lift. */
  | { readonly kind: 'refused'; readonly refusal: 'unauthorised' | 'revoked' | 'update' };

/** Why there is no snapshot now. */
export type SnapshotFailure =
  /** No network, no server, a server error, or what came was no snapshot. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** The centre's read models are not those of this app: it must be updated (or the server is not yet). */
  | { readonly kind: 'update' }
  /** The centre has none of this epoch (yet). */
  | { readonly kind: 'none' }
  /** The credential is not good for one. */
  | { readonly kind: 'refused' };

/** Given with every input. */
export interface DeviceMoment {
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly random: number;
}

export type DeviceInput = DeviceMoment &
  (
    | { readonly type: 'start' }
    /** This tab no longer sends. */
    | { readonly type: 'stop' }
    /** Connect at once instead of waiting: a person asked, or the browser says that the network is back. */
    | { readonly type: 'tryNow' }
    /** The browser says that the network is gone; a socket would only stall. */
    | { readonly type: 'networkLost' }
    | { readonly type: 'opened'; readonly connection: ConnectionNumber; readonly ticket: string }
    | { readonly type: 'connectFailed'; readonly connection: ConnectionNumber; readonly failure: ConnectFailure }
    | { readonly type: 'closed'; readonly connection: ConnectionNumber }
    | { readonly type: 'frame'; readonly connection: ConnectionNumber; readonly text: string }
    | { readonly type: 'timer'; readonly timer: DeviceTimer }
    /** Something was committed to the log, by this tab or another: there may be something to send. */
    | { readonly type: 'logChanged' }
    /** Answers to effects on the log. */
    | { readonly type: 'logRead'; readonly connection: ConnectionNumber; readonly log: DeviceLogState | null }
    | {
        readonly type: 'outboxRead';
        readonly connection: ConnectionNumber;
        readonly afterSeq: Seq;
        readonly part: OutboxPart;
      }
    | {
        readonly type: 'frameApplied';
        readonly connection: ConnectionNumber;
        readonly to: Cursor;
        readonly outcome: FrameOutcome;
      }
    | { readonly type: 'markStored'; readonly connection: ConnectionNumber; readonly mark: AcceptedMark }
    | {
        readonly type: 'hashesRead';
        readonly connection: ConnectionNumber;
        readonly points: readonly (ChainPoint | null)[];
      }
    | { readonly type: 'rechained'; readonly connection: ConnectionNumber }
    | { readonly type: 'damagedSetAside'; readonly connection: ConnectionNumber; readonly seq: Seq }
    | { readonly type: 'heldRead'; readonly connection: ConnectionNumber; readonly ids: readonly EventId[] }
    | { readonly type: 'linesRead'; readonly connection: ConnectionNumber; readonly lines: readonly EventLine[] }
    | { readonly type: 'statusRead'; readonly connection: ConnectionNumber; readonly report: StatusReport }
    /** Of the snapshot that is being fetched. */
    | {
        readonly type: 'snapshotProgress';
        readonly connection: ConnectionNumber;
        readonly bytesHeld: number;
        readonly bytesTotal: number;
      }
    | {
        readonly type: 'snapshotInstalled';
        readonly connection: ConnectionNumber;
        readonly outcome: InstallOutcome;
      }
    | {
        readonly type: 'snapshotFailed';
        readonly connection: ConnectionNumber;
        readonly failure: SnapshotFailure;
      }
    | { readonly type: 'logFailed'; readonly connection: ConnectionNumber; readonly detail: string }
  );

export type DeviceEffect =
  | { readonly type: 'connect'; readonly connection: ConnectionNumber }
  | { readonly type: 'close'; readonly connection: ConnectionNumber }
  | { readonly type: 'send'; readonly connection: ConnectionNumber; readonly text: string }
  | { readonly type: 'setTimer'; readonly timer: DeviceTimer; readonly afterMs: number }
  | { readonly type: 'clearTimer'; readonly timer: DeviceTimer }
  /** `log.state()` → logRead */
  | { readonly type: 'readLog'; readonly connection: ConnectionNumber }
  /** `log.outbox(afterSeq, limit)` → outboxRead */
  | {
      readonly type: 'readOutbox';
      readonly connection: ConnectionNumber;
      readonly afterSeq: Seq;
      readonly limit: LinesLimit;
    }
  /** `log.setDamagedAside(seq, problem)` → damagedSetAside */
  | {
      readonly type: 'setDamagedAside';
      readonly connection: ConnectionNumber;
      readonly seq: Seq;
      readonly problem: string;
    }
  /** `log.applyFrame(frame)` → frameApplied */
  | { readonly type: 'applyFrame'; readonly connection: ConnectionNumber; readonly frame: DeviceFrame }
  /** `log.accept(mark, over)`; `over`: the epoch of the mark that was stored at hello → markStored */
  | {
      readonly type: 'storeMark';
      readonly connection: ConnectionNumber;
      readonly mark: AcceptedMark;
      readonly over: string | null;
    }
  /** `log.hashesAt(seqs)` → hashesRead */
  | { readonly type: 'readHashes'; readonly connection: ConnectionNumber; readonly seqs: readonly Seq[] }
  /** `log.rechain({ from, commonSeq, device })`: nothing if the log is no longer `from`'s → rechained */
  | {
      readonly type: 'rechain';
      readonly connection: ConnectionNumber;
      readonly from: DeviceId;
      readonly commonSeq: Seq;
      readonly device: DeviceId;
    }
  /** `log.heldIds(afterId, idsMax)` → heldRead */
  | {
      readonly type: 'readHeld';
      readonly connection: ConnectionNumber;
      readonly afterId: EventId | null;
      readonly idsMax: number;
    }
  /** `log.heldLines(ids, limit)`: in the order of `ids` → linesRead */
  | {
      readonly type: 'readLines';
      readonly connection: ConnectionNumber;
      readonly ids: readonly EventId[];
      readonly limit: LinesLimit;
    }
  /**
   * Over HTTPS: header, `log.beginSnapshot`, the pages that are not held, `log.installSnapshot`. A header of another epoch
   * counts as `none`. `over`: the cursor that was stored at hello, for `installSnapshot` → snapshotInstalled | snapshotFailed
   */
  | {
      readonly type: 'fetchSnapshot';
      readonly connection: ConnectionNumber;
      readonly epoch: string;
      readonly over: Cursor | null;
    }
  /** The engine's own figures → statusRead */
  | { readonly type: 'readStatus'; readonly connection: ConnectionNumber }
  /** For the log of the app and for screens; asks for no answer. */
  | { readonly type: 'report'; readonly report: DeviceReport };

/** What a person or a log file should hear of. */
export type DeviceReport =
  /**
   * An own event that can not be sent, its bytes are not what its hash says: it was set aside for a person, and what
   * follows it goes on.
   */
  | { readonly kind: 'damaged'; readonly seq: Seq; readonly problem: Damage['problem']; readonly detail: string }
  /** A stretch of the own log that is gone was declared to the centre. */
  | { readonly kind: 'hole'; readonly fromSeq: Seq; readonly toSeq: Seq; readonly reason: Hole['reason'] }
  /** The centre began a new history; the device comes back to it. */
  | { readonly kind: 'new-epoch'; readonly epoch: string }
  /** Everything that is held was offered to the centre of a new history. */
  | {
      readonly kind: 'offered';
      readonly offered: number;
      readonly appended: number;
      readonly known: number;
      readonly refused: number;
      /** false: more is held than may be offered. */
      readonly complete: boolean;
    }
  | { readonly kind: 'snapshot-failed'; readonly failure: SnapshotFailure['kind'] }
  /**
   * Removed, and everything sent that the centre takes: nothing more may be written here under this id. null: the centre was asked
   * before the log was.
   */
  | { readonly kind: 'locked'; readonly device: DeviceId | null }
  | { readonly kind: 'forked'; readonly commonSeq: Seq; readonly from: DeviceId; readonly to: DeviceId }
  | { readonly kind: 'refused'; readonly refusal: RefusalKind; readonly recovery: Recovery; readonly message: string }
  /** The centre sent something that a centre does not send; the connection was closed. */
  | { readonly kind: 'bad-frame'; readonly detail: string }
  | { readonly kind: 'log-failed'; readonly detail: string }
  /** Begins or ends: nothing was accepted for a minute with unsent events and a live connection. */
  | { readonly kind: 'unsent-fault'; readonly active: boolean };

/** What screens show; `viewOf(state)`. */
export interface DeviceSessionView {
  /** waiting: the centre asked to come back later · needsYou: only a person can go on (`needs`). */
  readonly connection: 'stopped' | 'connecting' | 'online' | 'offline' | 'waiting' | 'needsYou';
  readonly connectionSinceMs: number;
  readonly needs: { readonly kind: RefusalKind; readonly recovery: Recovery; readonly message: string } | null;
  /** centre − device and half the round trip; the best recent measurement. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number; readonly measuredAtMs: number } | null;
  readonly lastHeardAtMs: number | null;
  /** null while offline, or when caught up. */
  readonly catchUp: { readonly position: number; readonly headPosition: number } | null;
  /** Pushes are on their way. */
  readonly sending: boolean;
  readonly unsentFault: boolean;
  /** Own events set aside because their bytes are damaged; each has a row in Needs attention. */
  readonly damagedCount: number;
  /** Why this device is sent no events now. Last told; null again when the centre says so. */
  readonly restriction: Restriction | null;
  /** On its way to a snapshot. `done` of `total`: ids offered so far (total unknown), then bytes fetched. */
  readonly renewal: {
    readonly step: 'pushing' | 'offering' | 'fetching' | 'waiting';
    readonly done: number;
    readonly total: number | null;
  } | null;
  /** Removed, and everything sent that the centre takes: the app locks. */
  readonly locked: boolean;
}
