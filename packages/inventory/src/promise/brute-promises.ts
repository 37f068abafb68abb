// The promises of a history worked out the slow way, from its events alone: what the folds are compared with. For tests;
// shares no code with the folds.
import {
  addRuling,
  contributionOf,
  isRulingType,
  NO_JUDGEMENT,
  rulingTarget,
  type Event,
  type EventId,
} from '@streamstock/event-log';

interface Line {
  readonly item: string;
  readonly quantity: number;
}

/** An event that counts, with the lines of it that are not reversed. */
export interface Counted {
  readonly id: EventId;
  readonly type: string;
  readonly at: number;
  readonly store: string | null;
  readonly payload: Record<string, unknown>;
  readonly lines: readonly Line[];
}

const FACTS = ['StockSold', 'OrderPicked', 'OrderCancelled', 'OrderFulfilled'];

export function countedEvents(history: readonly Event[]): Counted[] {
  const unique = [...new Map(history.map((event) => [event.id, event])).values()];
  const rulings = unique.filter(({ type }) => isRulingType(type));
  const counting = unique.flatMap((event): Counted[] => {
    if (isRulingType(event.type)) return [];
    const own = rulings.filter((ruling) => rulingTarget(ruling) === event.id);
    const contribution = contributionOf(event, own.reduce(addRuling, NO_JUDGEMENT));
    if (contribution === null) return [];
    const { id, type, store, payload } = event;
    const lines = (payload['lines'] ?? payload['putBack'] ?? []) as Line[];
    return [{ id, type, at: contribution.effectiveAt, store, payload, lines }];
  });
  const reversals = counting.filter(({ type }) => type === 'EntryReversed');
  return counting.flatMap((event): Counted[] => {
    if (!FACTS.includes(event.type)) return [event];
    const own = reversals.filter(
      ({ store, payload }) => payload['target'] === event.id && store !== null && store === event.store,
    );
    if (own.some(({ payload }) => payload['line'] === null)) return [];
    const lines = event.lines.filter((_, line) => !own.some(({ payload }) => payload['line'] === line));
    return event.lines.length > 0 && lines.length === 0 ? [] : [{ ...event, lines }];
  });
}

const sumOf = (events: readonly Counted[], item: string): number =>
  events.flatMap(({ lines }) => lines).reduce((sum, line) => sum + (line.item === item ? line.quantity : 0), 0);

const first = (events: readonly Counted[]): Counted | undefined =>
  [...events].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))[0];

export class BrutePromises {
  readonly #events: readonly Counted[];

  constructor(history: readonly Event[]) {
    this.#events = countedEvents(history);
  }

