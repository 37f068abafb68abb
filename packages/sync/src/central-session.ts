// The central session: one connection as the centre sees it. A pure state machine: no promises, no timers, no clock, no
// log; it is given what happened and says what to do. Owns the order of a conversation and every answer; delivery.ts,
// fork-search.ts and greeting.ts are its parts. What goes in and out, and what its engine owes:
// central-session-types.ts.
//
//  opened ▶ awaitingHello ──hello──▶ redeeming ──granted──▶ greeting ──▶ live ⟲ push→append→accepted|resend|damage, events, pong
//                                                              │           │
//                                                       head behind      a push does not follow
//                                                              ▼           ▼
//                                                            forking ⟲ forked/hashes ──found──▶ minting ──▶ parting (newDevice sent)
//  any state ──broken frame, refusal, silence, failure──▶ refused is sent where that helps ──▶ closed
//
// Invariants
// C1  Nothing is sent before a valid hello, except `refused`.
// C2  `accepted` is sent only upon the engine's word that the commit is on disk, with the mark of that commit.
// C3  At most `APPENDS_PENDING_MAX` pushes wait for their commit; at most `eventsFramesOutstandingMax` frames are not
//     applied.
// C4  A connection speaks for one device from hello to close; after `newDevice` it takes nothing more.
// C5  Whatever breaks the protocol is answered with exactly one `refused` and the connection is closed; nothing of that
//     frame is used.
// C6  A refusal loses nothing: what was not accepted is still in the device's outbox.
import {
  sealMark,
  type AcceptedMark,
  type ChainPoint,
  type DeviceId,
  type EventLine,
  type PushOutcome,
} from '@streamstock/event-log';
import type { CentralEffect, CentralInput, GreetingFacts, TicketResult } from './central-session-types.ts';
import {
  deliveryConfig,
  refuse,
  send,
  stay,
  TIMERS_CLEARED,
  to,
  withDelivery,
  type CentralSessionState,
  type CentralStep,
  type Live,
  type Peer,
} from './central-state.ts';
import { betterMeasure, measureAtCentre } from './clock-offset.ts';
import { advanceDue, frameApplied, headMoved, linesRead, startDelivery } from './delivery.ts';
import { answersProbes, continueForkSearch, startForkSearch, type ForkStep } from './fork-search.ts';
import { decodeFrame, framedBytes } from './frame.ts';
import { greetingSeqs, judgeGreeting } from './greeting.ts';
import {
  APPENDS_PENDING_MAX,
  FORK_ROUNDS_MAX,
  HELLO_TIMEOUT_MS,
  MESSAGE_CHARACTERS_MAX,
  PUSH_BYTES_MAX,
  SILENCE_CHECK_MS,
} from './limits.ts';
import type { DeviceMessage, Hashes, PushMessage } from './protocol.ts';

/** One step. Never throws on anything that came over the wire. */
export function stepCentral(state: CentralSessionState, input: CentralInput): CentralStep {
  if (state.phase.kind === 'closed') return stay(state);
  switch (input.type) {
    case 'opened':
      return {
        state: { ...state, phase: { kind: 'awaitingHello' } },
        effects: [{ type: 'setTimer', timer: 'hello', afterMs: HELLO_TIMEOUT_MS }],
      };
    case 'closed':
      return { state: { ...state, phase: { kind: 'closed' } }, effects: TIMERS_CLEARED };
    case 'frame':
      return onFrame({ ...state, heard: true }, input.text, input.nowMs);
    case 'badFrame':
      return refuse(state, input.kind, input.detail);
    case 'timer':
      return onTimer(state, input.timer);
    case 'headMoved':
      return onHeadMoved(state, input.position, input.inAudience);
    case 'dismiss':
      return refuse(state, input.kind, input.message, { retryAfterMs: input.retryAfterMs });
    case 'ticketRedeemed':
      return onTicket(state, input.result);
    case 'greetingRead':
      return onGreeting(state, input.facts, input.nowMs);
    case 'appended':
      return onAppended(state, input.outcome, input.nowMs);
    case 'linesRead':
      return state.phase.kind === 'live'
        ? withDelivery(state, state.phase, linesRead(deliveryConfig(state), state.phase.delivery, input.read))
        : stay(state);
    case 'hashesRead':
      return onHashesRead(state, input.points);
    case 'deviceMinted':
      return onMinted(state, input.device);
    case 'failed':
      return refuse(
        state,
        'busy',
        'The centre can not go on right now. Nothing is lost; the device comes back by itself.',
        { detail: input.detail },
      );
  }
}

function onTimer(state: CentralSessionState, timer: 'hello' | 'silence' | 'advance'): CentralStep {
  const { phase } = state;
  switch (timer) {
    case 'hello':
      return phase.kind === 'awaitingHello' ? refuse(state, 'out-of-turn', 'No hello came.') : stay(state);
    case 'silence':
      if (!state.heard) return to(state, { kind: 'closed' }, ...TIMERS_CLEARED, { type: 'close' });
      return {
        state: { ...state, heard: false },
        effects: [{ type: 'setTimer', timer: 'silence', afterMs: SILENCE_CHECK_MS }],
      };
    case 'advance':
      return phase.kind === 'live'
        ? withDelivery(state, phase, advanceDue(deliveryConfig(state), phase.delivery))
        : stay(state);
  }
}

