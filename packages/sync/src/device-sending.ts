// The device's sending half: which lines of the outbox are on their way, and what an answer to them means. A window
// over the log, not a queue: nothing here outlives the connection, the log alone says what is unsent. Pure; part of the
// device session.
//
//   idle ──logChanged──▶ reading ──lines──▶ push sent (in flight + 1) ──accepted──▶ (in flight − n) ──▶ reading or idle
//                           └──a stretch that is gone──▶ hole sent: the same
//                                  resend, or a mark that no push explains: rewound, read again from that mark
//                                  damage: rewound, and one event a push until past it; of an event that was sent
//                                          alone: the log sets it aside, then read again: it is a hole now
//   idle, and `welcome` named holes: device-filling.ts
//
// S-a  A push or a hole begins where the one before it ended, or at the mark that the centre named; but for what fills a hole.
// S-b  At most `pushesInFlightMax` of them are unanswered, and one that fills a hole; at most one read is under way.
// S-c  A mark is stored only when this chain has its hash at its seq.
// S-d  Nothing is left out in silence: what can not be sent is set aside for a person and declared.
// S-e  A mark goes to the log together with what it found there: a word of an earlier history never replaces a later one.
import {
  lineProblem,
  type AcceptedMark,
  type ChainHash,
  type ChainPoint,
  type DeviceId,
  type EventLine,
  type Hole,
  type OutboxPart,
  type Seq,
} from '@streamstock/event-log';
import {
  answersFill,
  fillAgain,
  fillOver,
  fillSent,
  fillToo,
  isFillingDone,
  isFillSent,
  isInFill,
  linesFor,
  nextFill,
  startFilling,
  type Filling,
} from './device-filling.ts';
import { encodeFrame, framedBytes } from './frame.ts';
import { FILL_TRIES_MAX } from './limits.ts';
import type { DeviceEffect, DeviceReport } from './device-session-types.ts';
import type { Accepted, ClockSample, Damage, WireLimits } from './protocol.ts';

export type DamageFound = Pick<Damage, 'seq' | 'problem' | 'detail'>;

interface InFlight {
  readonly last: ChainPoint;
  readonly hole: Hole | null;
}

export interface Sending {
  readonly connection: number;
  readonly device: DeviceId;
  readonly limits: WireLimits;
  /** The epoch of the mark that the log had when this connection began; null: none. */
  readonly over: string | null;
  /** Everything up to here is at the centre, as it said. */
  readonly acceptedSeq: Seq;
  /** A mark that is not yet compared with this chain; the next read does it. */
  readonly unconfirmed: AcceptedMark | null;
  readonly sentSeq: Seq;
  /** This chain's hash at `sentSeq`; null: not read on this connection. */
  readonly sentHash: ChainHash | null;
  readonly inFlight: readonly InFlight[];
  readonly reading: boolean;
  /** The log may hold lines behind `sentSeq` that were not read. */
  readonly more: boolean;
  /** One event a push up to this seq: there is a damaged one among them. */
  readonly aloneTo: Seq;
  /** The mark of the last rewinding, until something is accepted: the same one again says nothing new. */
  readonly rewoundTo: Seq | null;
  /** A damaged event that the log is setting aside: nothing is sent until it has. */
  readonly settingAside: DamageFound | null;
  /** The last one it has set aside on this connection. */
  readonly setAsideSeq: Seq | null;
  readonly filling: Filling;
  /** What is unsent waits for what fills holes: at a bound on it the centre ends the connection. */
  readonly fillsFirst: boolean;
}

/** `restart`: what the log or the centre says does not fit this connection any more; a new hello sorts it out. */
export type SendingStep = { readonly sending: Sending; readonly effects: readonly DeviceEffect[] } | 'restart';

export function startSending(
  connection: number,
  device: DeviceId,
  limits: WireLimits,
  mark: AcceptedMark,
  over: string | null,
  aloneTo: Seq,
  holes: readonly Hole[],
  fillsFirst: boolean,
): SendingStep {
  const sending: Sending = {
    connection,
    device,
    limits,
    over,
    acceptedSeq: mark.seq,
    unconfirmed: mark,
    sentSeq: mark.seq,
    sentHash: null,
    inFlight: [],
    reading: false,
    more: true,
    aloneTo,
    rewoundTo: null,
    settingAside: null,
    setAsideSeq: null,
    filling: startFilling(holes),
    fillsFirst,
  };
  return readOn(sending);
}

