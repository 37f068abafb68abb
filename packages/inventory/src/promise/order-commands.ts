// What people and programs do with orders: place, pick, hand over, cancel, put back. Pure deciders over what is known of the
// order here.
//
// 1. A hand-over is never refused for what was promised, picked or cancelled: the customer has the goods.
// 2. Picking more than the part still lacks is refused: the goods are in the clerk's hand and can stay on the shelf.
// 3. Whoever cancels frees the shelf at once: the holds of the cancelled parts are released with it.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { cutLines, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { noStore } from '../document-drafts.ts';
import type { Location, Money, Unit } from '../words.ts';
import { otherStores } from './order-audience.ts';
import type { OrderPartView, OrderView } from './order-state.ts';
import { allOf, commandDraft, linesRefusal, sumsRefusal } from './promise-drafts.ts';
import { sumByItem } from './promise-entries.ts';
import type { OrderCancelled, OrderPlaced, Sourcing } from './promise-events.ts';
import type { PromisedQuantity, ReservationRow } from './promise-tables.ts';
import { openLines, usedOf } from './reservation-rows.ts';

export interface PlaceOrder extends CommandOptions {
  readonly reference?: string;
  readonly customer?: string;
  readonly channel: OrderPlaced['channel'];
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    /** Per smallest unit; null: not known. */
    readonly unitPrice: Money | null;
  }[];
  readonly destination: Location | null;
  readonly sourcing: Sourcing;
  readonly split: boolean;
  /** When goods that were not collected may be sold to others; null: never. */
  readonly holdUntil: HybridTime | null;
}

/** What is known of an order on this device or at the centre. */
export interface KnownOrder {
  readonly order: EventId;
  /** undefined: nothing. */
  readonly view: OrderView | undefined;
  /** Those of its parts. */
  readonly reservations: ReadonlyMap<EventId, ReservationRow>;
}

/** Promised only when the centre has confirmed it. Context without a store: ordered over the web or at head office. */
export function placeOrder(command: PlaceOrder, context: CommandContext): Decision {
  const { reference, customer, channel, lines, destination, sourcing, split, holdUntil } = command;
  const bad =
    linesRefusal(lines, 'This order has no lines yet, and nothing was ordered. Add the first item to begin.') ??
    sumsRefusal(lines);
  if (bad !== null) return bad;
  if (sourcing.kind === 'nearest' && destination === null) {
    return refuse(
      'no-destination',
      'The nearest store can not be found without a destination. Nothing was ordered. Say where the goods go, or choose a store.',
      ['destination'],
    );
  }
  const head = { type: 'OrderPlaced', store: context.store, audience: [] } as const;
  const payload = { reference, customer, channel, lines, destination, sourcing, split, holdUntil };
  return commandDraft(head, payload, context, command);
}

export interface PickOrder extends CommandOptions, KnownOrder {
  readonly lines: readonly PromisedQuantity[];
}

/** Goods are set aside: one event for each reservation they are taken from. */
export function pickOrder(command: PickOrder, context: CommandContext): Decision {
  const { view, lines } = command;
  const { store } = context;
  if (store === null) return noStore();
  const emptyWords = 'This order has no lines yet, and nothing was ordered. Add the first item to begin.';
  const bad = linesRefusal(lines, emptyWords) ?? sumsRefusal(lines);
  if (bad !== null) return bad;
  const part = view?.parts.find((one) => one.store === store);
  if (part === undefined || part.state === null) {
    return refuse(
      'unknown-order',
      'This store has no part in that order, as far as this device knows. Leave the goods on the shelf, and look again when the device is connected.',
    );
  }
  if (part.state === 'cancelled' || part.state === 'fulfilled') {
    return refuse('order-ended', `This order was ${endWords(part.state)}. Leave the goods on the shelf.`);
  }
  const tooMany = moreThan(lines, lackingOf(part));
  if (tooMany !== null) {
    const { index, lacking } = tooMany;
    const words = lacking === 0 ? 'needs no more of this item' : `needs only ${lacking} more of this item`;
    return refuse('more-than-needed', `This order ${words}. Nothing was saved. Put the rest back on the shelf.`, [
      'lines',
      index,
      'quantity',
    ]);
  }
  return pickDrafts(command, part, sumByItem(lines), store, context);
}