  #all(type: string, field?: string, value?: unknown): Counted[] {
    return this.#events.filter(
      (event) => event.type === type && (field === undefined || event.payload[field] === value),
    );
  }

  /** What a store says of a reservation; a reservation is of one store's shelf. */
  #said(type: string, reservation: EventId, store: string | null): Counted[] {
    return this.#all(type, 'reservation', reservation).filter((event) => event.store === store);
  }

  #used(reservation: EventId, store: string | null): Counted[] {
    return [...this.#said('OrderPicked', reservation, store), ...this.#said('StockSold', reservation, store)];
  }

  active(reservation: Counted, item: string, now: number): number {
    const { request, expiresAt } = reservation.payload;
    if (this.#said('ReservationReleased', reservation.id, reservation.store).length > 0) return 0;
    if (expiresAt !== null && now >= Number(expiresAt)) return 0;
    if (request !== null) {
      const answers = [
        ...this.#all('StockReserved', 'request', request),
        ...this.#all('ReservationRefused', 'request', request),
      ];
      if (first(answers)?.id !== reservation.id) return 0;
    }
    return Math.max(0, sumOf([reservation], item) - sumOf(this.#used(reservation.id, reservation.store), item));
  }

  reserved(store: string, item: string, now: number): number {
    return this.#all('StockReserved')
      .filter((reservation) => reservation.store === store)
      .reduce((sum, reservation) => sum + this.active(reservation, item, now), 0);
  }

  /** The moments at which something stops being held. */
  expiries(store: string, items: readonly string[]): number[] {
    return this.#all('StockReserved').flatMap((reservation) => {
      const { expiresAt } = reservation.payload;
      if (reservation.store !== store || expiresAt === null) return [];
      const holds = items.some((item) => this.active(reservation, item, Number(expiresAt) - 1) > 0);
      return holds ? [Number(expiresAt)] : [];
    });
  }

  openRequests(store: string): EventId[] {
    return this.#all('ReservationRequested')
      .filter((request) => request.store === store)
      .filter(({ id }) => this.#all('StockReserved', 'request', id).length === 0)
      .filter(({ id }) => this.#all('ReservationRefused', 'request', id).length === 0)
      .map(({ id }) => id)
      .sort();
  }

  orders(): EventId[] {
    const named = this.#events.flatMap(({ type, id, payload }) => {
      if (type === 'OrderPlaced') return [id];
      return type !== 'StockReserved' && typeof payload['order'] === 'string' ? [payload['order']] : [];
    });
    return [...new Set(named)].sort();
  }

  #confirmed(order: EventId, store: string, item: string): number {
    return this.#all('OrderConfirmed', 'order', order)
      .filter((part) => part.store === store)
      .reduce((sum, part) => {
        const reservation = part.payload['reservation'] as EventId;
        const moved = this.#said('ReservationReleased', reservation, store).some(
          ({ payload }) => payload['reason'] === 'sourced-elsewhere',
        );
        const all = sumOf([part], item);
        return sum + (moved ? Math.min(all, sumOf(this.#used(reservation, store), item)) : all);
      }, 0);
  }

  /** What a store has to do with an order, per item: [confirmed, picked, put back, fulfilled]. */
  figures(order: EventId, store: string, item: string): readonly [number, number, number, number] {
    const here = (type: string): Counted[] => this.#all(type, 'order', order).filter((event) => event.store === store);
    return [
      this.#confirmed(order, store, item),
      sumOf(here('OrderPicked'), item),
      sumOf(here('OrderCancelled'), item),
      sumOf([...here('OrderFulfilled'), ...here('StockSold')], item),
    ];
  }

  partState(order: EventId, store: string, items: readonly string[]): string | null {
    const promised = items.filter((item) => this.figures(order, store, item)[0] > 0);
    const shelfSales = this.#all('StockSold', 'order', order).filter(
      (sale) => sale.store === store && sale.payload['from'] === 'sellable',
    );
    const done = (item: string): boolean => {
      const [confirmed, , , fulfilled] = this.figures(order, store, item);
      return fulfilled >= confirmed;
    };
    const aside = (item: string): boolean => {
      const [confirmed, picked, putBack] = this.figures(order, store, item);
      return picked - putBack + sumOf(shelfSales, item) >= confirmed;
    };
    if (promised.length > 0 && promised.every(done)) return 'fulfilled';
    if (this.#cancelled(order, store)) return 'cancelled';
    if (promised.length === 0) return null;
    return promised.every(aside) ? 'picked' : 'confirmed';
  }

  #cancelled(order: EventId, store: string | null): boolean {
    const placedBy = this.#all('OrderPlaced').find(({ id }) => id === order)?.store ?? null;
    return this.#all('OrderCancelled', 'order', order).some((cancel) => {
      if (cancel.store === null || cancel.store === store) return true;
      return cancel.store === placedBy && cancel.lines.length === 0;
    });
  }

  orderState(order: EventId, stores: readonly string[], items: readonly string[]): string {
    const touched = stores.filter((store) =>
      ['OrderConfirmed', 'OrderPicked', 'OrderFulfilled', 'StockSold'].some((type) =>
        this.#all(type, 'order', order).some((event) => event.store === store),
      ),
    );
    const states = touched.map((store) => this.partState(order, store, items));
    for (const state of ['confirmed', 'picked', 'fulfilled', 'cancelled']) if (states.includes(state)) return state;
    if (this.#cancelled(order, null)) return 'cancelled';
    if (this.#all('OrderConfirmed', 'order', order).length > 0) return 'moved';
    if (this.#all('OrderRejected', 'order', order).length > 0) return 'rejected';
    return this.#all('OrderPlaced').some(({ id }) => id === order) ? 'placed' : 'unknown';
  }
}
