// What a device brings to be written, and the answers to it: pushes, holes, lines handed back. Owns the bounds of what may
// wait and the order of answers; the log judges and writes. Pure; part of the central session.
import {
  sealMark,
  type AcceptedMark,
  type Arrival,
  type ChainPoint,
  type EventLine,
  type PushOutcome,
  type Submission,
} from '@streamstock/event-log';
import type { CentralEffect } from './central-session-types.ts';
import { onForkStep } from './central-fork.ts';
import {
  fillable,
  refuse,
  send,
  stay,
  to,
  type CentralSessionState,
  type CentralStep,
  type Live,
  type PendingAppend,
} from './central-state.ts';
import { agedUncertaintyMs, measureForPush, type ClockMeasure } from './clock-offset.ts';
import { startForkSearch } from './fork-search.ts';
import { framedBytes } from './frame.ts';
import { APPENDS_PENDING_MAX, MESSAGE_CHARACTERS_MAX, PUSH_BYTES_MAX } from './limits.ts';
import type { ClockSample, HoleMessage, PushMessage } from './protocol.ts';

export function onPush(
  state: CentralSessionState,
  live: Live,
  message: PushMessage,
  lines: readonly EventLine[],
  nowMs: number,
): CentralStep {
  if (isTooLarge(state, lines)) return refuseTooLarge(state);
  const clock = measureForPush(live.clock, message.clock, nowMs);
  const arrival = arrivalOf(clock, message.clock, nowMs);
  const { firstSeq, hashBefore, hashAfter } = message;
  const push = { kind: 'push', device: live.device, firstSeq, hashBefore, hashAfter, lines, arrival } as const;
  const lastSeq = firstSeq + lines.length - 1;
  const alone = message.alone && lines.length === 1;
  return submit(state, { ...live, clock }, push, { kind: 'push', alone, firstSeq, lastSeq });
}

export function onHole(state: CentralSessionState, live: Live, message: HoleMessage, nowMs: number): CentralStep {
  const { fromSeq, toSeq, hashBefore, hashAfter, reason } = message;
  if (toSeq < fromSeq) return refuse(state, 'bad-frame', 'A hole that ends before it begins.');
  const clock = measureForPush(live.clock, message.clock, nowMs);
  const hole = { fromSeq, toSeq, hashAfter, reason };
  const arrival = arrivalOf(clock, message.clock, nowMs);
  const declaration = { kind: 'hole', device: live.device, hole, hashBefore, arrival } as const;
  return submit(state, { ...live, clock }, declaration, { kind: 'hole', hole });
}

/** C3 */
export function submit(
  state: CentralSessionState,
  live: Live,
  submission: Submission,
  pending: PendingAppend,
): CentralStep {
  if (live.pending.length >= APPENDS_PENDING_MAX)
    return refuse(state, 'busy', `More than ${APPENDS_PENDING_MAX} pushes without waiting for their answers.`);
  return to(state, { ...live, pending: [...live.pending, pending] }, { type: 'append', submission });
}

export function isTooLarge(state: CentralSessionState, lines: readonly EventLine[]): boolean {
  const { limits } = state.config;
  if (lines.length > limits.pushEventsMax) return true;
  // The widest bound was already kept by the frame itself.
  if (limits.pushBytesMax >= PUSH_BYTES_MAX) return false;
  return lines.reduce((sum, line) => sum + framedBytes(line), 0) > limits.pushBytesMax;
}

export function refuseTooLarge(state: CentralSessionState): CentralStep {
  const { pushEventsMax, pushBytesMax } = state.config.limits;
  return refuse(state, 'too-large', `At most ${pushEventsMax} events and ${pushBytesMax} bytes at a time here.`);
}

/** `sample` null: nothing is said of the clock that stamped these lines. */
export function arrivalOf(clock: ClockMeasure | null, sample: ClockSample | null, nowMs: number): Arrival {
  return {
    arrivalMs: nowMs,
    clockOffsetMs: Math.round(clock?.offsetMs ?? 0),
    measureUncertaintyMs: clock === null ? 0 : Math.ceil(agedUncertaintyMs(clock, nowMs)),
    steadySinceMs: sample?.steadySinceMs ?? null,
  };
}

/** A new log leaves out what the disk has spoilt. */
const HOLES_FULL =
  'The disk of this device has spoilt too many records. The rest is safe: enrol the device again, then replace it.';

// ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

