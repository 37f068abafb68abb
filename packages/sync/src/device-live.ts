// A device's connection between `welcome` and its end: the two halves at work, the heartbeat and the clock. Pure; part
// of the device session.
import type { Cursor, DeviceLogState, Position } from '@streamstock/event-log';
import { betterMeasure, measureOnDevice } from './clock-offset.ts';
import { broken, drop, wantsEvents } from './device-connection.ts';
import { appliedAgain, eventsArrived, startReceiving, type ReceivingStep } from './device-receiving.ts';
import { afterSending, onOffersAnswer } from './device-renewal.ts';
import { accepted, damaged, isUnanswered, resend, startSending, type SendingStep } from './device-sending.ts';
import type { DeviceEffect, DeviceMoment } from './device-session-types.ts';
import { stand, stay, to, type DeviceSessionState, type DeviceStep, type Live } from './device-state.ts';
import { watchUnsent } from './device-unsent.ts';
import { encodeFrame } from './frame.ts';
import {
  CONNECTION_STABLE_AFTER_MS,
  EVENTS_FRAMES_OUTSTANDING_MAX,
  HEARTBEAT_INTERVAL_MS,
  PONG_TIMEOUT_MS,
  PUSH_TIMEOUT_MS,
} from './limits.ts';
import type { CentreMessage, ClockSample, Pong, Restriction, StatusReport, Welcome } from './protocol.ts';

export type LiveMessage = Exclude<CentreMessage, { type: 'refused' | 'forked' | 'newDevice' }>;

export function onLiveMessage(
  state: DeviceSessionState,
  live: Live,
  message: LiveMessage,
  lines: readonly string[],
  at: DeviceMoment,
): DeviceStep {
  switch (message.type) {
    case 'accepted': {
      if (message.mark.epoch !== live.epoch) return newEpoch(state, message.mark.epoch, at);
      const heard = { serverTimeMs: message.serverTimeMs, atMonotonicMs: at.monotonicMs };
      return withSending(state, { ...live, heard }, accepted(live.sending, message.mark, message), at);
    }
    case 'resend':
      if (message.mark.epoch !== live.epoch) return newEpoch(state, message.mark.epoch, at);
      return withSending(state, live, resend(live.sending, message.mark), at);
    case 'damage': {
      const { mark, seq, alone, problem, detail } = message;
      if (mark.epoch !== live.epoch) return newEpoch(state, mark.epoch, at);
      return withSending(state, live, damaged(live.sending, mark, alone, { seq, problem, detail }), at);
    }
    case 'want':
    case 'resupplied':
      return onOffersAnswer(state, live, message, at);
    case 'events':
      // N-b
      return live.receiving === null
        ? broken(state, at, 'Events on a connection that is sent none.')
        : withReceiving(state, live, eventsArrived(live.receiving, message, lines), at);
    case 'pong':
      return onPong(state, live, message, at);
    case 'welcome':
      return broken(state, at, 'A second welcome.');
  }
}

/** The centre began a new history while this connection was open: hello tells what it asks for. */
function newEpoch(state: DeviceSessionState, epoch: string, at: DeviceMoment): DeviceStep {
  return drop(state, at, { kind: 'new-epoch', epoch });
}

export function onWelcome(
  before: DeviceSessionState,
  log: DeviceLogState,
  message: Welcome,
  at: DeviceMoment,
): DeviceStep {
  const { connection } = before;
  const { device } = log.identity;
  const { epoch, restriction, limits, headPosition } = message;
  if (message.accepted.epoch !== epoch) return broken(before, at, 'A welcome of two epochs.');
  // S5: read models never cross an epoch. A centre that would not restrict such a hello is not believed.
  if (restriction === null && log.cursor !== null && log.cursor.epoch !== epoch)
    return broken(before, at, 'A welcome of another epoch than the cursor.');
  const receives = restriction === null && wantsEvents(before, log);
  const isRevoked = restriction?.kind === 'revoked';
  const state = welcomed(before, restriction, receives, at);
  const framesMax = Math.min(EVENTS_FRAMES_OUTSTANDING_MAX, limits.eventsFramesOutstandingMax);
  const receiving = receives ? startReceiving(connection, device, epoch, log.cursor, headPosition, framesMax) : null;
  const { accepted: mark, holes = [] } = message;
  const over = log.accepted?.epoch ?? null;
  const step = startSending(connection, device, limits, mark, over, state.aloneTo, holes, isRevoked);
  if (step === 'restart') return drop(state, at);
  const live: Live = {
    kind: 'live',
    log,
    epoch,
    restriction,
    sending: step.sending,
    receiving,
    renewal: receives || isRevoked ? null : { step: 'pushing', offered: false },
    heard: { serverTimeMs: message.serverTimeMs, atMonotonicMs: at.monotonicMs },
    ping: null,
  };
  const beat = heartbeat(state, live, at);
  const effects: DeviceEffect[] = [
    { type: 'clearTimer', timer: 'answer' },
    { type: 'setTimer', timer: 'stable', afterMs: CONNECTION_STABLE_AFTER_MS },
    ...step.effects,
    ...beat.effects,
  ];
  return { state: beat.state, effects };
}

