// Wire protocol v1: every message as a schema and its type. What they mean and in which order they may come is in
// docs/protocol.md and SPEC.md; how they become text is in frame.ts. Owns no behaviour.
//
// A conversation: the device says `hello`. The centre answers `welcome` and from then on both stream at once:
//   device → centre  push, hole, applied, status, ping; offer and resupply where `welcome` names a new history
//   centre → device  accepted | resend | damage, events, pong; want and resupplied
// or it answers `refused` (and closes), or `forked`: then only `hashes` and `newDevice` follow, and the device comes
// back under its new id on a new connection.
import {
  AcceptedMark,
  ChainHash,
  ChainPoint,
  Cursor,
  EntityId,
  EVENT_BYTES_MAX,
  EventId,
  Hole,
  Position,
  Seq,
} from '@streamstock/event-log';
import * as z from 'zod/mini';
import {
  EVENTS_FRAME_EVENTS_MAX,
  EVENTS_FRAMES_OUTSTANDING_MAX,
  FORK_PROBES_MAX,
  FORK_ROUNDS_MAX,
  HOLES_NAMED_MAX,
  MESSAGE_CHARACTERS_MAX,
  OFFER_IDS_MAX,
  OFFER_ROUNDS_MAX,
  PUSH_BYTES_MAX,
  PUSH_EVENTS_MAX,
  PUSHES_IN_FLIGHT_MAX,
  TICKET_CHARACTERS_MAX,
  VERSION_CHARACTERS_MAX,
} from './limits.ts';

/** The WebSocket subprotocol. Its number rises only with a change that old clients can not ignore. */
export const SUBPROTOCOL = 'streamstock.v1';

/**
 * Every version of the messages that was ever released, newest last. A new optional field or message is a new version
 * under the same subprotocol; the centre serves all from the floor on.
 * - 1: hello, push, hole, offer, resupply, applied, status, hashes, ping; welcome, refused, accepted, resend, damage,
 *   want, resupplied, forked, newDevice, events, pong.
 */
export const PROTOCOL_VERSIONS = [1] as const;
export const PROTOCOL_VERSION = 1;
/**
 * The oldest version the centre still speaks. Raising it locks out devices that were offline meanwhile: by decision
 * record only.
 */
export const PROTOCOL_VERSION_FLOOR = 1;

const Count = z.int().check(z.minimum(0));
const UnixMs = z.int();
const NoLines = z.literal(0);
const Version = z.string().check(z.minLength(1), z.maxLength(VERSION_CHARACTERS_MAX));
const Words = z.string().check(z.maxLength(MESSAGE_CHARACTERS_MAX));

/**
 * What the centre needs to measure a device's clock, whatever the network did to the frame and the person to the clock.
 * - `sentAtMs`: the device's raw clock when it sent this.
 * - `heard`: the last time of the centre's clock that the device was told, and how long ago, on the device's monotonic
 *   clock.
 * - `steadySinceMs`: stamps of the raw clock from here on are of one undisturbed run: nobody set it since; null: not known.
 */
const ClockSample = z.object({
  sentAtMs: UnixMs,
  steadySinceMs: z.nullable(UnixMs),
  heard: z.object({ serverTimeMs: UnixMs, agoMs: Count }),
});
export type ClockSample = z.infer<typeof ClockSample>;

// ── device → centre ────────────────────────────────────────────────────────────────────────────────────────────────

/** First message of a connection. `ticket`: single use, got over HTTPS just before; it never stands in the URL. */
const Hello = z.object({
  type: z.literal('hello'),
  lines: NoLines,
  protocol: z.int().check(z.minimum(1), z.maximum(1_000)),
  ticket: z.string().check(z.minLength(1), z.maxLength(TICKET_CHARACTERS_MAX)),
  device: EntityId,
  store: EntityId,
  cursor: z.nullable(Cursor),
  head: ChainPoint,
  accepted: z.nullable(AcceptedMark),
  /** false: send no events, this device is about to start its read models from a snapshot. */
  receive: z.boolean(),
  appVersion: Version,
  readModelVersion: Version,
  deviceTimeMs: UnixMs,
});
export type Hello = z.infer<typeof Hello>;