/** Nothing is left to send and nothing is on its way. */
export function isDrained(sending: Sending): boolean {
  const { inFlight, more, reading, settingAside, filling } = sending;
  return inFlight.length === 0 && !more && !reading && settingAside === null && isFillingDone(filling);
}

/** Something was sent that is not answered. */
export function isUnanswered({ inFlight, filling }: Sending): boolean {
  return inFlight.length > 0 || isFillSent(filling);
}

export function outboxGrew(sending: Sending): SendingStep {
  return readOn({ ...sending, more: true });
}

export function outboxRead(sending: Sending, afterSeq: Seq, part: OutboxPart, clock: ClockSample): SendingStep {
  const rested = { ...sending, reading: false };
  const { current } = sending.filling;
  if (current?.step === 'reading') return fillRead(rested, current.hole, part, clock);
  // Rewound meanwhile: read again from where we stand now.
  if (afterSeq !== sending.sentSeq) return readOn(rested);
  if (!followsOn(sending, afterSeq, part)) return 'restart';
  const confirmed = confirm(rested, part.before);
  if (part.hole !== null) return sendHole({ ...rested, unconfirmed: null }, part, part.hole, clock, confirmed.effects);
  // This is not the chain the centre speaks of, and there is nothing to show it by.
  if (confirmed.mismatch && part.lines.length === 0) return 'restart';

  const alone = afterSeq < sending.aloneTo;
  const read = (alone ? part.lines.slice(0, 1) : part.lines).map(({ line }) => line);
  const { lines, problem } = sendable(read, sending.limits.pushBytesMax);
  const last = part.lines[lines.length - 1];
  if (last === undefined && problem !== null) {
    return setAside(
      { ...rested, unconfirmed: null },
      { seq: afterSeq + 1, problem, detail: problem },
      confirmed.effects,
    );
  }
  if (last === undefined || part.before === null) return readOn({ ...rested, unconfirmed: null }, confirmed.effects);
  const message = {
    type: 'push',
    firstSeq: afterSeq + 1,
    hashBefore: part.before.hash,
    hashAfter: last.place.hash,
    alone,
    clock,
  } as const;
  const { seq, hash } = last.place;
  return sent({ ...rested, unconfirmed: null }, { last: { seq, hash }, hole: null }, [
    ...confirmed.effects,
    { type: 'send', connection: sending.connection, text: encodeFrame(message, lines) },
  ]);
}

/** What is not here as it was can not be filled from here: a person hears of that where it is noticed. */
function fillRead(sending: Sending, hole: Hole, part: OutboxPart, clock: ClockSample): SendingStep {
  const placed = linesFor(hole, part, sending.device);
  const { lines } = sendable(placed?.map(({ line }) => line) ?? [], sending.limits.pushBytesMax);
  if (placed === null || part.before === null || lines.length < placed.length)
    return readOn({ ...sending, filling: fillOver(sending.filling) });
  const { fromSeq: firstSeq, hashAfter } = hole;
  const message = { type: 'push', firstSeq, hashBefore: part.before.hash, hashAfter, alone: false, clock } as const;
  return readOn({ ...sending, filling: fillSent(sending.filling) }, [
    { type: 'send', connection: sending.connection, text: encodeFrame(message, lines) },
  ]);
}

/**
 * Whether this is what comes next of the chain that is being sent. It is not when another tab took a new id meanwhile:
 * its log begins anew.
 */
function followsOn(sending: Sending, afterSeq: Seq, { before, hole, lines }: OutboxPart): boolean {
  if (sending.sentHash !== null && before?.hash !== sending.sentHash) return false;
  if (hole !== null) return hole.fromSeq === afterSeq + 1 && hole.toSeq >= hole.fromSeq;
  if (before === null) return false;
  return lines.every(({ place }, index) => place.device === sending.device && place.seq === afterSeq + 1 + index);
}

function sendHole(
  sending: Sending,
  { before }: OutboxPart,
  hole: Hole,
  clock: ClockSample,
  effects: readonly DeviceEffect[],
): SendingStep {
  const text = encodeFrame({ type: 'hole', ...hole, hashBefore: before?.hash ?? null, clock });
  return sent(sending, { last: { seq: hole.toSeq, hash: hole.hashAfter }, hole }, [
    ...effects,
    { type: 'send', connection: sending.connection, text },
  ]);
}