function welcomed(
  before: DeviceSessionState,
  restriction: Restriction | null,
  receives: boolean,
  at: DeviceMoment,
): DeviceSessionState {
  const isRevoked = restriction?.kind === 'revoked';
  // Whether the app is still too old, the next attempt at the snapshot shows.
  const needsUpdate = !receives && !isRevoked && before.needs?.kind === 'update' ? before.needs : null;
  const needs = isRevoked
    ? ({ kind: 'revoked', recovery: 'enrol', message: restriction.message } as const)
    : needsUpdate;
  return {
    ...stand(before, needs === null ? 'online' : 'needsYou', at),
    needs,
    restriction,
    locked: before.locked && isRevoked,
    snapshotsInRow: receives ? 0 : before.snapshotsInRow,
  };
}

export function withReceiving(
  state: DeviceSessionState,
  live: Live,
  step: ReceivingStep,
  at: DeviceMoment,
): DeviceStep {
  switch (step.kind) {
    case 'ok':
      return to(state, { ...live, receiving: step.receiving }, ...step.effects);
    case 'again':
      return drop(state, at);
    case 'newEpoch':
      return newEpoch(state, step.epoch, at);
    case 'broken':
      return broken(state, at, step.detail);
  }
}

export function withSending(state: DeviceSessionState, live: Live, step: SendingStep, at: DeviceMoment): DeviceStep {
  if (step === 'restart') return drop(state, at);
  const { sending } = step;
  const before = live.sending;
  const effects = [...step.effects];
  const progress = sending.acceptedSeq > before.acceptedSeq;
  const waiting = isUnanswered(sending);
  const isFilling = sending.filling.current !== before.filling.current;
  if (waiting && (progress || isFilling || !isUnanswered(before)))
    effects.push({ type: 'setTimer', timer: 'push', afterMs: PUSH_TIMEOUT_MS });
  if (!waiting && isUnanswered(before)) effects.push({ type: 'clearTimer', timer: 'push' });
  const aloneTo = sending.acceptedSeq < sending.aloneTo ? sending.aloneTo : 0;
  const next = { ...state, aloneTo, phase: { ...live, sending } };
  const settled = watchUnsent(next, sending, progress);
  const onward = afterSending(settled.state, at);
  return { state: onward.state, effects: [...effects, ...settled.effects, ...onward.effects] };
}

export function clockSample(state: DeviceSessionState, live: Live, at: DeviceMoment): ClockSample {
  const agoMs = Math.max(0, Math.round(at.monotonicMs - live.heard.atMonotonicMs));
  const steadySinceMs = state.clockWatch?.sinceMs ?? null;
  return { sentAtMs: at.nowMs, steadySinceMs, heard: { serverTimeMs: live.heard.serverTimeMs, agoMs } };
}

export function heartbeat(state: DeviceSessionState, live: Live, at: DeviceMoment): DeviceStep {
  const { connection } = state;
  const text = encodeFrame({ type: 'ping', clock: clockSample(state, live, at) });
  const ping = { sentAtMs: at.nowMs, atMonotonicMs: at.monotonicMs };
  return to(
    state,
    { ...live, ping },
    { type: 'send', connection, text },
    ...(live.receiving === null ? [] : appliedAgain(live.receiving)),
    { type: 'setTimer', timer: 'pong', afterMs: PONG_TIMEOUT_MS },
    { type: 'readStatus', connection },
    { type: 'readLog', connection },
    { type: 'setTimer', timer: 'heartbeat', afterMs: HEARTBEAT_INTERVAL_MS },
  );
}

function onPong(state: DeviceSessionState, live: Live, message: Pong, at: DeviceMoment): DeviceStep {
  const { ping } = live;
  const { pingSentAtMs, serverTimeMs, sentPosition } = message;
  if (ping === null || ping.sentAtMs !== pingSentAtMs) return stay(state);
  // Frames come before the pong that was sent after them: one is lost, and the centre waits for it to be applied.
  if (live.receiving !== null && isBehind(live.receiving.expected, sentPosition)) return drop(state, at);
  const roundTripMs = Math.max(0, at.monotonicMs - ping.atMonotonicMs);
  const fresh = { ...measureOnDevice(serverTimeMs, at.nowMs, roundTripMs), takenAtMs: at.monotonicMs };
  const best = betterMeasure(state.clock?.measure ?? null, fresh);
  const clock = best === fresh ? { measure: fresh, measuredAtMs: at.nowMs } : state.clock;
  const heard = { serverTimeMs, atMonotonicMs: at.monotonicMs };
  return to({ ...state, clock }, { ...live, ping: null, heard }, { type: 'clearTimer', timer: 'pong' });
}

function isBehind(expected: Cursor | null, sentPosition: Position | null): boolean {
  if (expected === null || sentPosition === null) return expected === null && sentPosition !== null;
  return expected.position < sentPosition;
}

export function sendStatus(state: DeviceSessionState, report: StatusReport): DeviceStep {
  const text = encodeFrame({
    type: 'status',
    ...report,
    clockOffsetMs: state.clock === null ? null : Math.round(state.clock.measure.offsetMs),
    unsentFault: state.unsentFault,
    appVersion: state.config.appVersion,
  });
  return { state, effects: [{ type: 'send', connection: state.connection, text }] };
}
