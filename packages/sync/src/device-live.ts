// A device's connection between `welcome` and its end: the two halves at work, the heartbeat and the clock. Pure; part
// of the device session.
import type { Cursor, DeviceLogState, Position } from '@streamstock/event-log';
import { betterMeasure, measureOnDevice } from './clock-offset.ts';
import { broken, drop } from './device-connection.ts';
import { appliedAgain, eventsArrived, startReceiving, type ReceivingStep } from './device-receiving.ts';
import { accepted, damaged, resend, startSending, type Sending, type SendingStep } from './device-sending.ts';
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
import type { CentreMessage, ClockSample, Pong, StatusReport, Welcome } from './protocol.ts';

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
      if (message.mark.epoch !== live.epoch) return broken(state, at, 'A mark of another epoch.');
      const heard = { serverTimeMs: message.serverTimeMs, atMonotonicMs: at.monotonicMs };
      return withSending(state, { ...live, heard }, accepted(live.sending, message.mark), at);
    }
    case 'resend':
      if (message.mark.epoch !== live.epoch) return broken(state, at, 'A mark of another epoch.');
      return withSending(state, live, resend(live.sending, message.mark), at);
    case 'damage': {
      const { mark, seq, problem, detail } = message;
      if (mark.epoch !== live.epoch) return broken(state, at, 'A mark of another epoch.');
      return withSending(state, live, damaged(live.sending, mark, { seq, problem, detail }), at);
    }
    case 'events':
      return withReceiving(state, live, eventsArrived(live.receiving, message, lines), at);
    case 'pong':
      return onPong(state, live, message, at);
    case 'welcome':
      return broken(state, at, 'A second welcome.');
  }
}

export function onWelcome(
  before: DeviceSessionState,
  log: DeviceLogState,
  message: Welcome,
  at: DeviceMoment,
): DeviceStep {
  const { connection } = before;
  const { device } = log.identity;
  if (message.accepted.epoch !== message.epoch) return broken(before, at, 'A welcome of two epochs.');
  // S5: read models never cross an epoch. The centre refuses such a hello; a centre that does not is not believed.
  if (log.cursor !== null && log.cursor.epoch !== message.epoch)
    return broken(before, at, 'A welcome of another epoch than the cursor.');
  const state = stand({ ...before, needs: null }, 'online', at);
  const framesMax = Math.min(EVENTS_FRAMES_OUTSTANDING_MAX, message.limits.eventsFramesOutstandingMax);
  const receiving = startReceiving(connection, device, message.epoch, log.cursor, message.headPosition, framesMax);
  const step = startSending(connection, device, message.limits, message.accepted, state.damagedSeq ?? 0);
  if (step === 'restart') return drop(state, at);
  const heard = { serverTimeMs: message.serverTimeMs, atMonotonicMs: at.monotonicMs };
  const live: Live = { kind: 'live', log, epoch: message.epoch, sending: step.sending, receiving, heard, ping: null };
  const beat = heartbeat(state, live, at);
  const effects: DeviceEffect[] = [
    { type: 'clearTimer', timer: 'answer' },
    { type: 'setTimer', timer: 'stable', afterMs: CONNECTION_STABLE_AFTER_MS },
    ...step.effects,
    ...beat.effects,
  ];
  return { state: beat.state, effects };
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
  const waiting = sending.inFlight.length > 0;
  if (waiting && (progress || before.inFlight.length === 0))
    effects.push({ type: 'setTimer', timer: 'push', afterMs: PUSH_TIMEOUT_MS });
  if (!waiting && before.inFlight.length > 0) effects.push({ type: 'clearTimer', timer: 'push' });
  const next = { ...state, phase: { ...live, sending } };

  const settled = watchUnsent(next, sending, progress);
  effects.push(...settled.effects);
  if (sending.blocked === null || sending.blocked === before.blocked)
    return { state: passedDamage(settled.state, sending), effects };
  const { seq, problem, detail } = sending.blocked;
  if (state.damagedSeq !== seq) effects.push({ type: 'report', report: { kind: 'damaged', seq, problem, detail } });
  return { state: { ...settled.state, damagedSeq: seq }, effects };
}

function passedDamage(state: DeviceSessionState, sending: Sending): DeviceSessionState {
  return state.damagedSeq !== null && sending.acceptedSeq >= state.damagedSeq ? { ...state, damagedSeq: null } : state;
}

export function clockSample(live: Live, at: DeviceMoment): ClockSample {
  const agoMs = Math.max(0, Math.round(at.monotonicMs - live.heard.atMonotonicMs));
  return { sentAtMs: at.nowMs, heard: { serverTimeMs: live.heard.serverTimeMs, agoMs } };
}

export function heartbeat(state: DeviceSessionState, live: Live, at: DeviceMoment): DeviceStep {
  const { connection } = state;
  const text = encodeFrame({ type: 'ping', clock: clockSample(live, at) });
  const ping = { sentAtMs: at.nowMs, atMonotonicMs: at.monotonicMs };
  return to(
    state,
    { ...live, ping },
    { type: 'send', connection, text },
    ...appliedAgain(live.receiving),
    { type: 'setTimer', timer: 'pong', afterMs: PONG_TIMEOUT_MS },
    { type: 'readStatus', connection },
    { type: 'setTimer', timer: 'heartbeat', afterMs: HEARTBEAT_INTERVAL_MS },
  );
}

function onPong(state: DeviceSessionState, live: Live, message: Pong, at: DeviceMoment): DeviceStep {
  const { ping } = live;
  const { pingSentAtMs, serverTimeMs, sentPosition } = message;
  if (ping === null || ping.sentAtMs !== pingSentAtMs) return stay(state);
  // Frames come before the pong that was sent after them: one is lost, and the centre waits for it to be applied.
  if (isBehind(live.receiving.expected, sentPosition)) return drop(state, at);
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