/** Lines `firstSeq` … `firstSeq + lines − 1` of the device's log, raw. */
const PushMessage = z.object({
  type: z.literal('push'),
  lines: z.int().check(z.minimum(1), z.maximum(PUSH_EVENTS_MAX)),
  firstSeq: Seq.check(z.minimum(1)),
  /** Chain hash at `firstSeq − 1`. */
  hashBefore: ChainHash,
  /** Chain hash at the last line. */
  hashAfter: ChainHash,
  /** One event that is sent by itself, because a push with it was damaged. */
  alone: z.boolean(),
  clock: ClockSample,
});
export type PushMessage = z.infer<typeof PushMessage>;

/**
 * The device no longer holds seqs `fromSeq` … `toSeq` of its log, only the chain hash behind them: `compacted` once they
 * were accepted and covered by a snapshot, or `damaged`. Answered like a push.
 */
const HoleMessage = z.object({
  type: z.literal('hole'),
  lines: NoLines,
  fromSeq: Hole.shape.fromSeq,
  toSeq: Hole.shape.toSeq,
  /** Chain hash at `fromSeq − 1`; null where that is gone too. */
  hashBefore: z.nullable(ChainHash),
  hashAfter: Hole.shape.hashAfter,
  reason: Hole.shape.reason,
  clock: ClockSample,
});
export type HoleMessage = z.infer<typeof HoleMessage>;

const Round = z.int().check(z.minimum(1), z.maximum(OFFER_ROUNDS_MAX));
/** Which `resupply` of a round, from 1. */
const Part = z.int().check(z.minimum(1), z.maximum(OFFER_IDS_MAX));
const EventIds = z.array(EventId).check(z.maxLength(OFFER_IDS_MAX));

/**
 * In a new history: ids of events that the device still holds, own and received, each once. One round at a time. The
 * last one has no ids and says `last`.
 */
const Offer = z.object({ type: z.literal('offer'), lines: NoLines, round: Round, ids: EventIds, last: z.boolean() });
export type Offer = z.infer<typeof Offer>;

/** Lines of events that the centre wants, raw. */
const ResupplyMessage = z.object({
  type: z.literal('resupply'),
  lines: z.int().check(z.minimum(1), z.maximum(PUSH_EVENTS_MAX)),
  round: Round,
  part: Part,
});
export type ResupplyMessage = z.infer<typeof ResupplyMessage>;

/** The device's log holds, on disk, everything up to `cursor` (cumulative). Lets the centre send more. */
const Applied = z.object({ type: z.literal('applied'), lines: NoLines, cursor: Cursor });
export type Applied = z.infer<typeof Applied>;

/** How a device is, for head office. Ages by the device's own clock. */
export const StatusReport = z.object({
  unsent: Count,
  oldestUnsentAgeMs: z.nullable(Count),
  /** The device's raw clock at its last append; null before the first. */
  lastWriteAtMs: z.nullable(UnixMs),
  needsAttention: Count,
  storage: z.nullable(z.object({ usedBytes: Count, quotaBytes: Count, persisted: z.boolean() })),
});
export type StatusReport = z.infer<typeof StatusReport>;

const Status = z.object({
  type: z.literal('status'),
  lines: NoLines,
  ...StatusReport.shape,
  /** centre − device as the device measured it; null before the first round trip. */
  clockOffsetMs: z.nullable(z.int()),
  /** Nothing was accepted for a minute, with unsent events and a live connection. */
  unsentFault: z.boolean(),
  appVersion: Version,
});
export type Status = z.infer<typeof Status>;

/** Answer to `forked`: the device's chain hash at every seq asked for, null where it holds none. */
const Hashes = z.object({
  type: z.literal('hashes'),
  lines: NoLines,
  round: z.int().check(z.minimum(1), z.maximum(FORK_ROUNDS_MAX)),
  points: z.array(z.nullable(ChainPoint)).check(z.maxLength(FORK_PROBES_MAX)),
});
export type Hashes = z.infer<typeof Hashes>;

const Ping = z.object({ type: z.literal('ping'), lines: NoLines, clock: ClockSample });
export type Ping = z.infer<typeof Ping>;

