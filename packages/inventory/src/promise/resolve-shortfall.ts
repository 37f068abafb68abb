// What is done about a broken promise: its missing goods come from another store, or it is cancelled. Decided by the centre,
// one at a time, on state folded to the head. Ids follow from the reservation that is broken: it ends with this, so that
// deciding twice is deciding once. Pure.
import type { EventDraft, EventId, HybridTime } from '@streamstock/event-log';
import { refuse, type Decision } from '../decider.ts';
import { ORDER_PARTS_MAX } from '../limits.ts';
import { otherStores } from './order-audience.ts';
import { partDrafts } from './order-answers.ts';
import type { OrderView } from './order-state.ts';
import { centreDraft, type CentreContext } from './promise-drafts.ts';
import type { Sourcing } from './promise-events.ts';
import type { OrderPart, OrderPlacement, PromisedQuantity, ReservationRow } from './promise-tables.ts';
import { openLines, usedOf } from './reservation-rows.ts';
import type { BrokenPromise } from './shortfalls.ts';
import { sourceOrder, type SourcedPart, type SourcingCandidate } from './sourcing.ts';

export type Resolution =
  | {
      readonly kind: 're-source';
      /** What each store may give; the store that is short is left out. */
      readonly candidates: readonly SourcingCandidate[];
      /** Absent: as the customer chose, who must be asked where that was one store. */
      readonly sourcing?: Sourcing;
    }
  | { readonly kind: 'cancel' };

export interface BrokenState {
  readonly broken: BrokenPromise;
  readonly row: ReservationRow | undefined;
  /** undefined: it serves no order, or one that nobody knows. */
  readonly view: OrderView | undefined;
}

const RESOLVE = 'shortfall';

export function resolveShortfall(
  state: BrokenState,
  resolution: Resolution,
  now: HybridTime,
  context: CentreContext,
): Decision {
  const { row } = state;
  const body = row?.body ?? null;
  const open = row === undefined ? [] : openLines(row);
  if (body === null || open.length === 0 || (body.expiresAt !== null && now >= body.expiresAt)) {
    return refuse(
      'already-ended',
      'This promise holds nothing any more. Nothing was changed, and nothing is left to do.',
    );
  }
  if (resolution.kind === 'cancel') return { ok: true, drafts: cancelDrafts(state, body.order, context) };
  return reSource(state, open, resolution, context);
}

function release(
  { store, reservation }: BrokenPromise,
  reason: 'cancelled' | 'sourced-elsewhere',
  view: OrderView | undefined,
  context: CentreContext,
): EventDraft {
  // The store that placed the order knows this part: it must hear that it does not stand any more.
  const placedBy = view?.placedBy ?? null;
  const audience = placedBy === null || placedBy === store ? [] : [placedBy];
  const head = { type: 'ReservationReleased', store, audience } as const;
  return centreDraft(head, { reservation, reason }, context, { purpose: `${RESOLVE}.release`, cause: reservation });
}

/** Ends the part of the store; the whole order where that store placed it: its customer is told there. */
function cancelDrafts(
  { broken, view }: BrokenState,
  order: EventId | null,
  context: CentreContext,
): readonly EventDraft[] {
  const released = release(broken, 'cancelled', view, context);
  if (order === null) return [released];
  const { store, reservation } = broken;
  const cancelled = centreDraft(
    { type: 'OrderCancelled', store, audience: otherStores(view, store) },
    { order, reason: 'not-available', putBack: [] },
    context,
    { purpose: `${RESOLVE}.cancel`, cause: reservation, correlation: order },
  );
  return [released, cancelled];
}

