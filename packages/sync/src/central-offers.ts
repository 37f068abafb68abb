// Taking back, in a new history, what devices still hold: they offer ids, the centre wants those that it lacks. Owns the
// order of that conversation and its totals; what a line is worth, the log judges. Pure; part of the central session.
//
//   none ──offer──▶ reading ──unknown──▶ wanted ⟲ resupply→append→resupplied ──next offer──▶ reading …
//                                          └──the closing offer was answered──▶ done
//
// O-d  Rounds rise by one; a round brings at most as many lines as were wanted in it, in parts that rise by one.
// O-e  What was heard before is passed over, what is ahead of its turn is refused.
import type { EventId, EventLine } from '@streamstock/event-log';
import type { CentralEffect } from './central-session-types.ts';
import { arrivalOf, isTooLarge, refuseTooLarge, submit } from './central-appends.ts';
import {
  refuse,
  send,
  stay,
  to,
  type CentralSessionState,
  type CentralStep,
  type Live,
  type OffersTaken,
} from './central-state.ts';
import type { Offer, ResupplyMessage } from './protocol.ts';

export const NOTHING_OFFERED: OffersTaken = {
  step: 'none',
  round: 0,
  part: 0,
  wanted: 0,
  offered: 0,
  appended: 0,
  known: 0,
  refused: 0,
};

/** Only where the centre may lack what the device has, before that starts anew, and only from those that it believes. */
function mayOffer({ restriction, delivery }: Live): boolean {
  return delivery === null && restriction?.kind !== 'revoked';
}

export function onOffer(state: CentralSessionState, live: Live, message: Offer): CentralStep {
  const { offers } = live;
  if (!mayOffer(live)) return refuse(state, 'out-of-turn', 'Nothing is taken back on this connection.');
  if (message.round <= offers.round) return stay(state);
  const isAnswered = offers.step !== 'reading' && live.pending.every(({ kind }) => kind !== 'resupply');
  if (message.round !== offers.round + 1 || !isAnswered || offers.step === 'done')
    return refuse(state, 'out-of-turn', 'One offer at a time, each behind the one before.');
  if (message.last !== (message.ids.length === 0))
    return refuse(state, 'bad-frame', 'The last offer, and no other, has no ids.');
  const next: OffersTaken = {
    ...offers,
    step: message.last ? 'done' : 'reading',
    round: message.round,
    part: 0,
    wanted: 0,
    offered: offers.offered + message.ids.length,
  };
  if (!message.last) return to(state, { ...live, offers: next }, { type: 'readUnknown', ids: message.ids });
  const { offered, appended, known, refused } = next;
  const report: CentralEffect = {
    type: 'report',
    report: { kind: 'resupplied', device: live.device, offered, appended, known, refused },
  };
  return to(state, { ...live, offers: next }, send({ type: 'want', round: message.round, ids: [] }), report);
}

export function onUnknownRead(state: CentralSessionState, ids: readonly EventId[]): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'live' || phase.offers.step !== 'reading') return stay(state);
  const { round } = phase.offers;
  const offers: OffersTaken = { ...phase.offers, step: 'wanted', wanted: ids.length };
  return to(state, { ...phase, offers }, send({ type: 'want', round, ids: [...ids] }));
}

export function onResupply(
  state: CentralSessionState,
  live: Live,
  message: ResupplyMessage,
  lines: readonly EventLine[],
  nowMs: number,
): CentralStep {
  const { offers } = live;
  const { round, part } = message;
  if (!mayOffer(live)) return refuse(state, 'out-of-turn', 'Nothing is taken back on this connection.');
  if (round < offers.round || (round === offers.round && part <= offers.part)) return stay(state);
  const isNext = round === offers.round && part === offers.part + 1 && offers.step === 'wanted';
  const isAnswered = live.pending.every(({ kind }) => kind !== 'resupply');
  if (!isNext || !isAnswered || lines.length > offers.wanted)
    return refuse(state, 'out-of-turn', 'Only what was wanted of the last offer, one part at a time.');
  if (isTooLarge(state, lines)) return refuseTooLarge(state);
  const taken: Live = { ...live, offers: { ...offers, part, wanted: offers.wanted - lines.length } };
  const submission = {
    kind: 'resupply',
    supplier: live.device,
    lines,
    arrival: arrivalOf(live.clock, null, nowMs),
  } as const;
  return submit(state, taken, submission, { kind: 'resupply', round, part });
}
