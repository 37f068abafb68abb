// Commands about orders from suppliers: order, cancel. What comes of them is a delivery (`receive` with `restock`).
import type { EventId, HybridTime } from '@streamstock/event-log';
import { refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { draftDocument, draftStatement, given, linesRefusal, noStore } from '../document-drafts.ts';
import type { Money } from '../words.ts';
import type { RestockOrder } from './restock-order-view.ts';

export interface OrderRestockCommand extends CommandOptions {
  /** Absent: not said. */
  readonly supplier?: string | null;
  readonly reference?: string;
  /** The suggestion that is followed. */
  readonly suggestion?: EventId | null;
  readonly expectedAt?: HybridTime | null;
  /** `unitCost`: per smallest unit, as agreed; null: not known. */
  readonly lines: readonly { readonly item: string; readonly quantity: number; readonly unitCost: Money | null }[];
}

export interface CancelRestockCommand extends CommandOptions {
  /** With `state`, what is over already is refused. */
  readonly order: Pick<RestockOrder, 'order' | 'store'> & Partial<Pick<RestockOrder, 'state'>>;
  readonly reason?: string;
}

/** Goods were ordered for the store of the context. Lines too many for one event are several orders. */
export function orderRestock(command: OrderRestockCommand, context: CommandContext): Decision {
  const { supplier = null, reference, suggestion = null, expectedAt = null, lines } = command;
  const { store } = context;
  if (store === null) return noStore();
  const badLine = linesRefusal(lines, ['quantity'], 1);
  if (badLine !== null) return badLine;
  const plan = {
    type: 'RestockOrdered',
    store,
    audience: [],
    lines,
    head: () => given({ supplier, reference, suggestion, expectedAt }),
    empty: 'This order has no lines yet, and nothing was saved. Add the first item to begin.',
  } as const;
  return draftDocument(plan, suggestion === null ? command : { causationId: suggestion, ...command }, context);
}

/** What has not come of an order will not come. */
export function cancelRestock(command: CancelRestockCommand, context: CommandContext): Decision {
  const { order, store: ordering, state } = command.order;
  const { store } = context;
  if (store === null) return noStore();
  if (store !== ordering) {
    return refuse('other-store', 'That order belongs to another store. Nothing was changed. Cancel it there.');
  }
  if (state === 'cancelled') {
    return refuse(
      'already-cancelled',
      'This order is cancelled already. Nothing was saved, and nothing needs to be done.',
    );
  }
  if (state === 'complete') {
    return refuse(
      'nothing-missing',
      'Everything of this order has come. Nothing was saved: there is nothing to cancel.',
    );
  }
  return draftStatement(
    { type: 'RestockCancelled', store, audience: [] },
    { order, reason: command.reason },
    { causationId: order, ...command },
    context,
  );
}
