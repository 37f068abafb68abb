// The device's sending half: which lines of the outbox are on their way, and what an answer to them means. A window
// over the log, not a queue: nothing here outlives the connection, the log alone says what is unsent. Pure; part of the
// device session.
//
//   idle ──logChanged──▶ reading ──lines──▶ push sent (in flight + 1) ──accepted──▶ (in flight − n) ──▶ reading or idle
//                                  resend, or a mark that no push explains: rewound, read again from that mark
//                                  damage: rewound, and one event a push until past it; again for a single event:
// blocked there
//
// S-a  A push begins where the one before it ended, or at the mark that the centre named.
// S-b  At most `pushesInFlightMax` pushes are unanswered; at most one read is under way.
// S-c  A mark is stored only when this chain has its hash at its seq.
// S-d  A blocked line is never skipped: nothing behind it is sent.
import {
  lineProblem,
  type AcceptedMark,
  type ChainPoint,
  type DeviceId,
  type PlacedLine,
  type Seq,
} from '@streamstock/event-log';
import { encodeFrame, framedBytes } from './frame.ts';
import type { DeviceEffect } from './device-session-types.ts';
import type { ClockSample, Damage, WireLimits } from './protocol.ts';

export interface BlockedLine {
  readonly seq: Seq;
  readonly problem: Damage['problem'];
  readonly detail: string;
}

interface InFlight {
  readonly last: ChainPoint;
  readonly events: number;
}

export interface Sending {
  readonly connection: number;
  readonly device: DeviceId;
  readonly limits: WireLimits;
  /** Everything up to here is at the centre, as it said. */
  readonly acceptedSeq: Seq;
  /** A mark that is not yet compared with this chain; the next read does it. */
  readonly unconfirmed: AcceptedMark | null;
  readonly sentSeq: Seq;
  readonly inFlight: readonly InFlight[];
  readonly reading: boolean;
  /** The log may hold lines behind `sentSeq` that were not read. */
  readonly more: boolean;
  /** One event a push up to this seq. */
  readonly carefulTo: Seq;
  /** The mark of the last rewinding, until something is accepted: the same one again says nothing new. */
  readonly rewoundTo: Seq | null;
  readonly blocked: BlockedLine | null;
}

/** `restart`: what the log or the centre says does not fit this connection any more; a new hello sorts it out. */
export type SendingStep = { readonly sending: Sending; readonly effects: readonly DeviceEffect[] } | 'restart';

export function startSending(
  connection: number,
  device: DeviceId,
  limits: WireLimits,
  mark: AcceptedMark,
  carefulTo: Seq,
): SendingStep {
  const sending: Sending = {
    connection,
    device,
    limits,
    acceptedSeq: mark.seq,
    unconfirmed: mark,
    sentSeq: mark.seq,
    inFlight: [],
    reading: false,
    more: true,
    carefulTo,
    rewoundTo: null,
    blocked: null,
  };
  return readOn(sending);
}

/** Nothing is left to send and nothing is on its way. */
export function isDrained(sending: Sending): boolean {
  return sending.inFlight.length === 0 && !sending.more && !sending.reading && sending.blocked === null;
}

export function outboxGrew(sending: Sending): SendingStep {
  return readOn({ ...sending, more: true });
}

export interface OutboxRead {
  readonly afterSeq: Seq;
  readonly before: ChainPoint | null;
  readonly lines: readonly PlacedLine[];
}

export function outboxRead(sending: Sending, read: OutboxRead, clock: ClockSample): SendingStep {
  const rested = { ...sending, reading: false };
  // Rewound meanwhile: read again from where we stand now.
  if (read.afterSeq !== sending.sentSeq) return readOn(rested);
  if (read.before === null) return 'restart';
  const confirmed = confirm(rested, read.before);
  const follows = read.lines.every(
    ({ place }, index) => place.device === sending.device && place.seq === read.afterSeq + 1 + index,
  );
  // Another tab took a fork's new id, or this is not the chain the centre speaks of and there is nothing to show it by.
  if (!follows || (confirmed.mismatch && read.lines.length === 0)) return 'restart';

  const { lines, problem } = sendable(read.lines, sending.limits.pushBytesMax);
  const blocked = lines.length === 0 && problem !== null ? { seq: read.afterSeq + 1, problem, detail: problem } : null;
  const last = lines.at(-1);
  if (last === undefined) return readOn({ ...rested, unconfirmed: null, blocked }, confirmed.effects);
  const push: DeviceEffect = {
    type: 'send',
    connection: sending.connection,
    text: encodeFrame(
      { type: 'push', firstSeq: read.afterSeq + 1, hashBefore: read.before.hash, hashAfter: last.place.hash, clock },
      lines.map(({ line }) => line),
    ),
  };
  const inFlight = [
    ...sending.inFlight,
    { last: { seq: last.place.seq, hash: last.place.hash }, events: lines.length },
  ];
  const sent: Sending = { ...rested, unconfirmed: null, sentSeq: last.place.seq, inFlight, more: true };
  return readOn(sent, [...confirmed.effects, push]);
}

