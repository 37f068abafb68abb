// The device session: how one device keeps talking to the centre, connection after connection. A pure state machine: no
// promises, no timers, no clock, no randomness, no log; it is given what happened and says what to do. Here is the
// dispatch; device-connection.ts, device-live.ts (with its halves device-sending.ts and device-receiving.ts),
// device-renewal.ts (with device-offers.ts and device-snapshot.ts) and
// device-fork.ts are its parts. What goes in and out, and what its engine owes: device-session-types.ts.
//
//  stopped ──start──▶ connecting ──opened──▶ reading ──logRead──▶ greeting ──welcome──▶ live ⟲ push/accepted, events/applied, ping/pong
//                        ▲   ▲                                       │                    │     or, restricted or new: push,
//                     retry  └── rechained ◀── forking ◀─────────────┴──── forked ────────┤     then device-renewal.ts
//                        │   └── snapshot installed ◀─────────────────────────────────────┤
//                     waiting ◀── closed, silence, refusal, lock, a frame that does not fit: from any of them
//
// Invariants
// S1  It never gives up: from every state but `stopped` there is a next attempt, through a timer, an answer or a
//     timeout. That holds for a snapshot that can not be had, an app that is too old and a device that was removed, too.
// S2  Nothing of a connection outlives it but where to be careful: a new one starts from the log's own state. Nothing is
//     ever "in flight" on disk.
// S3  Whatever belongs to another connection than the present one is ignored.
// S4  Nothing is sent before `welcome` but `hello`; nothing is pushed and no frame is taken while a fork is being
//     repaired.
// S5  `accepted` is stored only for marks of this chain; a frame is applied only behind the log's cursor, within one
//     epoch, and never on a connection that is restricted or has yet to fetch a snapshot.
// S6  The id changes only by `newDevice`, in one transaction of the log, and the next hello carries the new one.
// S7  Whatever else goes on, what is saved is pushed, until the centre refuses to take it.
// S8  Nothing is left out of a push in silence: what can not be sent is set aside where a person sees it, declared, and
//     the rest goes on.
import { broken, connect, drop, hello, onConnectFailed, onRefused, stop, wantsEvents } from './device-connection.ts';
import { onForked, onNewDevice, onRechained } from './device-fork.ts';
import {
  clockSample,
  heartbeat,
  onLiveMessage,
  onWelcome,
  sendStatus,
  withReceiving,
  withSending,
} from './device-live.ts';
import { frameAnswered } from './device-receiving.ts';
import { doubtUpTo, watchClock } from './clock-watch.ts';
import { onHeldRead, onLinesRead } from './device-renewal.ts';
import { damagedSetAside, outboxGrew, outboxRead } from './device-sending.ts';
import { onSnapshotFailed, onSnapshotInstalled, onSnapshotProgress, onSnapshotTimer } from './device-snapshot.ts';
import type { DeviceLogState } from '@streamstock/event-log';
import type { DeviceInput, DeviceMoment, DeviceTimer } from './device-session-types.ts';
import { stand, stay, to, type DeviceSessionState, type DeviceStep } from './device-state.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

/** One step. Never throws on anything that came over the wire. */
export function stepDevice(before: DeviceSessionState, input: DeviceInput): DeviceStep {
  const { nowMs, monotonicMs } = input;
  const state = { ...before, clockWatch: watchClock(before.clockWatch, nowMs, monotonicMs) };
  if (input.type === 'start') return state.phase.kind === 'stopped' ? start(state, input) : stay(state);
  if (state.phase.kind === 'stopped') return stay(state);
  // S3
  if ('connection' in input && input.connection !== state.connection) return stay(state);
  switch (input.type) {
    case 'stop':
      return stop(state, input);
    case 'tryNow':
      return state.phase.kind === 'waiting' ? connect(state, [{ type: 'clearTimer', timer: 'retry' }]) : stay(state);
    case 'networkLost':
      return state.phase.kind === 'waiting' ? stay(state) : drop(state, input);
    case 'opened':
      return state.phase.kind === 'connecting'
        ? to(state, { kind: 'reading', ticket: input.ticket }, { type: 'readLog', connection: state.connection })
        : stay(state);
    case 'connectFailed':
      return state.phase.kind === 'connecting' ? onConnectFailed(state, input.failure, input) : stay(state);
    case 'closed':
      return state.phase.kind === 'waiting' ? stay(state) : drop(state, input);
    case 'timer':
      return onTimer(state, input.timer, input);
    case 'frame':
      return onFrame({ ...state, lastHeardAtMs: input.nowMs }, input.text, input);
    case 'logChanged':
      return state.phase.kind === 'live'
        ? withSending(state, state.phase, outboxGrew(state.phase.sending), input)
        : stay(state);
    case 'snapshotProgress':
      return onSnapshotProgress(state, input.bytesHeld, input.bytesTotal);
    case 'snapshotInstalled':
      return onSnapshotInstalled(state, input.outcome, input);
    case 'snapshotFailed':
      return onSnapshotFailed(state, input.failure, input);
    case 'logFailed':
      return state.phase.kind === 'waiting'
        ? stay(state)
        : drop(state, input, { kind: 'log-failed', detail: input.detail });
    default:
      return onLogAnswer(state, input);
  }
}

