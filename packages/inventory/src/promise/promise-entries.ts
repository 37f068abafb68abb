// Small pure tools for rows that hold what was said: entries by (effective time, event), quantities by item.
import type { EventId } from '@streamstock/event-log';
import type { PromiseEntry, PromisedQuantity } from './promise-tables.ts';

/** Negative: `a` is earlier. */
export function compareEntries(a: PromiseEntry, b: PromiseEntry): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.event < b.event ? -1 : a.event > b.event ? 1 : 0;
}

/** The list with what `event` says now; null: it says nothing (any more). */
export function withEntry<Entry extends PromiseEntry>(
  entries: readonly Entry[],
  event: EventId,
  entry: Entry | null,
): readonly Entry[] {
  const others = entries.filter((other) => other.event !== event);
  if (entry === null) return others.length === entries.length ? entries : others;
  return [...others, entry].sort(compareEntries);
}

/** One quantity per item, by item: a document may name an item more than once. */
export function sumByItem(lines: readonly PromisedQuantity[]): PromisedQuantity[] {
  const sums = new Map<string, number>();
  for (const { item, quantity } of lines) sums.set(item, (sums.get(item) ?? 0) + quantity);
  return [...sums].map(([item, quantity]) => ({ item, quantity })).sort((a, b) => (a.item < b.item ? -1 : 1));
}

/** By item; items without any are not in it. */
export function quantitiesOf(goods: readonly { readonly lines: readonly PromisedQuantity[] }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { lines } of goods)
    for (const { item, quantity } of lines) sums.set(item, (sums.get(item) ?? 0) + quantity);
  return sums;
}
