// What the centre says to orders: yes, part by part, or no; and the end of what ended orders still hold. Pure; decided one at
// a time, on state folded to the head. Ids follow from the order: deciding twice is answering once.
import type { EventDraft, EventId, HybridTime } from '@streamstock/event-log';
import { given } from '../document-drafts.ts';
import type { OrderView } from './order-state.ts';
import { centreDraft, type CentreContext } from './promise-drafts.ts';
import { sumByItem } from './promise-entries.ts';
import type { OrderPlaced, PromiseRefusal } from './promise-events.ts';
import type { OrderPlacement, ReservationRow, ShortLine } from './promise-tables.ts';
import { openLines } from './reservation-rows.ts';
import { shortLine, sourceOrder, type SourcedPart, type SourcingCandidate } from './sourcing.ts';

const ANSWER = 'order-answer';
const RELEASE = 'order-release';
const CANCELLATION = 'order-part-cancellation';

export interface OrderOffer {
  /** What each store may give at `now`. */
  readonly candidates: readonly SourcingCandidate[];
  /** Items of the order that the catalogue does not know. */
  readonly unknownItems?: ReadonlySet<string>;
}

/** A reservation and a confirmation per part, or a rejection; nothing when the order is not waiting for an answer. */
export function decideOrder(
  { order, state, placed }: OrderView,
  offer: OrderOffer,
  now: HybridTime,
  context: CentreContext,
): readonly EventDraft[] {
  if (state !== 'placed' || placed === null) return [];
  const rejected = (reason: PromiseRefusal, lines: readonly ShortLine[]): readonly EventDraft[] => [
    centreDraft(
      { type: 'OrderRejected', store: placed.store, audience: [] },
      { order, reason, lines: [...lines] },
      context,
      { purpose: `${ANSWER}.0`, cause: order },
    ),
  ];
  if (placed.holdUntil !== null && now >= placed.holdUntil) return rejected('expired', []);
  const unknown = sumByItem(placed.lines).filter(({ item }) => offer.unknownItems?.has(item) === true);
  if (unknown.length > 0) {
    return rejected(
      'unknown-item',
      unknown.map(({ item, quantity }) => shortLine(item, quantity, 0)),
    );
  }
  const plan = sourceOrder(placed, offer.candidates);
  if (!plan.ok) return rejected(plan.reason, plan.lines);
  return partDrafts(order, placed, plan.parts, { lines: placed.lines, holdUntil: placed.holdUntil }, context, {
    purpose: ANSWER,
    cause: order,
  });
}

/** What the parts of an order have in common. */
export interface PartTerms {
  /** What is shared out among the parts, with its prices. */
  readonly lines: OrderPlaced['lines'];
  readonly holdUntil: HybridTime | null;
  readonly reference?: string | undefined;
  readonly customer?: string | undefined;
  /** Where the placement is not known: the store that placed the order. Absent: none did. */
  readonly placedBy?: string | null;
  /** Parts of the order besides these. Absent: none. */
  readonly otherParts?: number;
}

/** A reservation and a confirmation for each part; `purpose` and the number of the draft make its id. */
export function partDrafts(
  order: EventId,
  placed: OrderPlacement | null,
  parts: readonly SourcedPart[],
  terms: PartTerms,
  context: CentreContext,
  { purpose, cause }: { readonly purpose: string; readonly cause: EventId },
): readonly EventDraft[] {
  const { reference = placed?.reference, customer = placed?.customer, holdUntil, otherParts = 0 } = terms;
  const placedBy = placed === null ? terms.placedBy : placed.store;
  const owner = customer ?? order;
  const left = terms.lines.map((line) => ({ ...line }));
  return parts.flatMap(({ store, lines }, index) => {
    const origin = (number: number) => ({ purpose: `${purpose}.${index * 2 + number}`, cause, correlation: order });
    const reserved = centreDraft(
      { type: 'StockReserved', store, audience: [] },
      { request: null, order, owner, lines: [...lines], expiresAt: holdUntil },
      context,
      origin(0),
    );
    const confirmation = given({
      order,
      reservation: reserved.id,
      placedBy: placedBy ?? undefined,
      reference,
      customer,
      parts: parts.length + otherParts,
      lines: takeLines(left, lines),
      holdUntil,
    });
    // The store that placed the order hears of it, wherever its goods come from.
    const audience = placedBy && placedBy !== store ? [placedBy] : [];
    return [reserved, centreDraft({ type: 'OrderConfirmed', store, audience }, confirmation, context, origin(1))];
  });
}

/** Takes these quantities off `left`, line by line, so that each keeps the price it was ordered at. */
function takeLines(
  left: { item: string; quantity: number; unitPrice: OrderPlaced['lines'][number]['unitPrice'] }[],
  wanted: readonly { readonly item: string; readonly quantity: number }[],
): OrderPlaced['lines'] {
  const missing = new Map(wanted.map(({ item, quantity }) => [item, quantity]));
  return left.flatMap((line) => {
    const quantity = Math.min(line.quantity, missing.get(line.item) ?? 0);
    if (quantity === 0) return [];
    line.quantity -= quantity;
    missing.set(line.item, (missing.get(line.item) ?? 0) - quantity);
    return [{ item: line.item, quantity, unitPrice: line.unitPrice }];
  });
}

/** One release for each reservation that still holds goods for a part that was cancelled or handed over completely. */
export function releaseEnded(
  { order, parts }: OrderView,
  reservations: ReadonlyMap<EventId, ReservationRow>,
  context: CentreContext,
): readonly EventDraft[] {
  return parts.flatMap(({ store, state, confirmations }) => {
    if (state !== 'cancelled' && state !== 'fulfilled') return [];
    const reason = state === 'cancelled' ? ('cancelled' as const) : ('collected' as const);
    return confirmations.flatMap(({ reservation }) => {
      const row = reservations.get(reservation);
      if (row === undefined || openLines(row).length === 0) return [];
      return [
        centreDraft({ type: 'ReservationReleased', store, audience: [] }, { reservation, reason }, context, {
          purpose: RELEASE,
          cause: reservation,
          correlation: order,
        }),
      ];
    });
  });
}

/**
 * One cancellation for each part that was ended from elsewhere by somebody who could not name its store: a device that cancels
 * offline may not know yet, or not any more, where the goods come from. Head office sees the head: there only parts that still
 * hold goods were not named.
 */
export function cancelPartsElsewhere(
  { order, parts, cancelled }: OrderView,
  reservations: ReadonlyMap<EventId, ReservationRow>,
  context: CentreContext,
): readonly EventDraft[] {
  const [first] = cancelled;
  if (first === undefined) return [];
  const byHeadOffice = cancelled.some((one) => one.store === null);
  return parts.flatMap(({ store, state, confirmations }) => {
    if (state !== 'cancelled' || cancelled.some((one) => one.store === store)) return [];
    const held = confirmations.some(({ reservation }) => {
      const row = reservations.get(reservation);
      return row !== undefined && openLines(row).length > 0;
    });
    if (byHeadOffice && !held) return [];
    const payload = { order, reason: first.reason, putBack: [] };
    const origin = { purpose: `${CANCELLATION}.${store}`, cause: order };
    return [centreDraft({ type: 'OrderCancelled', store, audience: [] }, payload, context, origin)];
  });
}