function start(state: DeviceSessionState, at: DeviceMoment): DeviceStep {
  const step = connect(stand(state, 'connecting', at), []);
  // At once, not when there is a connection: what was stamped before this moment, nobody watched.
  const read = { type: 'readLog', connection: step.state.connection } as const;
  return { state: step.state, effects: [read, ...step.effects] };
}

function onTimer(state: DeviceSessionState, timer: DeviceTimer, at: DeviceMoment): DeviceStep {
  const { phase } = state;
  switch (timer) {
    case 'retry':
      return phase.kind === 'waiting' ? connect(state, []) : stay(state);
    case 'answer':
    case 'push':
    case 'pong':
    case 'offers':
      return phase.kind === 'waiting' ? stay(state) : drop(state, at);
    case 'snapshot':
      return onSnapshotTimer(state, at);
    case 'stable':
      return { state: { ...state, attempt: 0 }, effects: [] };
    case 'heartbeat':
      return phase.kind === 'live' ? heartbeat(state, phase, at) : stay(state);
    case 'unsent':
      return {
        state: { ...state, unsentArmed: false, unsentFault: true },
        effects: [{ type: 'report', report: { kind: 'unsent-fault', active: true } }],
      };
  }
}

// ── the log's answers ──────────────────────────────────────────────────────────────────────────────────────────────

type LogAnswer = Extract<
  DeviceInput,
  {
    type:
      | 'logRead'
      | 'outboxRead'
      | 'frameApplied'
      | 'markStored'
      | 'hashesRead'
      | 'rechained'
      | 'damagedSetAside'
      | 'heldRead'
      | 'linesRead'
      | 'statusRead';
  }
>;

function onLogAnswer(state: DeviceSessionState, input: LogAnswer): DeviceStep {
  const { phase } = state;
  switch (input.type) {
    case 'logRead':
      return onLogRead(state, input.log, input);
    case 'outboxRead': {
      if (phase.kind !== 'live') return stay(state);
      const { afterSeq, part } = input;
      const clock = clockSample(state, phase, input);
      return withSending(state, phase, outboxRead(phase.sending, afterSeq, part, clock), input);
    }
    case 'damagedSetAside': {
      if (phase.kind !== 'live') return stay(state);
      const step = withSending(state, phase, damagedSetAside(phase.sending, input.seq), input);
      // It may have been part of what the read models stand on.
      const look = { type: 'readLog', connection: state.connection } as const;
      return { state: step.state, effects: [...step.effects, look] };
    }
    case 'heldRead':
      return onHeldRead(state, input.ids, input);
    case 'linesRead':
      return onLinesRead(state, input.lines, input);
    case 'frameApplied': {
      if (phase.kind !== 'live' || phase.receiving === null) return stay(state);
      const ownSeqKnown = Math.max(phase.log.head.seq, phase.sending.sentSeq);
      return withReceiving(state, phase, frameAnswered(phase.receiving, input.to, input.outcome, ownSeqKnown), input);
    }
    case 'markStored':
      return stay(state);
    case 'hashesRead': {
      if (phase.kind !== 'forking' || phase.step !== 'hashing') return stay(state);
      const message = encodeFrame({ type: 'hashes', round: phase.round, points: [...input.points] });
      return to(state, { ...phase, step: 'told' }, { type: 'send', connection: state.connection, text: message });
    }
    case 'rechained':
      return onRechained(state);
    case 'statusRead':
      return phase.kind === 'live' ? sendStatus(state, input.report) : stay(state);
  }
}

function onLogRead(before: DeviceSessionState, log: DeviceLogState | null, at: DeviceMoment): DeviceStep {
  const { phase, clockWatch, clockWatchIsSet } = before;
  const watched =
    clockWatch === null || clockWatchIsSet ? clockWatch : doubtUpTo(clockWatch, log?.lastAppendAtMs ?? null);
  const damagedCount = log?.damaged ?? before.damagedCount;
  const state = { ...before, clockWatch: watched, clockWatchIsSet: true, damagedCount };
  if (phase.kind === 'reading') return hello(state, phase.ticket, log, at);
  if (phase.kind !== 'live') return stay(state);
  // Another tab gave it a new id, or its read models lost their base: hello says so.
  const isOther = log === null || log.identity.device !== phase.log.identity.device;
  return isOther || (phase.receiving !== null && !wantsEvents(state, log)) ? drop(state, at) : stay(state);
}

// ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function onFrame(state: DeviceSessionState, text: string, at: DeviceMoment): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'greeting' && phase.kind !== 'live' && phase.kind !== 'forking') return stay(state);
  const frame = decodeFrame(text, 'centre');
  if (!frame.ok) return broken(state, at, frame.problem.detail);
  const { message, lines } = frame;
  if (message.type === 'refused') return onRefused(state, message, at);
  if (message.type === 'forked') return onForked(state, phase.log, message, at);
  if (message.type === 'newDevice') return onNewDevice(state, phase.log, message, at);
  switch (phase.kind) {
    case 'greeting':
      return message.type === 'welcome'
        ? onWelcome(state, phase.log, message, at)
        : broken(state, at, `A ${message.type} before welcome.`);
    case 'live':
      return onLiveMessage(state, phase, message, lines, at);
    case 'forking':
      // Sent before the centre saw the fork: the connection after the repair brings it again.
      return stay(state);
  }
}
