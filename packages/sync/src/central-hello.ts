// The beginning of a connection as the centre sees it: the ticket, the judgement of the device's tokens and head, and the
// answer. Pure; part of the central session.
import type { CentralEffect, GreetingFacts, TicketResult } from './central-session-types.ts';
import { mint, onForkStep } from './central-fork.ts';
import { NOTHING_OFFERED } from './central-offers.ts';
import {
  deliveryConfig,
  fillable,
  refuse,
  send,
  stay,
  to,
  type CentralSessionState,
  type CentralStep,
  type Live,
  type Peer,
} from './central-state.ts';
import { startDelivery } from './delivery.ts';
import { startForkSearch } from './fork-search.ts';
import { greetingSeqs, judgeGreeting, type Greeting } from './greeting.ts';
import type { Hello } from './protocol.ts';

export function onTicket(state: CentralSessionState, result: TicketResult): CentralStep {
  if (state.phase.kind !== 'redeeming') return stay(state);
  if (result.kind === 'refused')
    return refuse(state, result.refusal, result.message, { retryAfterMs: result.retryAfterMs });
  const { hello } = state.phase;
  const read: CentralEffect = {
    type: 'readGreeting',
    device: hello.device,
    ticketDevice: result.device,
    cursorPosition: hello.cursor?.position ?? null,
    seqs: greetingSeqs(hello),
  };
  return to(state, { kind: 'greeting', hello }, read);
}

export function onGreeting(state: CentralSessionState, facts: GreetingFacts, nowMs: number): CentralStep {
  if (state.phase.kind !== 'greeting') return stay(state);
  const { hello } = state.phase;
  const greeting = judgeGreeting(state.config.seal, hello, facts);
  const peer: Peer = { device: hello.device, store: hello.store, epoch: facts.head.epoch };
  switch (greeting.kind) {
    case 'refused':
      return refuse(state, greeting.refusal, greeting.message);
    case 'behind': {
      const { proof, detail } = greeting;
      const { device, epoch } = peer;
      const step = refuse(state, 'busy', BEGINS_ANEW, { detail });
      const report = { kind: 'centre-behind', device, epoch, proof, detail } as const;
      return { state: step.state, effects: [{ type: 'report', report }, ...step.effects] };
    }
    case 'forked':
      return onForkStep(state, peer, startForkSearch(greeting.lastSeq));
    case 'forgotten':
      return mint(state, peer, greeting.installation, 0);
    case 'welcome':
      return welcome(state, hello, peer, greeting, facts, nowMs);
  }
}

const BEGINS_ANEW =
  'The centre found that it was put back to an earlier state and begins anew. Nothing is lost; the device comes back by itself.';

function welcome(
  state: CentralSessionState,
  hello: Hello,
  peer: Peer,
  { mark, restriction }: Extract<Greeting, { kind: 'welcome' }>,
  { head: { position }, holes }: GreetingFacts,
  nowMs: number,
): CentralStep {
  const headPosition = Math.max(state.headPosition, position);
  const message = send({
    type: 'welcome',
    protocol: hello.protocol,
    epoch: peer.epoch,
    serverTimeMs: nowMs,
    accepted: mark,
    headPosition,
    limits: state.config.limits,
    restriction,
    ...fillable(state, holes),
  });
  const receives = restriction === null && hello.receive;
  const started = receives
    ? startDelivery(deliveryConfig(state), peer.store, peer.epoch, hello.cursor, headPosition)
    : { delivery: null, effects: [] };
  const { delivery, effects } = started;
  const live: Live = {
    kind: 'live',
    ...peer,
    restriction,
    delivery,
    pending: [],
    offers: NOTHING_OFFERED,
    cameTo: mark.seq,
    clock: null,
  };
  return to(state, live, message, { type: 'greeted', hello }, ...effects);
}
