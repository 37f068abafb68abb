// A small chain of shops for tests of promises: a log that is folded as it grows, drafts that become events in it, and what a
// decider is given on its head. No rules of its own.
import { sha256, type Event, type EventDraft, type EventId } from '@streamstock/event-log';
import type { CommandContext, Decision } from '../decider.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { commandContext, draftsOf } from '../testing/command-context.ts';
import { FoldingLog } from '../testing/fold-events.ts';
import { makeEvent, minute } from '../testing/make-event.ts';
import type { Location } from '../words.ts';
import { availableOf } from './availability.ts';
import { decideOrder } from './order-answers.ts';
import { placeOrder, type KnownOrder, type PlaceOrder } from './order-commands.ts';
import type { OrderView } from './order-state.ts';
import type { CentreContext } from './promise-drafts.ts';
import { readOrder, readReservation, readReservationRequest, readReservations } from './promise-queries.ts';
import type { PromisedQuantity, ReservationRow } from './promise-tables.ts';
import { promisesProjector } from './promises-projector.ts';
import { decideReservation } from './reservation-answers.ts';
import { requestReservation } from './reservation-commands.ts';
import { sourcingCandidates } from './sourcing-candidates.ts';

export const centre: CentreContext = { actor: 'centre', sha256 };

export const PLACES: Readonly<Record<string, Location>> = {
  braga: { latitudeMicrodegrees: 41_545_000, longitudeMicrodegrees: -8_426_000 },
  lisboa: { latitudeMicrodegrees: 38_722_000, longitudeMicrodegrees: -9_139_000 },
  porto: { latitudeMicrodegrees: 41_158_000, longitudeMicrodegrees: -8_629_000 },
};

export const stores = Object.entries(PLACES).map(([store, location]) => ({ store, location }));

/** What a log makes of a draft, `at` minutes into the day. */
export function stamped(draft: EventDraft, at: number): Event {
  const time = minute(at);
  return { occurredAt: time, ...draft, recordedAt: time, deviceTimeMs: 0, clockUncertaintyMs: 0 } as Event;
}

export const lines = (quantities: Readonly<Record<string, number>>): PromisedQuantity[] =>
  Object.entries(quantities).map(([item, quantity]) => ({ item, quantity }));

export const priced = (quantities: Readonly<Record<string, number>>) =>
  lines(quantities).map((line) => ({ ...line, unitPrice: { minorUnits: 199, scale: 2 } }));

export class PromiseScene {
  readonly log = new FoldingLog([stockProjector, promisesProjector]);
  readonly events: Event[] = [];
  readonly #context = commandContext();
  #names = 0;

  get tables() {
    return this.log.tables;
  }

  context(store: string | null): CommandContext {
    return { ...this.#context, store };
  }

  async take(events: readonly Event[]): Promise<void> {
    this.events.push(...events);
    await this.log.take(events);
  }

  /** Appends what was decided; throws a refusal. Returns the events. */
  async say(decided: Decision | readonly EventDraft[], at: number): Promise<Event[]> {
    const drafts = 'ok' in decided ? draftsOf(decided) : decided;
    const events = drafts.map((draft) => stamped(draft, at));
    await this.take(events);
    return events;
  }

  async receive(store: string, quantities: Readonly<Record<string, number>>, at = 0): Promise<void> {
    this.#names += 1;
    const name = `delivery-${this.#names}`;
    await this.take([
      makeEvent(name, 'StockReceived', { document: name, lines: lines(quantities) }, { store, at: minute(at) }),
    ]);
  }

  async sell(
    store: string,
    quantities: Readonly<Record<string, number>>,
    at: number,
    more: { readonly order?: EventId; readonly reservation?: EventId; readonly from?: 'sellable' | 'picked' } = {},
  ): Promise<void> {
    this.#names += 1;
    const name = `sale-${this.#names}`;
    const payload = { document: name, ...more, lines: priced(quantities) };
    await this.take([makeEvent(name, 'StockSold', payload, { store, at: minute(at) })]);
  }

  async available(store: string, item: string, at: number): Promise<number> {
    const [line] = await availableOf(this.tables, [{ store, item }], minute(at));
    return line?.available ?? 0;
  }

  /** A store asks; the centre has not answered yet. */
  async ask(
    store: string,
    quantities: Readonly<Record<string, number>>,
    at: number,
    expiresAt: number | null = null,
  ): Promise<EventId> {
    const command = {
      owner: 'rita',
      lines: lines(quantities),
      expiresAt: expiresAt === null ? null : minute(expiresAt),
    };
    const [request] = await this.say(requestReservation(command, this.context(store)), at);
    return request?.id ?? '';
  }

  /** What the centre decides about a request on the head at `at`; nothing is appended. */
  async answerTo(request: EventId, at: number): Promise<readonly EventDraft[]> {
    const row = await readReservationRequest(this.tables, request);
    if (row?.asked === null || row?.asked === undefined) return [];
    const { store } = row.asked;
    const available = await availableOf(
      this.tables,
      row.asked.lines.map(({ item }) => ({ store, item })),
      minute(at),
    );
    return decideReservation({ request, ...row }, { available }, minute(at), centre);
  }

  async order(
    command: Partial<PlaceOrder> & Pick<PlaceOrder, 'lines'>,
    at: number,
    store: string | null = null,
  ): Promise<EventId> {
    const defaults = {
      channel: 'web' as const,
      destination: null,
      sourcing: { kind: 'most-stock' as const },
      split: false,
      holdUntil: null,
    };
    const [placed] = await this.say(placeOrder({ ...defaults, ...command }, this.context(store)), at);
    return placed?.id ?? '';
  }

  /** What the centre decides about an order on the head at `at`; nothing is appended. */
  async verdictOn(order: EventId, at: number): Promise<readonly EventDraft[]> {
    const view = await this.view(order);
    const items = view.placed?.lines.map(({ item }) => item) ?? [];
    const candidates = await sourcingCandidates(this.tables, stores, items, minute(at));
    return decideOrder(view, { candidates }, minute(at), centre);
  }

  /** Placed and answered. */
  async confirmed(
    command: Partial<PlaceOrder> & Pick<PlaceOrder, 'lines'>,
    at: number,
    store: string | null = null,
  ): Promise<EventId> {
    const order = await this.order(command, at, store);
    await this.say(await this.verdictOn(order, at), at);
    return order;
  }

  async view(order: EventId): Promise<OrderView> {
    const view = await readOrder(this.tables, order);
    if (view === undefined) throw new Error(`Order ${order} is not known.`);
    return view;
  }

  /** What a command about an order is given. */
  async known(order: EventId): Promise<KnownOrder> {
    const view = await readOrder(this.tables, order);
    const ids = view?.parts.flatMap(({ confirmations }) => confirmations.map(({ reservation }) => reservation)) ?? [];
    const rows = await readReservations(this.tables, ids);
    const reservations = new Map(
      ids.flatMap((id, index) => (rows[index] === undefined ? [] : [[id, rows[index]] as const])),
    );
    return { order, view, reservations };
  }

  async reservation(id: EventId): Promise<ReservationRow | undefined> {
    return readReservation(this.tables, id);
  }
}