/** By item: what is confirmed and neither set aside nor handed over. */
function lackingOf({ lines }: OrderPartView): Map<string, number> {
  return new Map(
    lines.map(({ item, confirmed, picked, putBack, fulfilled, fulfilledFromShelf }) => {
      const aside = Math.max(picked - putBack + fulfilledFromShelf, fulfilled);
      return [item, Math.max(0, confirmed - aside)];
    }),
  );
}

function moreThan(
  lines: readonly PromisedQuantity[],
  bounds: ReadonlyMap<string, number>,
): { readonly index: number; readonly lacking: number } | null {
  const exceeded = sumByItem(lines).find(({ item, quantity }) => quantity > (bounds.get(item) ?? 0));
  if (exceeded === undefined) return null;
  const index = lines.findIndex(({ item }) => item === exceeded.item);
  return { index, lacking: bounds.get(exceeded.item) ?? 0 };
}

/** Takes the goods from the part's reservations, the earliest first; what is beyond them is a pick without one. */
function pickDrafts(
  { order, view, reservations, ...options }: KnownOrder & CommandOptions,
  part: OrderPartView | undefined,
  lines: readonly PromisedQuantity[],
  store: string,
  context: CommandContext,
): Decision {
  const left = new Map(lines.map(({ item, quantity }) => [item, quantity]));
  const picks: Decision[] = [];
  // Whoever knows this part knows where it stands, and what was used of a promise that moves to other stores.
  const head = { type: 'OrderPicked', store, audience: otherStores(view, store) } as const;
  const pick = (reservation: EventId | null, taken: readonly PromisedQuantity[]): void => {
    for (const piece of cutLines({ order, reservation }, taken) ?? [taken])
      picks.push(
        commandDraft(head, { order, reservation, lines: piece }, context, {
          causationId: order,
          ...commandOptions(options),
        }),
      );
  };
  for (const { reservation, lines: confirmed } of part?.confirmations ?? []) {
    const used = usedOf(reservations.get(reservation) ?? { used: [] }, store);
    const taken = sumByItem(confirmed).flatMap(({ item, quantity }) => {
      const own = Math.min(left.get(item) ?? 0, Math.max(0, quantity - (used.get(item) ?? 0)));
      left.set(item, (left.get(item) ?? 0) - own);
      return own > 0 ? [{ item, quantity: own }] : [];
    });
    if (taken.length > 0) pick(reservation, taken);
  }
  const rest = [...left].flatMap(([item, quantity]) => (quantity > 0 ? [{ item, quantity }] : []));
  if (rest.length > 0) pick(null, rest);
  return allOf(picks);
}

export interface FulfilOrder extends CommandOptions, KnownOrder {
  /** One id for all events of the hand-over; a new one when absent. */
  readonly document?: string;
  readonly reference?: string;
  readonly customer?: string;
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    readonly unitPrice: Money | null;
    readonly unit?: Unit;
  }[];
}

/** Goods are handed over. What was not set aside before is picked with it, so that it leaves the shelf. */
export function fulfilOrder(command: FulfilOrder, context: CommandContext): Decision {
  const { order, view, lines, reference, customer } = command;
  const { store } = context;
  if (store === null) return noStore();
  const bad = linesRefusal(lines, 'Nothing was handed over yet, and nothing was saved. Scan the first item to begin.');
  if (bad !== null) return bad;
  const part = view?.parts.find((one) => one.store === store);
  const aside = new Map(
    part?.lines.map(({ item, picked, putBack, fulfilled, fulfilledFromShelf }) => [
      item,
      Math.max(0, picked - putBack - (fulfilled - fulfilledFromShelf)),
    ]),
  );
  const fromShelf = sumByItem(lines).flatMap(({ item, quantity }) => {
    const missing = quantity - (aside.get(item) ?? 0);
    return missing > 0 ? [{ item, quantity: missing }] : [];
  });
  const picked = pickDrafts(command, part, fromShelf, store, context);
  const document = command.document ?? context.newId();
  const shared = { order, document, reference, customer };
  const pieces = cutLines(shared, lines);
  if (pieces === undefined) {
    return refuse(
      'document-too-large',
      'This is too large to save at once. It is still on the screen. Save it in several parts.',
    );
  }
  const head = { type: 'OrderFulfilled', store, audience: otherStores(view, store) } as const;
  const options = { causationId: order, ...commandOptions(command) };
  return allOf([picked, ...pieces.map((piece) => commandDraft(head, { ...shared, lines: piece }, context, options))]);
}

export interface CancelOrder extends CommandOptions, KnownOrder {
  readonly reason: OrderCancelled['reason'];
}