function sent(sending: Sending, item: InFlight, effects: readonly DeviceEffect[]): SendingStep {
  const { seq, hash } = item.last;
  return readOn(
    { ...sending, sentSeq: seq, sentHash: hash, inFlight: [...sending.inFlight, item], more: true },
    effects,
  );
}

/** S-c */
function confirm(
  sending: Sending,
  before: ChainPoint | null,
): { readonly mismatch: boolean; readonly effects: readonly DeviceEffect[] } {
  const mark = sending.unconfirmed;
  if (mark === null || before === null || mark.seq !== before.seq) return { mismatch: false, effects: [] };
  if (mark.hash !== before.hash) return { mismatch: true, effects: [] };
  return { mismatch: false, effects: [storeMark(sending, mark)] };
}

/** S-e */
function storeMark({ connection, over }: Sending, mark: AcceptedMark): DeviceEffect {
  return { type: 'storeMark', connection, mark, over };
}

/** The first lines that fit a frame; `problem`: why the line after them can not stand in any. */
export function sendable(
  lines: readonly EventLine[],
  bytesMax: number,
): { readonly lines: EventLine[]; readonly problem: Damage['problem'] | null } {
  const fitting: EventLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const problem = lineProblem(line);
    if (problem?.kind === 'too-long' || problem?.kind === 'not-well-formed')
      return { lines: fitting, problem: problem.kind };
    bytes += framedBytes(line);
    if (bytes > bytesMax) break;
    fitting.push(line);
  }
  return { lines: fitting, problem: null };
}

// ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `upTo`: of the push that this answers, where the mark lies beyond it. `holes`: what a copy said to be lost meanwhile. */
export function accepted(
  before: Sending,
  mark: AcceptedMark,
  { upTo, holes = [] }: Pick<Accepted, 'upTo' | 'holes'> = {},
): SendingStep {
  const isFilled = answersFill(before.filling, upTo);
  const filling = isFilled ? fillOver(before.filling) : before.filling;
  const sending = isFilled || holes.length > 0 ? { ...before, filling: fillToo(filling, holes) } : before;
  if (mark.seq <= sending.acceptedSeq) return sending === before ? { sending, effects: [] } : readOn(sending);
  const index = sending.inFlight.findIndex(({ last }) => last.seq === mark.seq);
  if (index < 0) return rewind(sending, mark);
  if (sending.inFlight[index]?.last.hash !== mark.hash) return 'restart';
  const declared = sending.inFlight.slice(0, index + 1).flatMap(({ hole }) => hole ?? []);
  const inFlight = sending.inFlight.slice(index + 1);
  return readOn({ ...sending, acceptedSeq: mark.seq, inFlight, rewoundTo: null }, [
    storeMark(sending, mark),
    ...declared.map(({ fromSeq, toSeq, reason }) => reported({ kind: 'hole', fromSeq, toSeq, reason })),
  ]);
}

/** The centre lacks what lies between `mark` and a push. Late and repeated words of it change nothing. */
export function resend(before: Sending, mark: AcceptedMark): SendingStep {
  // Not known to be sent: a push of ours begins or ends within what a copy said to be lost. Hello tells what that is.
  if (mark.seq > before.sentSeq) return 'restart';
  const sending = { ...before, filling: fillAgain(before.filling) };
  if (mark.seq < sending.acceptedSeq || mark.seq === sending.rewoundTo) return readOn(sending);
  return rewind(sending, mark);
}

/**
 * A line did not match its hash at the centre: once more, one event at a time. One that was sent alone, right behind the
 * mark, is the damaged one. (Repeated words: those of the push before are not `alone`, those of this one come to nothing.)
 */
export function damaged(sending: Sending, mark: AcceptedMark, alone: boolean, line: DamageFound): SendingStep {
  if (isInFill(sending.filling, line.seq)) return damagedInFill(sending, line);
  if (mark.seq < sending.acceptedSeq || sending.settingAside !== null) return { sending, effects: [] };
  const isOnItsWay = sending.inFlight.some(({ last, hole }) => last.seq === line.seq && hole === null);
  const isTheOne = alone && isOnItsWay && line.seq === mark.seq + 1 && line.seq <= sending.aloneTo;
  if (isTheOne) return setAside({ ...sending, inFlight: [] }, line, []);
  const push = sending.inFlight.find(({ last }) => last.seq >= line.seq);
  const aloneTo = Math.max(sending.aloneTo, push?.last.seq ?? line.seq);
  return rewind({ ...sending, aloneTo }, mark);
}

