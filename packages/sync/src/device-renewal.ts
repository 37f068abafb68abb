// How a device comes to a history of the centre that its read models do not stand on: a new one after a restore, one it
// can not prove, or its first. It gives before it takes. Whatever is saved meanwhile is pushed as ever. Pure; part of the
// device session.
//
//   restricted (epoch, cursor):  pushing ──drained──▶ offering ──done, drained──▶ fetching ──installed──▶ a new connection
//   hello said "receive: false": pushing ──drained────────────────────────▲  └─failed─▶ waiting ─▶ fetching …
//       (without a cursor, holding anything: the same as restricted)
//   restricted (revoked):        pushing ──drained──▶ locked
//
// N-a  Nothing of it is remembered but what the log holds: cut off, crashed or done in two tabs at once, it begins anew,
//      and what was pushed, supplied or staged by then is known there. A second new history in between is no different.
// N-b  No frame of events is applied on such a connection; read models change by the snapshot alone, in one transaction.
// N-c  The snapshot is fetched only after everything held was offered: afterwards nobody would ask for it.
// N-d  It is fetched only when what was offered of this device's own is accepted too: handed back, an event may be in the
//      snapshot before its push has come in, and the device would count it once more on top.
import type { EventId, EventLine } from '@streamstock/event-log';
import { broken, lock } from './device-connection.ts';
import { heldRead, linesRead, resuppliedArrived, startOffers, wantArrived, type OffersStep } from './device-offers.ts';
import { isDrained } from './device-sending.ts';
import type { DeviceEffect, DeviceMoment } from './device-session-types.ts';
import { fetchSnapshot } from './device-snapshot.ts';
import { stay, to, type DeviceSessionState, type DeviceStep, type Live } from './device-state.ts';
import type { Resupplied, Want } from './protocol.ts';

/** After every step of sending: whether the way goes on. */
export function afterSending(state: DeviceSessionState, at: DeviceMoment): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'live' || !isDrained(phase.sending)) return stay(state);
  if (phase.restriction?.kind === 'revoked') return lock(state, phase.restriction.message, at);
  if (phase.renewal?.step !== 'pushing') return stay(state);
  return mayHoldMore(phase) && !phase.renewal.offered
    ? withOffers(state, phase, startOffers(state.connection, phase.sending.limits), at)
    : fetchSnapshot(state, phase, 0);
}

/**
 * Whether the centre may lack something that is held here: not where a cursor of the present history was proven. A log that
 * forgot its cursor, paired again after a fork and a restore, may hold what nobody else has.
 */
function mayHoldMore({ restriction, log }: Live): boolean {
  return restriction !== null || log.cursor === null;
}

function withOffers(state: DeviceSessionState, live: Live, step: OffersStep, at: DeviceMoment): DeviceStep {
  if (step.kind === 'broken') return broken(state, at, step.detail);
  const { offers, effects } = step;
  if (offers.step !== 'done') return to(state, { ...live, renewal: { step: 'offering', offers } }, ...effects);
  const { offered, appended, known, refused, complete } = offers;
  const report: DeviceEffect = {
    type: 'report',
    report: { kind: 'offered', offered, appended, known, refused, complete },
  };
  // N-d
  const next = isDrained(live.sending)
    ? fetchSnapshot(state, live, 0)
    : to(state, { ...live, renewal: { step: 'pushing', offered: true } });
  return { state: next.state, effects: [...effects, report, ...next.effects] };
}

export function onHeldRead(state: DeviceSessionState, ids: readonly EventId[], at: DeviceMoment): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'live' || phase.renewal?.step !== 'offering') return stay(state);
  const holdsNothing = ids.length === 0 && phase.renewal.offers.round === 1;
  if (holdsNothing && phase.restriction === null) return fetchSnapshot(state, phase, 0);
  return withOffers(state, phase, heldRead(phase.renewal.offers, ids), at);
}

export function onLinesRead(state: DeviceSessionState, lines: readonly EventLine[], at: DeviceMoment): DeviceStep {
  const { phase } = state;
  if (phase.kind !== 'live' || phase.renewal?.step !== 'offering') return stay(state);
  return withOffers(state, phase, linesRead(phase.renewal.offers, lines), at);
}

export function onOffersAnswer(
  state: DeviceSessionState,
  live: Live,
  message: Want | Resupplied,
  at: DeviceMoment,
): DeviceStep {
  if (live.renewal === null) return broken(state, at, `A ${message.type} where nothing is offered.`);
  // Late words: everything was offered.
  if (live.renewal?.step !== 'offering') return stay(state);
  const { offers } = live.renewal;
  const step = message.type === 'want' ? wantArrived(offers, message) : resuppliedArrived(offers, message);
  return withOffers(state, live, step, at);
}