export function onAppended(state: CentralSessionState, outcome: PushOutcome, nowMs: number): CentralStep {
  if (state.phase.kind !== 'live') return stay(state);
  const [answered, ...pending] = state.phase.pending;
  if (answered === undefined) throw new Error('An append was answered that nobody asked for.');
  const live: Live = { ...state.phase, pending };
  const sealed = (point: ChainPoint): AcceptedMark =>
    sealMark(state.config.seal, live.device, { epoch: live.epoch, seq: point.seq, hash: point.hash });
  switch (outcome.kind) {
    case 'accepted':
      return onAccepted(state, live, outcome, answered, sealed(outcome.mark), nowMs);
    case 'gap':
      if (outcome.mark.seq > live.cameTo) return refuse(state, 'out-of-turn', NOT_FROM_HERE);
      return to(state, live, send({ type: 'resend', mark: sealed(outcome.mark) }));
    case 'forked':
      return onForkStep(state, live, startForkSearch(outcome.mark.seq));
    case 'damaged':
      if (outcome.mark.seq > live.cameTo) return refuse(state, 'out-of-turn', NOT_FROM_HERE);
      return onDamaged(state, live, outcome, sealed(outcome.mark), answered.kind === 'push' && answered.alone);
    case 'resupplied':
      return onResupplied(state, live, outcome, answered);
    case 'refused':
      if (outcome.reason === 'revoked') return refuse(state, 'revoked', 'This device was removed. Enrol it again.');
      if (outcome.reason === 'holes') return refuse(state, 'unauthorised', HOLES_FULL, { recovery: 'enrol' });
      return refuse(state, 'unauthorised', 'This device is not known here.');
  }
}

/**
 * Between what was accepted from this connection and what it goes on with, somebody else who writes under this id may have declared
 * lost what is sound here. The next hello tells.
 */
const NOT_FROM_HERE = 'Somebody else has written under the id of this device meanwhile. Connect again.';

function onAccepted(
  state: CentralSessionState,
  before: Live,
  { mark, appended, known, filled = [], lost = [] }: Extract<PushOutcome, { kind: 'accepted' }>,
  answered: PendingAppend,
  sealed: AcceptedMark,
  nowMs: number,
): CentralStep {
  if (answered.kind === 'resupply') throw new Error('A resupply was answered as a push.');
  const isPush = answered.kind === 'push';
  const firstSeq = isPush ? answered.firstSeq : answered.hole.fromSeq;
  const isBehindMark = isPush && answered.lastSeq < mark.seq;
  // The mark alone does not tell what became of a push that it does not end with, that filled a hole, or that brought nothing new.
  const isPlain = !isBehindMark && appended + known > 0 && filled.length === 0;
  const upTo = isPush && !isPlain ? { upTo: answered.lastSeq } : {};
  const message = send({ type: 'accepted', mark: sealed, serverTimeMs: nowMs, ...upTo, ...fillable(state, lost) });
  const reports = filled.map((hole): CentralEffect => {
    return { type: 'report', report: { kind: 'hole-filled', device: before.device, hole } };
  });
  if (answered.kind === 'hole' && mark.seq === answered.hole.toSeq)
    reports.push({ type: 'report', report: { kind: 'hole', hole: { device: before.device, ...answered.hole } } });
  if (isBehindMark || firstSeq <= before.cameTo + 1)
    return to(state, { ...before, cameTo: Math.max(before.cameTo, mark.seq) }, message, ...reports);
  const step = refuse(state, 'out-of-turn', NOT_FROM_HERE);
  return { state: step.state, effects: [message, ...reports, ...step.effects] };
}

function onDamaged(
  state: CentralSessionState,
  live: Live,
  { seq, problem }: Extract<PushOutcome, { kind: 'damaged' }>,
  mark: AcceptedMark,
  alone: boolean,
): CentralStep {
  const detail = (problem.kind === 'not-an-event' ? problem.detail : problem.kind)
    .slice(0, MESSAGE_CHARACTERS_MAX)
    .toWellFormed();
  const report = { kind: 'damage', device: live.device, seq, detail: `${problem.kind}: ${detail}` } as const;
  const message = send({ type: 'damage', mark, seq, alone, problem: problem.kind, detail });
  return to(state, live, message, { type: 'report', report });
}

function onResupplied(
  state: CentralSessionState,
  live: Live,
  { appended, known, refused }: Extract<PushOutcome, { kind: 'resupplied' }>,
  answered: PendingAppend,
): CentralStep {
  if (answered.kind !== 'resupply') throw new Error(`A ${answered.kind} was answered as a resupply.`);
  const { round, part } = answered;
  const { offers } = live;
  const counted = {
    ...offers,
    appended: offers.appended + appended,
    known: offers.known + known,
    refused: offers.refused + refused,
  };
  return to(state, { ...live, offers: counted }, send({ type: 'resupplied', round, part, appended, known, refused }));
}