/** Lost here, too, where nobody had noticed: once more, then it is set aside like any other. A longer stretch can not be told apart. */
function damagedInFill(sending: Sending, line: DamageFound): SendingStep {
  const { filling } = sending;
  const { current } = filling;
  if (current === null || current.tries < FILL_TRIES_MAX) return readOn({ ...sending, filling: fillAgain(filling) });
  const rest = { ...sending, filling: fillOver(filling) };
  const { fromSeq, toSeq } = current.hole;
  return fromSeq === toSeq && sending.settingAside === null ? setAside(rest, line, []) : readOn(rest);
}

/** S-d */
function setAside(sending: Sending, line: DamageFound, effects: readonly DeviceEffect[]): SendingStep {
  const { connection } = sending;
  const { seq, problem, detail } = line;
  // Set aside before, and read as a line again: a log that does not do what it says is not asked twice in a row.
  if (sending.setAsideSeq === seq) return 'restart';
  return {
    sending: { ...sending, settingAside: line },
    effects: [...effects, { type: 'setDamagedAside', connection, seq, problem: `${problem}: ${detail}` }],
  };
}

/** The log calls it a hole now: read again from in front of it. */
export function damagedSetAside(sending: Sending, seq: Seq): SendingStep {
  if (sending.settingAside?.seq !== seq) return { sending, effects: [] };
  const report = reported({ kind: 'damaged', ...sending.settingAside });
  // Behind the mark it is a hole at the centre already.
  if (seq <= sending.acceptedSeq) return readOn({ ...sending, settingAside: null, setAsideSeq: seq }, [report]);
  const sentSeq = seq - 1;
  const sentHash = sending.sentSeq === sentSeq ? sending.sentHash : null;
  return readOn({ ...sending, settingAside: null, setAsideSeq: seq, sentSeq, sentHash, more: true }, [report]);
}

function rewind(sending: Sending, mark: AcceptedMark): SendingStep {
  return readOn({
    ...sending,
    acceptedSeq: mark.seq,
    unconfirmed: mark,
    sentSeq: mark.seq,
    sentHash: null,
    inFlight: [],
    more: true,
    rewoundTo: mark.seq,
  });
}

function reported(report: DeviceReport): DeviceEffect {
  return { type: 'report', report };
}

/** Begins the next read where there is reason and room for one. */
function readOn(sending: Sending, effects: readonly DeviceEffect[] = []): SendingStep {
  const alone = sending.sentSeq < sending.aloneTo;
  const pushesMax = alone ? 1 : sending.limits.pushesInFlightMax;
  const wanted = sending.more || sending.unconfirmed !== null;
  if (sending.reading || sending.settingAside !== null || sending.inFlight.length >= pushesMax)
    return { sending, effects };
  const isHeldUp = sending.fillsFirst && !isFillingDone(sending.filling);
  if (isHeldUp || !wanted) return readToFill(sending, effects);
  const { pushEventsMax, pushBytesMax } = sending.limits;
  const limit = { eventsMax: alone ? 1 : pushEventsMax, bytesMax: pushBytesMax };
  const read: DeviceEffect = { type: 'readOutbox', connection: sending.connection, afterSeq: sending.sentSeq, limit };
  return { sending: { ...sending, reading: true, more: false }, effects: [...effects, read] };
}

/** One at a time, and only when no push is on its way: of what is not taken nobody says which it was. */
function readToFill(sending: Sending, effects: readonly DeviceEffect[]): SendingStep {
  const next = sending.inFlight.length > 0 ? null : nextFill(sending.filling);
  if (next === null) return { sending, effects };
  const { fromSeq, toSeq } = next.hole;
  const limit = { eventsMax: toSeq - fromSeq + 1, bytesMax: sending.limits.pushBytesMax };
  const read: DeviceEffect = { type: 'readOutbox', connection: sending.connection, afterSeq: fromSeq - 1, limit };
  return { sending: { ...sending, reading: true, filling: next.filling }, effects: [...effects, read] };
}