/**
 * Ends an order without a hand-over: the part of the context's store; the whole order where the context has none, and where
 * its store placed the order. What was picked waits to be put back.
 */
export function cancelOrder(command: CancelOrder, context: CommandContext): Decision {
  const { order, view, reservations, reason } = command;
  const { store } = context;
  if (view === undefined) {
    return refuse(
      'unknown-order',
      'This device does not know that order. Nothing was changed. Look again when it is connected.',
    );
  }
  const whole = store === null || store === view.placedBy;
  const parts = view.parts.filter((part) => whole || part.store === store);
  const ended = endOf(view, parts, whole);
  if (ended !== null) return refuse('order-ended', `This order was ${endWords(ended)}. Nothing was changed.`);
  if (!whole && parts.length === 0) {
    return refuse(
      'other-store',
      'This store has no part in that order. Nothing was changed. Cancel it at head office.',
    );
  }
  const options = { causationId: order, ...commandOptions(command) };
  const head = { type: 'OrderCancelled', store, audience: otherStores(view, store) } as const;
  const cancelled = commandDraft(head, { order, reason, putBack: [] }, context, options);
  // A device speaks for its own store alone; the centre releases what other stores hold when it hears of this.
  const own = parts.filter((part) => store === null || part.store === store);
  const releases = own.flatMap((part) =>
    part.confirmations.flatMap(({ reservation }) => {
      const row = reservations.get(reservation);
      if (row === undefined || openLines(row).length === 0) return [];
      const release = { type: 'ReservationReleased', store: part.store, audience: [] } as const;
      return [commandDraft(release, { reservation, reason: 'cancelled' }, context, options)];
    }),
  );
  return allOf([cancelled, ...releases]);
}

type End = 'rejected' | 'cancelled' | 'fulfilled' | 'moved';

function endOf(view: OrderView, parts: readonly OrderPartView[], whole: boolean): End | null {
  const { state } = view;
  if (whole)
    return state === 'confirmed' || state === 'picked' || state === 'placed' || state === 'unknown' ? null : state;
  const states = parts.flatMap((part) => (part.state === null ? [] : [part.state]));
  if (states.length === 0) return null;
  if (states.every((one) => one === 'fulfilled')) return 'fulfilled';
  return states.every((one) => one === 'cancelled' || one === 'fulfilled') ? 'cancelled' : null;
}

function endWords(end: End): string {
  const words = {
    rejected: 'rejected',
    cancelled: 'cancelled',
    fulfilled: 'handed over completely',
    moved: 'given to other stores',
  } as const;
  return words[end];
}

export interface PutBack extends CommandOptions, KnownOrder {
  readonly lines: readonly PromisedQuantity[];
}

/** Goods that stood aside for an order that ended are on the shelf again. */
export function putBack(command: PutBack, context: CommandContext): Decision {
  const { order, view, lines } = command;
  const { store } = context;
  if (store === null) return noStore();
  const bad = linesRefusal(lines, 'Nothing was put back yet, and nothing was saved. Scan the first item to begin.');
  if (bad !== null) return bad;
  const part = view?.parts.find((one) => one.store === store);
  if (view === undefined || part === undefined) {
    return refuse(
      'unknown-order',
      'Nothing stands aside here for that order. Nothing was changed. Count the shelf if in doubt.',
    );
  }
  if (part.state === 'confirmed' || part.state === 'picked') {
    return refuse(
      'not-allowed',
      'This order still wants these goods. Nothing was changed. Cancel the order first, or reverse the pick.',
    );
  }
  const tooMany = moreThan(lines, new Map(part.lines.map(({ item, toPutBack }) => [item, toPutBack])));
  if (tooMany !== null) {
    return refuse(
      'more-than-needed',
      `Only ${tooMany.lacking} of this item stand aside for that order. Nothing was saved. Put that many back, and count the shelf if there are more.`,
      ['lines', tooMany.index, 'quantity'],
    );
  }
  const reason = view.cancelled.find((one) => one.store === null || one.store === store)?.reason ?? 'customer';
  const pieces = cutLines({ order, reason }, sumByItem(lines)) ?? [lines];
  const head = { type: 'OrderCancelled', store, audience: otherStores(view, store) } as const;
  const options = { causationId: order, ...commandOptions(command) };
  return allOf(pieces.map((piece) => commandDraft(head, { order, reason, putBack: piece }, context, options)));
}

function commandOptions({ occurredAt, causationId, correlationId }: CommandOptions): CommandOptions {
  return {
    ...(occurredAt === undefined ? {} : { occurredAt }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}