function onHeadMoved(before: CentralSessionState, position: number, inAudience: boolean): CentralStep {
  const state = { ...before, headPosition: Math.max(before.headPosition, position) };
  if (state.phase.kind !== 'live') return stay(state);
  return withDelivery(state, state.phase, headMoved(deliveryConfig(state), state.phase.delivery, position, inAudience));
}

// ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function onFrame(state: CentralSessionState, text: string, nowMs: number): CentralStep {
  if (state.phase.kind === 'parting' || state.phase.kind === 'minting') return stay(state);
  const frame = decodeFrame(text, 'device');
  if (!frame.ok) {
    const { kind, detail } = frame.problem;
    // A version that is too new waits for this server's update; one that is too old needs its own.
    return refuse(state, kind, detail, frame.problem.tooNew === true ? { recovery: 'retry' } : {});
  }
  const { message, lines } = frame;
  if (state.phase.kind === 'awaitingHello') {
    if (message.type !== 'hello') return refuse(state, 'out-of-turn', 'The first message is hello.');
    const effects: CentralEffect[] = [
      { type: 'clearTimer', timer: 'hello' },
      { type: 'setTimer', timer: 'silence', afterMs: SILENCE_CHECK_MS },
      { type: 'redeemTicket', hello: message },
    ];
    return to(state, { kind: 'redeeming', hello: message }, ...effects);
  }
  if (state.phase.kind === 'live') return onLiveMessage(state, state.phase, message, lines, nowMs);
  // What was under way when the fork was seen no longer counts.
  if (state.phase.kind === 'forking') return message.type === 'hashes' ? onHashes(state, message) : stay(state);
  return refuse(state, 'out-of-turn', `A ${message.type} before the answer to hello.`);
}

function onLiveMessage(
  state: CentralSessionState,
  live: Live,
  message: DeviceMessage,
  lines: readonly EventLine[],
  nowMs: number,
): CentralStep {
  switch (message.type) {
    case 'push':
      return onPush(state, live, message, lines, nowMs);
    case 'applied': {
      const step = frameApplied(deliveryConfig(state), live.delivery, message.cursor);
      if (step === 'unknown') return refuse(state, 'out-of-turn', 'This cursor was not sent on this connection.');
      const next = withDelivery(state, live, step);
      return {
        state: next.state,
        effects: [{ type: 'recordApplied', device: live.device, cursor: message.cursor }, ...next.effects],
      };
    }
    case 'status':
      return to(state, live, { type: 'recordStatus', device: live.device, status: message });
    case 'ping': {
      const clock = betterMeasure(live.clock, measureAtCentre(message.clock, nowMs));
      const sentPosition = live.delivery.sent?.position ?? null;
      const pong = { type: 'pong', pingSentAtMs: message.clock.sentAtMs, serverTimeMs: nowMs, sentPosition } as const;
      return to(state, { ...live, clock }, send(pong));
    }
    case 'hello':
    case 'hashes':
      return refuse(state, 'out-of-turn', `A ${message.type} where none is expected.`);
  }
}

function onPush(
  state: CentralSessionState,
  live: Live,
  message: PushMessage,
  lines: readonly EventLine[],
  nowMs: number,
): CentralStep {
  const { limits } = state.config;
  // The widest bound was already kept by the frame itself.
  const narrow = limits.pushBytesMax < PUSH_BYTES_MAX;
  const tooManyBytes = narrow && lines.reduce((sum, line) => sum + framedBytes(line), 0) > limits.pushBytesMax;
  if (lines.length > limits.pushEventsMax || tooManyBytes) {
    return refuse(
      state,
      'too-large',
      `A push holds at most ${limits.pushEventsMax} events and ${limits.pushBytesMax} bytes here.`,
    );
  }
  if (live.appendsPending >= APPENDS_PENDING_MAX) {
    return refuse(state, 'busy', `More than ${APPENDS_PENDING_MAX} pushes without waiting for their answers.`);
  }
  const clock = betterMeasure(live.clock, measureAtCentre(message.clock, nowMs));
  const arrival = {
    arrivalMs: nowMs,
    clockOffsetMs: Math.round(clock.offsetMs),
    measureUncertaintyMs: Math.ceil(clock.uncertaintyMs),
  };
  const { firstSeq, hashBefore, hashAfter } = message;
  const push = { device: live.device, firstSeq, hashBefore, hashAfter, lines, arrival };
  return to(state, { ...live, clock, appendsPending: live.appendsPending + 1 }, { type: 'append', push });
}

// ── hello ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function onTicket(state: CentralSessionState, result: TicketResult): CentralStep {
  if (state.phase.kind !== 'redeeming') return stay(state);
  if (result.kind === 'refused')
    return refuse(state, result.refusal, result.message, { retryAfterMs: result.retryAfterMs });
  const { hello } = state.phase;
  const read: CentralEffect = {
    type: 'readGreeting',
    device: hello.device,
    cursorPosition: hello.cursor?.position ?? null,
    seqs: greetingSeqs(hello),
  };
  return to(state, { kind: 'greeting', hello }, read);
}

