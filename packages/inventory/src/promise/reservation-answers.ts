// What the centre says to reservations: yes or no to a request, and the end of those whose time is over. Pure; decided one at
// a time, on state folded to the head, so that nobody else was promised the same goods meanwhile. An answer's id follows
// from its request, whatever the answer is: deciding twice is answering once.
import { deriveEventId, type EventDraft, type EventId, type HybridTime, type Sha256 } from '@streamstock/event-log';
import { QUANTITY_MAX } from '../limits.ts';
import type { Availability } from './availability.ts';
import { centreDraft, type CentreContext } from './promise-drafts.ts';
import { sumByItem } from './promise-entries.ts';
import type { PromiseRefusal } from './promise-events.ts';
import type { PromisedQuantity, ReservationRow, ShortLine } from './promise-tables.ts';
import type { ReservationRequestView } from './promise-queries.ts';
import { isReleasedBy, openLines } from './reservation-rows.ts';
import { shortLine } from './sourcing.ts';

const ANSWER = 'reservation-answer';
const EXPIRY = 'reservation-expired';

/** The id that the reservation for this request has, once the centre gives it: it can be released before that. */
export function reservationOf(request: EventId, sha256: Sha256): EventId {
  return deriveEventId(sha256, ANSWER, request);
}

export interface ReservationOffer {
  /** Of the request's store, at `now`: see `availableOf`. An item that is not among them has none. */
  readonly available: readonly Availability[];
  /** Items of the request that the catalogue does not know. */
  readonly unknownItems?: ReadonlySet<string>;
  /** What is known under `reservationOf(request)`: it may have been released before it was given. */
  readonly reservation?: ReservationRow | undefined;
}

/** One event, or none where there is nothing to answer: the request is not known, or has its answer. */
export function decideReservation(
  { request, asked, answers }: ReservationRequestView,
  offer: ReservationOffer,
  now: HybridTime,
  context: CentreContext,
): readonly EventDraft[] {
  if (asked === null || answers.length > 0) return [];
  const { store, owner, expiresAt } = asked;
  const origin = { purpose: ANSWER, cause: request };
  const lines = sumByItem(asked.lines);
  const refused = (reason: PromiseRefusal, short: readonly ShortLine[]): readonly EventDraft[] => [
    centreDraft(
      { type: 'ReservationRefused', store, audience: [] },
      { request, reason, lines: [...short] },
      context,
      origin,
    ),
  ];
  if (offer.reservation !== undefined && isReleasedBy(offer.reservation, store)) return refused('cancelled', []);
  if (expiresAt !== null && now >= expiresAt) return refused('expired', []);
  const availableOf = new Map(
    offer.available.filter((line) => line.store === store).map(({ item, available }) => [item, available]),
  );
  const asShort = ({ item, quantity }: PromisedQuantity) => shortLine(item, quantity, availableOf.get(item) ?? 0);
  const unknown = lines.filter(({ item }) => offer.unknownItems?.has(item) === true);
  if (unknown.length > 0) return refused('unknown-item', unknown.map(asShort));
  const short = lines.filter(
    ({ item, quantity }) => quantity > (availableOf.get(item) ?? 0) || quantity > QUANTITY_MAX,
  );
  if (short.length > 0) return refused('not-available', short.map(asShort));
  const payload = { request, order: null, owner, lines, expiresAt };
  return [centreDraft({ type: 'StockReserved', store, audience: [] }, payload, context, origin)];
}

/** One release for each of these that still holds something and whose time is over. What is not over is left alone. */
export function releaseExpired(
  reservations: readonly { readonly reservation: EventId; readonly row: ReservationRow | undefined }[],
  now: HybridTime,
  context: CentreContext,
): readonly EventDraft[] {
  return reservations.flatMap(({ reservation, row }) => {
    const { body } = row ?? {};
    if (row === undefined || body === null || body === undefined || openLines(row).length === 0) return [];
    if (body.expiresAt === null || now < body.expiresAt) return [];
    const head = { type: 'ReservationReleased', store: body.store, audience: [] } as const;
    const payload = { reservation, reason: 'expired' } as const;
    return [centreDraft(head, payload, context, { purpose: EXPIRY, cause: reservation })];
  });
}
