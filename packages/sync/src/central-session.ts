// The central session: one connection as the centre sees it. A pure state machine: no promises, no timers, no clock, no
// log; it is given what happened and says what to do. Owns the order of a conversation; central-hello.ts (greeting.ts),
// central-appends.ts, central-offers.ts, central-fork.ts (fork-search.ts) and delivery.ts are its parts. What goes in and
// out, and what its engine owes: central-session-types.ts.
//
//  opened ▶ awaitingHello ──hello──▶ redeeming ──granted──▶ greeting ──▶ live ⟲ push, hole→append→accepted|resend|damage, events, pong
//                                                              │           │      restricted: no events; offer→want, resupply→resupplied
//                                                       head behind      a push does not follow
//                                                              ▼           ▼
//                                                            forking ⟲ forked/hashes ──found──▶ minting ──▶ parting (newDevice sent)
//  any state ──broken frame, refusal, silence, failure──▶ refused is sent where that helps ──▶ closed
//
// Invariants
// C1  Nothing is sent before a valid hello, except `refused`.
// C2  `accepted` and `resupplied` are sent only upon the engine's word that the commit is on disk, in the order in which
//     things were brought, with the mark of that commit.
// C3  At most `APPENDS_PENDING_MAX` pushes, holes and resupplies wait for their commit; at most
//     `eventsFramesOutstandingMax` frames are not applied; one offer at a time is looked up.
// C4  A connection speaks for one device from hello to close; after `newDevice` it takes nothing more.
// C5  Whatever breaks the protocol is answered with exactly one `refused` and the connection is closed; nothing of that
//     frame is used.
// C6  A refusal loses nothing: what was not accepted is still in the device's outbox.
// C7  No registered device of its store is turned away for its tokens: one that is removed, or of another history, or
//     proves nothing, comes in restricted and may push what it saved. A restricted connection is sent no event.
// C8  Events are sent behind a cursor only when the cursor and the mark of `hello` are of this history, proven and held.
import type { Cursor, EventLine } from '@streamstock/event-log';
import { onAppended, onHole, onPush } from './central-appends.ts';
import { onHashes, onHashesRead, onMinted, onMintRefused } from './central-fork.ts';
import { onGreeting, onTicket } from './central-hello.ts';
import { onOffer, onResupply, onUnknownRead } from './central-offers.ts';
import type { CentralEffect, CentralInput } from './central-session-types.ts';
import {
  deliver,
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
} from './central-state.ts';
import { measureForPush } from './clock-offset.ts';
import { advanceDue, cursorApplied, frameApplied, headMoved, linesRead } from './delivery.ts';
import { decodeFrame } from './frame.ts';
import { HELLO_TIMEOUT_MS, SILENCE_CHECK_MS } from './limits.ts';
import type { DeviceMessage } from './protocol.ts';

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
      return onFrame(state.heard ? state : { ...state, heard: true }, input.text, input.nowMs);
    case 'badFrame':
      return refuse(state, input.kind, input.detail);
    case 'timer':
      return onTimer(state, input.timer);
    case 'headMoved':
      return onHeadMoved(state, input.position, input.inAudience);
    case 'dismiss': {
      // C7: also who was removed comes back, and is told in `welcome` what is still taken.
      const { kind, message, retryAfterMs } = input;
      return refuse(state, kind, message, kind === 'revoked' ? { retryAfterMs, recovery: 'retry' } : { retryAfterMs });
    }
    case 'ticketRedeemed':
      return onTicket(state, input.result);
    case 'greetingRead':
      return onGreeting(state, input.facts, input.nowMs);
    case 'appended':
      return onAppended(state, input.outcome, input.nowMs);
    case 'unknownRead':
      return onUnknownRead(state, input.ids);
    case 'linesRead':
      return deliver(state, (config, delivery) => linesRead(config, delivery, input.read));
    case 'hashesRead':
      return onHashesRead(state, input.points, input.lostFrom);
    case 'deviceMinted':
      return onMinted(state, input.device);
    case 'mintRefused':
      return onMintRefused(state, input.retryAfterMs);
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
      return deliver(state, advanceDue);
  }
}

function onHeadMoved(before: CentralSessionState, position: number, inAudience: boolean): CentralStep {
  // Once it is live, its delivery knows.
  const isLive = before.phase.kind === 'live';
  const state = isLive ? before : { ...before, headPosition: Math.max(before.headPosition, position) };
  return deliver(state, (config, delivery) => headMoved(config, delivery, position, inAudience));
}

// ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function onFrame(state: CentralSessionState, text: string, nowMs: number): CentralStep {
  if (state.phase.kind === 'parting' || state.phase.kind === 'minting') return stay(state);
  // Ten of eleven frames say that one of ours is on disk, in the very words that were expected.
  const applied =
    state.phase.kind === 'live' && state.phase.delivery !== null ? cursorApplied(state.phase.delivery, text) : null;
  if (state.phase.kind === 'live' && applied !== null) return onApplied(state, state.phase, applied);
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
    case 'hole':
      return onHole(state, live, message, nowMs);
    case 'offer':
      return onOffer(state, live, message);
    case 'resupply':
      return onResupply(state, live, message, lines, nowMs);
    case 'applied':
      return onApplied(state, live, message.cursor);
    case 'status':
      return to(state, live, { type: 'recordStatus', device: live.device, status: message });
    case 'ping': {
      const clock = measureForPush(live.clock, message.clock, nowMs);
      const sentPosition = live.delivery?.sent?.position ?? null;
      const pong = { type: 'pong', pingSentAtMs: message.clock.sentAtMs, serverTimeMs: nowMs, sentPosition } as const;
      return to(state, { ...live, clock }, send(pong));
    }
    case 'hello':
    case 'hashes':
      return refuse(state, 'out-of-turn', `A ${message.type} where none is expected.`);
  }
}

function onApplied(state: CentralSessionState, live: Live, cursor: Cursor): CentralStep {
  const step = live.delivery === null ? 'unknown' : frameApplied(deliveryConfig(state), live.delivery, cursor);
  if (step === 'unknown') return refuse(state, 'out-of-turn', 'This cursor was not sent on this connection.');
  const next = withDelivery(state, live, step);
  return {
    state: next.state,
    effects: [{ type: 'recordApplied', device: live.device, cursor }, ...next.effects],
  };
}
