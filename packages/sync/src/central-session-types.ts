// What goes in and out of the central session, one per connection: the contract between the pure machine
// (central-session.ts) and the engine that runs it over real sockets, timers and the central log.
//   startCentralSession(config) → state;  stepCentral(state, input) → { state, effects }
//
// The engine owes:
// - Effects are begun in the order given; `append`s of one connection are committed in that order and answered in that
//   order, whatever they carry.
// - Every effect that names an answer is answered once, by it or by `failed`. Answers after `closed` are ignored.
// - `appended` with `accepted` is given only after the commit is on disk (law 4).
// - `headMoved` after every commit that moved the head: at once to connections whose store it concerns and to those that
//   are still greeting, to all others within a second; a missed one is a bug, one too many is not.
// - On the report `centre-behind` a new epoch is begun, if the log's is still the one the report names, and everyone is
//   dismissed as `busy`. The same after every other new epoch: no connection outlives the epoch it was welcomed in.
// - `close`: what was sent before it goes out first. A socket whose output passes CONNECTION_OUTPUT_BYTES_MAX is
//   closed.
// - `nowMs` is the centre's clock. Timers as for the device: cleared or set again, the earlier setting never fires.
import type {
  AudienceRead,
  CentralHead,
  ChainPoint,
  Cursor,
  DeviceId,
  DeviceRecord,
  EventId,
  HeldHole,
  Hole,
  Position,
  PushOutcome,
  ReadLimit,
  Seal,
  Seq,
  StoreId,
  Submission,
} from '@streamstock/event-log';
import type { Hello, RefusalKind, Status, WireLimits } from './protocol.ts';

export interface CentralSessionConfig {
  /** Seals cursors and marks (HMAC with a key kept outside the database). */
  readonly seal: Seal;
  readonly limits: WireLimits;
}

export type CentralTimer = 'hello' | 'silence' | 'advance';

/**
 * `granted`: the ticket was issued to `device`: the one that says hello, an ancestor of it (a fork's new id keeps the
 * installation's credential), or, where nobody knows the id of hello, any installation.
 */
export type TicketResult =
  | { readonly kind: 'granted'; readonly device: DeviceId }
  | {
      readonly kind: 'refused';
      readonly refusal: 'unauthorised' | 'revoked' | 'update' | 'busy';
      readonly message: string;
      readonly retryAfterMs: number | null;
    };

/** What the log holds of a device that says hello. `record` null: unknown device. */
export interface GreetingFacts {
  readonly record: DeviceRecord | null;
  /** Of the device that the ticket was given to. */
  readonly ticketRecord: DeviceRecord | null;
  readonly head: CentralHead;
  /** Central chain hash at the cursor's position; null when there is no cursor, or beyond the head. */
  readonly hashAtCursor: string | null;
  /** The device's chain as held, at the seqs asked for. Read after `record`. */
  readonly points: readonly (ChainPoint | null)[];
  /** What its log lost by damage, by seq; at most `HOLES_NAMED_MAX`. */
  readonly holes: readonly Hole[];
}

export type CentralInput = { readonly nowMs: number } & (
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'frame'; readonly text: string }
  /** The socket's own limit was passed, or it was no text: answered with a refusal. */
  | { readonly type: 'badFrame'; readonly kind: 'bad-frame' | 'too-large'; readonly detail: string }
  | { readonly type: 'timer'; readonly timer: CentralTimer }
  /** Committed and visible. `inAudience`: this store must hear of something in it; true when in doubt. */
  | { readonly type: 'headMoved'; readonly position: Position; readonly inAudience: boolean }
  /**
   * The server stops, a new epoch began, or the device was revoked: told to come back (`revoked` comes back restricted), and
   * closed.
   */
  | {
      readonly type: 'dismiss';
      readonly kind: 'revoked' | 'busy' | 'update';
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  /** Answers. */
  | { readonly type: 'ticketRedeemed'; readonly result: TicketResult }
  | { readonly type: 'greetingRead'; readonly facts: GreetingFacts }
  | { readonly type: 'appended'; readonly outcome: PushOutcome }
  | { readonly type: 'linesRead'; readonly read: AudienceRead }
  | {
      readonly type: 'hashesRead';
      readonly points: readonly (ChainPoint | null)[];
      /** Where the first stretch begins that the device's log lost by damage; null: there is none. */
      readonly lostFrom: Seq | null;
    }
  | { readonly type: 'deviceMinted'; readonly device: DeviceId }
  /** Too many forks of this installation lately. */
  | { readonly type: 'mintRefused'; readonly retryAfterMs: number }
  | { readonly type: 'unknownRead'; readonly ids: readonly EventId[] }
  | { readonly type: 'failed'; readonly detail: string }
);

