// In a new history of the centre a device offers, by id, every event it still holds, and hands over what is wanted. One
// round at a time, nothing remembered: a lost connection begins anew, and what the centre has by then costs only ids.
// Pure; part of the device session.
//
//   readingIds ──ids──▶ offered ──want: none──▶ readingIds (behind the last id) … ──no ids left──▶ closing ──want──▶ done
//       ▲                  └──want: some──▶ readingLines ──lines──▶ supplied ──resupplied──▶ readingLines: the rest
//       └────────────── nothing of the round is left ◀──┴─────────────────────────────────────┘
//
// O-a  One offer or one resupply is unanswered at most; a round has at most OFFER_IDS_MAX ids, a connection
//      OFFER_ROUNDS_MAX rounds.
// O-b  Only ids that were offered in this round are handed over. What can not be read any more is passed over.
// O-c  The closing offer comes last, has no ids, and is answered like any other.
import { lineProblem, readStoredLine, type EventId, type EventLine } from '@streamstock/event-log';
import type { DeviceEffect } from './device-session-types.ts';
import { sendable } from './device-sending.ts';
import { encodeFrame, type Outgoing } from './frame.ts';
import { OFFER_IDS_MAX, OFFER_ROUNDS_MAX, OFFERS_TIMEOUT_MS } from './limits.ts';
import type { Resupplied, Want, WireLimits } from './protocol.ts';

export interface Offers {
  readonly connection: number;
  readonly limits: WireLimits;
  readonly step: 'readingIds' | 'offered' | 'readingLines' | 'supplied' | 'closing' | 'done';
  readonly round: number;
  readonly part: number;
  /** Everything up to this id was offered. */
  readonly afterId: EventId | null;
  /** Of this round: offered and not answered; wanted and not yet handed over. */
  readonly ids: readonly EventId[];
  readonly offered: number;
  readonly appended: number;
  readonly known: number;
  readonly refused: number;
  /** false: more is held than may be offered. */
  readonly complete: boolean;
}

/** `broken`: no centre sends this. */
export type OffersStep =
  | { readonly kind: 'ok'; readonly offers: Offers; readonly effects: readonly DeviceEffect[] }
  | { readonly kind: 'broken'; readonly detail: string };

export function startOffers(connection: number, limits: WireLimits): OffersStep {
  const nothing = { offered: 0, appended: 0, known: 0, refused: 0 };
  return nextRound({
    connection,
    limits,
    step: 'readingIds',
    round: 0,
    part: 0,
    afterId: null,
    ids: [],
    ...nothing,
    complete: true,
  });
}

function ok(offers: Offers, ...effects: readonly DeviceEffect[]): OffersStep {
  return { kind: 'ok', offers, effects };
}

function nextRound(offers: Offers): OffersStep {
  const { connection, afterId } = offers;
  return ok(
    { ...offers, step: 'readingIds', round: offers.round + 1, part: 0, ids: [] },
    { type: 'clearTimer', timer: 'offers' },
    { type: 'readHeld', connection, afterId, idsMax: OFFER_IDS_MAX },
  );
}

function say(offers: Offers, message: Outgoing, lines: readonly EventLine[] = []): OffersStep {
  return ok(
    offers,
    { type: 'send', connection: offers.connection, text: encodeFrame(message, lines) },
    { type: 'setTimer', timer: 'offers', afterMs: OFFERS_TIMEOUT_MS },
  );
}

export function heldRead(offers: Offers, held: readonly EventId[]): OffersStep {
  if (offers.step !== 'readingIds') return ok(offers);
  const { round } = offers;
  const ids = held.slice(0, OFFER_IDS_MAX);
  const isCut = round === OFFER_ROUNDS_MAX && ids.length > 0;
  if (ids.length === 0 || isCut) {
    const closing: Offers = { ...offers, step: 'closing', complete: !isCut };
    return say(closing, { type: 'offer', round, ids: [], last: true });
  }
  const next: Offers = {
    ...offers,
    step: 'offered',
    ids,
    afterId: ids.at(-1) ?? null,
    offered: offers.offered + ids.length,
  };
  return say(next, { type: 'offer', round, ids, last: false });
}

export function wantArrived(offers: Offers, message: Want): OffersStep {
  const awaited = (offers.step === 'offered' || offers.step === 'closing') && message.round === offers.round;
  // Said before: nothing new.
  if (!awaited) return message.round <= offers.round ? ok(offers) : broken('A want for no offer.');
  if (offers.step === 'closing') {
    if (message.ids.length > 0) return broken('More is wanted than was offered.');
    return ok({ ...offers, step: 'done' }, { type: 'clearTimer', timer: 'offers' });
  }
  const offered = new Set(offers.ids);
  if (!message.ids.every((id) => offered.delete(id))) return broken('More is wanted than was offered.');
  return message.ids.length === 0 ? nextRound(offers) : readLines({ ...offers, ids: message.ids });
}

function readLines(offers: Offers): OffersStep {
  const { connection, ids, limits } = offers;
  const limit = { eventsMax: limits.pushEventsMax, bytesMax: limits.pushBytesMax };
  return ok(
    { ...offers, step: 'readingLines' },
    { type: 'clearTimer', timer: 'offers' },
    { type: 'readLines', connection, ids, limit },
  );
}

/** `lines`: in the order of the ids that were asked for; those in between that are not there any more are passed over. */
export function linesRead(offers: Offers, read: readonly EventLine[]): OffersStep {
  if (offers.step !== 'readingLines') return ok(offers);
  const sound = read.slice(0, offers.limits.pushEventsMax).filter((line) => lineProblem(line) === undefined);
  const { lines } = sendable(sound, offers.limits.pushBytesMax);
  const last = lines.at(-1);
  if (last === undefined) return nextRound(offers);
  const handedOver = offers.ids.indexOf(readStoredLine(last).id);
  if (handedOver < 0) return broken('The log gave a line that it was not asked for.');
  const next: Offers = { ...offers, step: 'supplied', part: offers.part + 1, ids: offers.ids.slice(handedOver + 1) };
  return say(next, { type: 'resupply', round: next.round, part: next.part }, lines);
}

export function resuppliedArrived(offers: Offers, message: Resupplied): OffersStep {
  const { round, part } = message;
  const awaited = offers.step === 'supplied' && round === offers.round && part === offers.part;
  const isOld = round < offers.round || (round === offers.round && part <= offers.part);
  if (!awaited) return isOld ? ok(offers) : broken('An answer to no resupply.');
  const counted: Offers = {
    ...offers,
    appended: offers.appended + message.appended,
    known: offers.known + message.known,
    refused: offers.refused + message.refused,
  };
  return counted.ids.length > 0 ? readLines(counted) : nextRound(counted);
}

function broken(detail: string): OffersStep {
  return { kind: 'broken', detail };
}
