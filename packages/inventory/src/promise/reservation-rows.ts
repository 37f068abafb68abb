// What a reservation's row means: what it still holds, whatever the time. Pure.
import type { EventId } from '@streamstock/event-log';
import { quantitiesOf } from './promise-entries.ts';
import type {
  PromisedQuantity,
  RequestAnswer,
  ReservationRequestRow,
  ReservationRow,
  ReservationUse,
} from './promise-tables.ts';

export const NO_RESERVATION: ReservationRow = { body: null, released: [], used: [], confirms: [], secondTo: null };
export const NO_REQUEST: ReservationRequestRow = { asked: null, answers: [] };

export function saysNothingOfReservation({ body, released, used, confirms }: ReservationRow): boolean {
  return body === null && released.length === 0 && used.length === 0 && confirms.length === 0;
}

export function saysNothingOfRequest({ asked, answers }: ReservationRequestRow): boolean {
  return asked === null && answers.length === 0;
}

/** What `store` took against it, by item. What another store takes or releases is not on this shelf. */
export function usedOf({ used }: { readonly used: readonly ReservationUse[] }, store: string): Map<string, number> {
  return quantitiesOf(used.filter((use) => use.store === store));
}

/** Whether `store` released it. */
export function isReleasedBy({ released }: Pick<ReservationRow, 'released'>, store: string): boolean {
  return released.some((release) => release.store === store);
}

/**
 * What it holds until it expires: promised less used, never below zero (goods may be used after its end, or more of them).
 * Nothing once it is released, or when its request had an answer before.
 */
export function openLines(row: ReservationRow): PromisedQuantity[] {
  const { body, secondTo } = row;
  if (body === null || isReleasedBy(row, body.store) || secondTo !== null) return [];
  const used = usedOf(row, body.store);
  return body.lines.flatMap(({ item, quantity }) => {
    const open = quantity - (used.get(item) ?? 0);
    return open > 0 ? [{ item, quantity: open }] : [];
  });
}

/** The answer that counts: the earliest. null: there is none yet. */
export function answerOf({ answers }: ReservationRequestRow): RequestAnswer | null {
  return answers[0] ?? null;
}

/** The answer that came before this reservation's; null: it is the first, or answers nothing. */
export function secondTo(reservation: EventId, request: ReservationRequestRow | undefined): EventId | null {
  const first = request === undefined ? null : answerOf(request);
  return first === null || first.event === reservation ? null : first.event;
}