export type CentralEffect =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'close' }
  | { readonly type: 'setTimer'; readonly timer: CentralTimer; readonly afterMs: number }
  | { readonly type: 'clearTimer'; readonly timer: CentralTimer }
  /** The app checks and uses up the ticket → ticketRedeemed */
  | { readonly type: 'redeemTicket'; readonly hello: Hello }
  /** `log.device` of both, `log.head`, then `log.hashAt`, `log.deviceHashesAt` and `log.damagedHoles` → greetingRead */
  | {
      readonly type: 'readGreeting';
      readonly device: DeviceId;
      readonly ticketDevice: DeviceId;
      readonly cursorPosition: Position | null;
      readonly seqs: readonly Seq[];
    }
  /** Group-committed with what other connections bring → appended */
  | { readonly type: 'append'; readonly submission: Submission }
  /** `log.unknownOf` → unknownRead */
  | { readonly type: 'readUnknown'; readonly ids: readonly EventId[] }
  /** `log.readForStore` → linesRead */
  | { readonly type: 'readForStore'; readonly store: StoreId; readonly after: Position; readonly limit: ReadLimit }
  /** `log.deviceHashesAt`, and the first of `log.damagedHoles` → hashesRead */
  | { readonly type: 'readDeviceHashes'; readonly device: DeviceId; readonly seqs: readonly Seq[] }
  /** A new device id for the same store, `parent` recorded, revoked if that is, on disk → deviceMinted | mintRefused */
  | { readonly type: 'mintDevice'; readonly parent: DeviceId; readonly store: StoreId; readonly commonSeq: Seq }
  /** For head office; no answer. */
  | { readonly type: 'greeted'; readonly hello: Hello }
  | { readonly type: 'recordStatus'; readonly device: DeviceId; readonly status: Status }
  | { readonly type: 'recordApplied'; readonly device: DeviceId; readonly cursor: Cursor }
  | { readonly type: 'report'; readonly report: CentralReport };

export type CentralReport =
  | {
      readonly kind: 'refused';
      readonly refusal: RefusalKind;
      readonly device: DeviceId | null;
      readonly detail: string;
    }
  | { readonly kind: 'forked'; readonly device: DeviceId; readonly newDevice: DeviceId; readonly commonSeq: Seq }
  | { readonly kind: 'damage'; readonly device: DeviceId; readonly seq: Seq; readonly detail: string }
  /** A device declared that it no longer holds a stretch of its log, and the centre does not either. */
  | { readonly kind: 'hole'; readonly hole: Omit<HeldHole, 'atMs'> }
  /** A copy of the disk still had what was said to be lost: the hole is none any more. */
  | { readonly kind: 'hole-filled'; readonly device: DeviceId; readonly hole: Hole }
  /** A device has offered everything it holds, after a new epoch began. */
  | {
      readonly kind: 'resupplied';
      readonly device: DeviceId;
      readonly offered: number;
      readonly appended: number;
      readonly known: number;
      readonly refused: number;
    }
  /**
   * A token of the present epoch with this centre's own seal names history that this centre does not hold: it was rolled
   * back. A new epoch must begin, and the operator must hear of it.
   */
  | {
      readonly kind: 'centre-behind';
      readonly device: DeviceId;
      readonly epoch: string;
      readonly proof: 'cursor' | 'mark';
      readonly detail: string;
    };
