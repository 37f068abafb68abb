// Who must hear of what happens to an order. Pure.
import { AUDIENCE_STORES_MAX } from '@streamstock/event-log';
import type { OrderView } from './order-state.ts';

/** Stores besides `store` that must hear of what happens to an order; all, where they are too many to name. */
export function otherStores(view: OrderView | undefined, store: string | null): 'all' | readonly string[] {
  const stores = new Set(view?.parts.map((part) => part.store));
  if (view?.placedBy) stores.add(view.placedBy);
  const others = [...stores].filter((other) => other !== store).sort();
  return others.length > AUDIENCE_STORES_MAX ? 'all' : others;
}