export const DeviceMessage = z.discriminatedUnion('type', [
  Hello,
  PushMessage,
  HoleMessage,
  Offer,
  ResupplyMessage,
  Applied,
  Status,
  Hashes,
  Ping,
]);
export type DeviceMessage = z.infer<typeof DeviceMessage>;

// ── centre → device ────────────────────────────────────────────────────────────────────────────────────────────────

/** Bounds that the centre wants kept on this connection; a device keeps the smaller of these and its own. */
const WireLimits = z.object({
  pushEventsMax: z.int().check(z.minimum(1), z.maximum(PUSH_EVENTS_MAX)),
  /** Room for one event of the largest size and its line break, at least. */
  pushBytesMax: z.int().check(z.minimum(EVENT_BYTES_MAX + 1), z.maximum(PUSH_BYTES_MAX)),
  pushesInFlightMax: z.int().check(z.minimum(1), z.maximum(PUSHES_IN_FLIGHT_MAX)),
  eventsFramesOutstandingMax: z.int().check(z.minimum(1), z.maximum(EVENTS_FRAMES_OUTSTANDING_MAX)),
});
export type WireLimits = z.infer<typeof WireLimits>;

/**
 * retry: connect again after a wait · new-ticket: get a new ticket and connect · update: load a newer app · enrol: this
 * installation was removed, a person must enrol it · snapshot: start the read models from a snapshot of this epoch.
 */
export const Recovery = z.enum(['retry', 'new-ticket', 'update', 'enrol', 'snapshot']);
export type Recovery = z.infer<typeof Recovery>;

/**
 * revoked: this installation was removed · epoch: its tokens are of another history of the centre · cursor: its tokens
 * prove nothing.
 */
export const RestrictionKind = z.enum(['revoked', 'epoch', 'cursor']);
export type RestrictionKind = z.infer<typeof RestrictionKind>;

/** What this connection is not for: it is sent no events. It may always push what is saved. */
const Restriction = z.object({ kind: RestrictionKind, recovery: Recovery, message: Words });
export type Restriction = z.infer<typeof Restriction>;

/**
 * What this device's log was said to have lost by damage, by seq; absent: nothing. Where this copy of it still has the very lines,
 * a push of exactly these fills the hole.
 */
const LostStretches = z.array(Hole).check(z.minLength(1), z.maxLength(HOLES_NAMED_MAX));

const Welcome = z.object({
  type: z.literal('welcome'),
  lines: NoLines,
  protocol: z.int().check(z.minimum(1), z.maximum(1_000)),
  epoch: EntityId,
  serverTimeMs: UnixMs,
  /** How far the centre holds this device's log: pushing goes on behind it. */
  accepted: AcceptedMark,
  /** The centre's last position now, for "catching up, 3,000 of 12,000". */
  headPosition: Position,
  limits: WireLimits,
  restriction: z.nullable(Restriction),
  holes: z.optional(LostStretches),
});
export type Welcome = z.infer<typeof Welcome>;

/**
 * Why a connection ends, and the one thing that helps. After it the centre closes. Nothing that is Saved is lost by any
 * of them.
 */
export const RefusalKind = z.enum([
  'bad-frame',
  'unknown-message',
  'out-of-turn',
  'too-large',
  'version',
  'unauthorised',
  'revoked',
  'update',
  'busy',
]);
export type RefusalKind = z.infer<typeof RefusalKind>;

const Refused = z.object({
  type: z.literal('refused'),
  lines: NoLines,
  kind: RefusalKind,
  recovery: Recovery,
  message: Words,
  /** At least this long before the next attempt; null: the device's own back-off. */
  retryAfterMs: z.nullable(Count),
});
export type Refused = z.infer<typeof Refused>;

/**
 * Everything of this device's log up to `mark` is on disk at the centre (cumulative). `upTo`: the last seq of the push that this
 * answers, where the mark alone does not say that it is on disk: it lies beyond, or did not move, or a hole was filled. `holes`: as in `welcome`, where somebody else wrote under this
 * id meanwhile.
 */
const Accepted = z.object({
  type: z.literal('accepted'),
  lines: NoLines,
  mark: AcceptedMark,
  serverTimeMs: UnixMs,
  upTo: z.optional(Seq),
  holes: z.optional(LostStretches),
});
export type Accepted = z.infer<typeof Accepted>;