function reSource(
  { broken, row, view }: BrokenState,
  open: readonly PromisedQuantity[],
  { candidates, sourcing }: Extract<Resolution, { readonly kind: 're-source' }>,
  context: CentreContext,
): Decision {
  const part = view?.parts
    .flatMap(({ confirmations }) => confirmations)
    .find(({ reservation }) => reservation === broken.reservation);
  if (view === undefined || part === undefined || row === undefined) {
    return refuse(
      'unknown-order',
      'These goods are not held for an order, so no other store can stand in. Nothing was changed. Release them, or find the goods.',
    );
  }
  const state = view.parts.find(({ store }) => store === broken.store)?.state;
  if (state !== 'confirmed' && state !== 'picked') {
    return refuse('order-ended', 'This order has ended in that store. Nothing was changed, and nothing is left to do.');
  }
  const how = sourcing ?? view.placed?.sourcing ?? { kind: 'most-stock' as const };
  if (sourcing === undefined && how.kind === 'store') {
    return refuse(
      'not-allowed',
      'The customer chose this store. Nothing was changed. Choose another one together with them, or cancel.',
    );
  }
  const openOf = new Map(open.map(({ item, quantity }) => [item, quantity]));
  const uncovered = broken.uncovered.flatMap(({ item, quantity }) => {
    const missing = Math.min(quantity, openOf.get(item) ?? 0);
    return missing > 0 ? [{ item, quantity: missing }] : [];
  });
  if (uncovered.length === 0) {
    return refuse('already-ended', 'This promise can be kept again. Nothing was changed, and nothing is left to do.');
  }
  const otherParts = view.parts.filter(({ state: other, store }) => other !== null && store !== broken.store).length;
  const partsMax = ORDER_PARTS_MAX - otherParts - 1;
  const wish = {
    lines: uncovered,
    destination: view.placed?.destination ?? null,
    sourcing: how,
    split: view.placed?.split ?? false,
    partsMax,
  };
  const others = candidates.filter(({ store }) => store !== broken.store);
  const plan = partsMax < 1 ? ({ ok: false } as const) : sourceOrder(wish, others);
  if (!plan.ok) {
    return refuse(
      'not-available',
      'No other store has what is missing. Nothing was changed. Wait for a delivery, or cancel.',
    );
  }
  return {
    ok: true,
    drafts: movedDrafts(broken, { view, part, row, open, uncovered }, plan.parts, otherParts, context),
  };
}

interface Moving {
  readonly view: OrderView;
  readonly part: OrderPart;
  readonly row: ReservationRow;
  readonly open: readonly PromisedQuantity[];
  readonly uncovered: readonly PromisedQuantity[];
}

/** The promise is given anew: what its store still has from there, the rest from the others. */
function movedDrafts(
  broken: BrokenPromise,
  { view, part, row, open, uncovered }: Moving,
  parts: readonly SourcedPart[],
  otherParts: number,
  context: CentreContext,
): readonly EventDraft[] {
  const missing = new Map(uncovered.map(({ item, quantity }) => [item, quantity]));
  const kept = open.flatMap(({ item, quantity }) => {
    const rest = quantity - (missing.get(item) ?? 0);
    return rest > 0 ? [{ item, quantity: rest }] : [];
  });
  const all = kept.length === 0 ? parts : [{ store: broken.store, lines: kept }, ...parts];
  const drafts = partDrafts(
    view.order,
    view.placed,
    all,
    {
      lines: withoutUsed(part.lines, usedOf(row, broken.store)),
      holdUntil: part.holdUntil,
      reference: part.reference,
      customer: part.customer,
      placedBy: view.placedBy,
      otherParts,
    },
    context,
    { purpose: RESOLVE, cause: broken.reservation },
  );
  return [release(broken, 'sourced-elsewhere', view, context), ...drafts];
}

/** The lines of a part less what was taken for them, the first lines first. */
function withoutUsed(lines: OrderPlacement['lines'], used: ReadonlyMap<string, number>): OrderPlacement['lines'] {
  const left = new Map(used);
  return lines.flatMap((line) => {
    const taken = Math.min(line.quantity, left.get(line.item) ?? 0);
    left.set(line.item, (left.get(line.item) ?? 0) - taken);
    return line.quantity > taken ? [{ ...line, quantity: line.quantity - taken }] : [];
  });
}