/** S-c */
function confirm(
  sending: Sending,
  before: ChainPoint,
): { readonly mismatch: boolean; readonly effects: readonly DeviceEffect[] } {
  const mark = sending.unconfirmed;
  if (mark === null || mark.seq !== before.seq) return { mismatch: false, effects: [] };
  if (mark.hash !== before.hash) return { mismatch: true, effects: [] };
  return { mismatch: false, effects: [{ type: 'storeMark', connection: sending.connection, mark }] };
}

/** The first lines that fit a push; `problem`: why the line after them can not stand in any. */
function sendable(
  lines: readonly PlacedLine[],
  bytesMax: number,
): { readonly lines: PlacedLine[]; readonly problem: Damage['problem'] | null } {
  const fitting: PlacedLine[] = [];
  let bytes = 0;
  for (const placed of lines) {
    const problem = lineProblem(placed.line);
    if (problem?.kind === 'too-long' || problem?.kind === 'not-well-formed')
      return { lines: fitting, problem: problem.kind };
    bytes += framedBytes(placed.line);
    if (bytes > bytesMax) break;
    fitting.push(placed);
  }
  return { lines: fitting, problem: null };
}

export function accepted(sending: Sending, mark: AcceptedMark): SendingStep {
  if (mark.seq <= sending.acceptedSeq) return { sending, effects: [] };
  const index = sending.inFlight.findIndex(({ last }) => last.seq === mark.seq);
  if (index < 0) return rewind(sending, mark);
  if (sending.inFlight[index]?.last.hash !== mark.hash) return 'restart';
  const inFlight = sending.inFlight.slice(index + 1);
  const store: DeviceEffect = { type: 'storeMark', connection: sending.connection, mark };
  return readOn({ ...sending, acceptedSeq: mark.seq, inFlight, rewoundTo: null }, [store]);
}

/** The centre lacks what lies between `mark` and a push. Late and repeated words of it change nothing. */
export function resend(sending: Sending, mark: AcceptedMark): SendingStep {
  if (mark.seq < sending.acceptedSeq || mark.seq === sending.rewoundTo) return { sending, effects: [] };
  return rewind(sending, mark);
}

/**
 * A line did not match its hash at the centre: once more, one event at a time; then it stays where it is, for a person.
 */
export function damaged(sending: Sending, mark: AcceptedMark, line: BlockedLine): SendingStep {
  if (mark.seq < sending.acceptedSeq) return { sending, effects: [] };
  const wasSingle =
    sending.carefulTo >= line.seq && sending.inFlight.some(({ last, events }) => last.seq === line.seq && events === 1);
  if (wasSingle) return { sending: { ...sending, inFlight: [], blocked: line }, effects: [] };
  return rewind({ ...sending, carefulTo: Math.max(sending.sentSeq, line.seq) }, mark);
}

function rewind(sending: Sending, mark: AcceptedMark): SendingStep {
  return readOn({
    ...sending,
    acceptedSeq: mark.seq,
    unconfirmed: mark,
    sentSeq: mark.seq,
    inFlight: [],
    more: true,
    rewoundTo: mark.seq,
  });
}

/** Begins the next read where there is reason and room for one. */
function readOn(sending: Sending, effects: readonly DeviceEffect[] = []): SendingStep {
  const careful = sending.sentSeq < sending.carefulTo;
  const pushesMax = careful ? 1 : sending.limits.pushesInFlightMax;
  const wanted = sending.more || sending.unconfirmed !== null;
  if (sending.reading || !wanted || sending.blocked !== null || sending.inFlight.length >= pushesMax)
    return { sending, effects };
  const { pushEventsMax, pushBytesMax } = sending.limits;
  const limit = { eventsMax: careful ? 1 : pushEventsMax, bytesMax: pushBytesMax };
  const read: DeviceEffect = { type: 'readOutbox', connection: sending.connection, afterSeq: sending.sentSeq, limit };
  return { sending: { ...sending, reading: true, more: false }, effects: [...effects, read] };
}
