// The independent book of promises: reservations with what was used of them, and what can be promised at a moment. Part of
// the oracle: shares no code with the projectors.
import { earliestOf, groups, sum, type NaiveSet } from './naive-set.ts';
import { naiveLines } from './naive-stock.ts';

export interface BookReservation {
  readonly store: string;
  readonly owner: string;
  readonly order: string | null;
  readonly expiresAt: number | null;
  readonly released: boolean;
  /** By item. */
  readonly quantities: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, number>>;
}

interface ItemQuantity {
  readonly item: string;
  readonly quantity: number;
}

function byItem(lines: readonly ItemQuantity[]): Record<string, number> {
  return Object.fromEntries(
    [...groups(lines, ({ item }) => item)].map(([item, all]) => [item, sum(all.map(({ quantity }) => quantity))]),
  );
}

/** By reservation; those that hold nothing because their request had an answer are left out. */
export function naiveReservations({ counting, facts }: NaiveSet): Map<string, BookReservation> {
  const released = new Set(
    counting
      .filter(({ type }) => type === 'ReservationReleased')
      .map(({ store, payload }) => `${store}|${String(payload['reservation'])}`),
  );
  const uses = facts.filter(({ type }) => type === 'OrderPicked' || type === 'StockSold');
  // Of several answers to one request the earliest holds, the others hold nothing.
  const answers = counting.filter(
    ({ type, payload }) => ['StockReserved', 'ReservationRefused'].includes(type) && payload['request'] !== null,
  );
  const first = new Set(
    [...groups(answers, ({ payload }) => String(payload['request'])).values()].map((all) => earliestOf(all)?.id),
  );
  const reserved = counting.filter(
    ({ type, id, payload }) => type === 'StockReserved' && (payload['request'] === null || first.has(id)),
  );
  return new Map(
    reserved.map(({ id, store, payload }) => [
      id,
      {
        store: store ?? '',
        owner: String(payload['owner']),
        order: payload['order'] as string | null,
        expiresAt: payload['expiresAt'] as number | null,
        released: released.has(`${store}|${id}`),
        quantities: byItem(payload['lines'] as ItemQuantity[]),
        used: byItem(
          uses.filter((use) => use.payload['reservation'] === id && use.store === store).flatMap(({ lines }) => lines),
        ),
      },
    ]),
  );
}

/** What a reservation still holds of an item at `now`. */
export function naiveActive(reservation: BookReservation, item: string, now: number): number {
  if (reservation.released) return 0;
  if (reservation.expiresAt !== null && now >= reservation.expiresAt) return 0;
  return Math.max(0, (reservation.quantities[item] ?? 0) - (reservation.used[item] ?? 0));
}

export interface BookAvailable {
  readonly sellable: number;
  readonly reserved: number;
  readonly available: number;
}

/** What can be promised of a line at `now`; never clamped. */
export function naiveAvailable(set: NaiveSet, now: number): (store: string, item: string) => BookAvailable {
  const lines = naiveLines(set);
  const reservations = [...naiveReservations(set).values()];
  return (store, item) => {
    const sellable = lines.get(`${store}|${item}`)?.buckets.sellable.quantity ?? 0;
    const own = reservations.filter((reservation) => reservation.store === store);
    const reserved = sum(own.map((reservation) => naiveActive(reservation, item, now)));
    return { sellable, reserved, available: sellable - reserved };
  };
}