/** A push or a hole left a gap: send again from `mark.seq + 1`. */
const Resend = z.object({ type: z.literal('resend'), lines: NoLines, mark: AcceptedMark });
export type Resend = z.infer<typeof Resend>;

/**
 * The line at `seq` (or one behind it in that push) is not what its hash says. Send again from `mark.seq + 1`, one
 * event a push. `alone`: it was sent so already; then it is the one.
 */
const Damage = z.object({
  type: z.literal('damage'),
  lines: NoLines,
  mark: AcceptedMark,
  seq: Seq,
  alone: z.boolean(),
  problem: z.enum(['too-long', 'not-well-formed', 'not-json', 'not-an-event', 'hash-differs']),
  detail: Words,
});
export type Damage = z.infer<typeof Damage>;

/** Answer to `offer`: those of its ids that the centre does not hold. */
const Want = z.object({ type: z.literal('want'), lines: NoLines, round: Round, ids: EventIds });
export type Want = z.infer<typeof Want>;

/** Answer to `resupply`, after the commit. `refused`: lines that can not be taken in from anyone but their maker. */
const Resupplied = z.object({
  type: z.literal('resupplied'),
  lines: NoLines,
  round: Round,
  part: Part,
  appended: Count,
  known: Count,
  refused: Count,
});
export type Resupplied = z.infer<typeof Resupplied>;

/** The device's chain is not the one held under its id. Asks for its hashes at `seqs`; several rounds. */
const Forked = z.object({
  type: z.literal('forked'),
  lines: NoLines,
  round: z.int().check(z.minimum(1), z.maximum(FORK_ROUNDS_MAX)),
  seqs: z.array(Seq).check(z.minLength(1), z.maxLength(FORK_PROBES_MAX)),
});
export type Forked = z.infer<typeof Forked>;

/** End of a fork: the device takes the new id, re-appends what follows `commonSeq`, and connects again. */
const NewDevice = z.object({
  type: z.literal('newDevice'),
  lines: NoLines,
  device: EntityId,
  parent: EntityId,
  commonSeq: Seq,
});
export type NewDevice = z.infer<typeof NewDevice>;

/** Index into `devices`, seq and chain hash of a line's place; null where its maker's chain has none yet. */
const PlaceColumn = z.nullable(
  z.tuple([z.int().check(z.minimum(0), z.maximum(EVENTS_FRAME_EVENTS_MAX - 1)), Seq, ChainHash]),
);

/**
 * Everything in the device's audience behind `from` (null: from the beginning) up to `to`. Columns run along the lines.
 * Positions rise. Lines at or before `from` stand first: companions, events on which a ruling in this frame was given.
 */
const EventsMessage = z.object({
  type: z.literal('events'),
  lines: z.int().check(z.minimum(0), z.maximum(EVENTS_FRAME_EVENTS_MAX)),
  from: z.nullable(Cursor),
  to: Cursor,
  /** The centre's last position when this was read. */
  headPosition: Position,
  positions: z.array(Position).check(z.maxLength(EVENTS_FRAME_EVENTS_MAX)),
  devices: z.array(EntityId).check(z.maxLength(EVENTS_FRAME_EVENTS_MAX)),
  places: z.array(PlaceColumn).check(z.maxLength(EVENTS_FRAME_EVENTS_MAX)),
});
export type EventsMessage = z.infer<typeof EventsMessage>;

/**
 * Answer to `ping`: its `sentAtMs`, the centre's clock, and the position up to which the device has
 * been sent everything (null: nothing yet). A device that stands elsewhere has missed a frame.
 */
const Pong = z.object({
  type: z.literal('pong'),
  lines: NoLines,
  pingSentAtMs: UnixMs,
  serverTimeMs: UnixMs,
  sentPosition: z.nullable(Position),
});
export type Pong = z.infer<typeof Pong>;

export const CentreMessage = z.discriminatedUnion('type', [
  Welcome,
  Refused,
  Accepted,
  Resend,
  Damage,
  Want,
  Resupplied,
  Forked,
  NewDevice,
  EventsMessage,
  Pong,
]);
export type CentreMessage = z.infer<typeof CentreMessage>;