function onGreeting(state: CentralSessionState, facts: GreetingFacts, nowMs: number): CentralStep {
  if (state.phase.kind !== 'greeting') return stay(state);
  const { hello } = state.phase;
  const greeting = judgeGreeting(state.config.seal, hello, facts);
  const peer: Peer = { device: hello.device, store: hello.store, epoch: facts.head.epoch };
  switch (greeting.kind) {
    case 'refused': {
      const step = refuse(state, greeting.refusal, greeting.message);
      if (greeting.centreBehind === undefined) return step;
      const report = { kind: 'centre-behind', device: hello.device, detail: greeting.centreBehind } as const;
      return { state: step.state, effects: [{ type: 'report', report }, ...step.effects] };
    }
    case 'forked':
      return onForkStep(state, peer, startForkSearch(greeting.lastSeq));
    case 'welcome': {
      const headPosition = Math.max(state.headPosition, facts.head.position);
      const welcome = send({
        type: 'welcome',
        protocol: hello.protocol,
        epoch: peer.epoch,
        serverTimeMs: nowMs,
        accepted: greeting.mark,
        headPosition,
        limits: state.config.limits,
      });
      const { delivery, effects } = startDelivery(
        deliveryConfig(state),
        peer.store,
        peer.epoch,
        hello.cursor,
        headPosition,
      );
      const live: Live = { kind: 'live', ...peer, delivery, appendsPending: 0, clock: null };
      return to(state, live, welcome, { type: 'greeted', hello }, ...effects);
    }
  }
}

// ── pushes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function onAppended(state: CentralSessionState, outcome: PushOutcome, nowMs: number): CentralStep {
  if (state.phase.kind !== 'live') return stay(state);
  const live: Live = { ...state.phase, appendsPending: state.phase.appendsPending - 1 };
  const sealed = (point: ChainPoint): AcceptedMark =>
    sealMark(state.config.seal, live.device, { epoch: live.epoch, seq: point.seq, hash: point.hash });
  switch (outcome.kind) {
    case 'accepted':
      return to(state, live, send({ type: 'accepted', mark: sealed(outcome.mark), serverTimeMs: nowMs }));
    case 'gap':
      return to(state, live, send({ type: 'resend', mark: sealed(outcome.mark) }));
    case 'forked':
      return onForkStep(state, live, startForkSearch(outcome.mark.seq));
    case 'damaged': {
      const { seq, problem } = outcome;
      const detail = (problem.kind === 'not-an-event' ? problem.detail : problem.kind)
        .slice(0, MESSAGE_CHARACTERS_MAX)
        .toWellFormed();
      const report = { kind: 'damage', device: live.device, seq, detail: `${problem.kind}: ${detail}` } as const;
      const message = send({ type: 'damage', mark: sealed(outcome.mark), seq, problem: problem.kind, detail });
      return to(state, live, message, { type: 'report', report });
    }
    case 'refused':
      if (outcome.reason === 'revoked') return refuse(state, 'revoked', 'This device was removed. Enrol it again.');
      return refuse(state, 'unauthorised', 'This device is not known here.');
  }
}

// ── forks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function onForkStep(state: CentralSessionState, peer: Peer, step: ForkStep): CentralStep {
  const { device, store, epoch } = peer;
  if (step.kind === 'found') {
    const mint: CentralEffect = { type: 'mintDevice', parent: device, store, commonSeq: step.commonSeq };
    return to(state, { kind: 'minting', device, store, epoch, commonSeq: step.commonSeq }, mint);
  }
  const { search } = step;
  if (search.round > FORK_ROUNDS_MAX)
    return refuse(state, 'out-of-turn', 'The hashes of this device contradict each other.');
  const ask = send({ type: 'forked', round: search.round, seqs: [...search.probes] });
  return to(state, { kind: 'forking', device, store, epoch, search, told: null }, ask, {
    type: 'clearTimer',
    timer: 'advance',
  });
}

function onHashes(state: CentralSessionState, message: Hashes): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'forking' || phase.told !== null || message.round !== phase.search.round) return stay(state);
  if (!answersProbes(phase.search, message.points))
    return refuse(state, 'bad-frame', 'The hashes are not those that were asked for.');
  const read: CentralEffect = { type: 'readDeviceHashes', device: phase.device, seqs: phase.search.probes };
  return to(state, { ...phase, told: message.points }, read);
}

function onHashesRead(state: CentralSessionState, held: readonly (ChainPoint | null)[]): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'forking' || phase.told === null) return stay(state);
  return onForkStep(state, phase, continueForkSearch(phase.search, held, phase.told));
}

function onMinted(state: CentralSessionState, device: DeviceId): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'minting') return stay(state);
  const { commonSeq } = phase;
  const report = { kind: 'forked', device: phase.device, newDevice: device, commonSeq } as const;
  return to(state, { kind: 'parting' }, send({ type: 'newDevice', device, parent: phase.device, commonSeq }), {
    type: 'report',
    report,
  });
}
