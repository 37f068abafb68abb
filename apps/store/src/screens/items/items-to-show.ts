// Which items a list shows, in which order: all by name, those that a query finds, or those in one stock state. Pure.
import type { ItemHit, ItemIndex, ItemRow, StockLineRow } from '@streamstock/inventory';

export const SHOWN_FILTERS = ['out', 'oversold'] as const;
export type ShownFilter = (typeof SHOWN_FILTERS)[number];

/** Results one search lists. */
export const SEARCH_HITS_MAX = 500;

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

export function listItemsToShow(
  catalogue: { readonly index: Pick<ItemIndex, 'byName' | 'search'> },
  lines: ReadonlyMap<string, StockLineRow>,
  query: string,
  show: ShownFilter | null,
): readonly ItemHit[] {
  const fits = ({ item }: ItemHit): boolean => {
    if (show === null) return true;
    const onHand = lines.get(item.item)?.onHand;
    return onHand !== undefined && (show === 'out' ? onHand === 0 && item.lifecycle !== 'archived' : onHand < 0);
  };
  if (query.trim() !== '') return catalogue.index.search(query, SEARCH_HITS_MAX).filter(fits);
  const all = sortedByName(catalogue.index.byName);
  return show === null ? all : all.filter(fits);
}

/** Sorting 50,000 names takes a while, a third of it where they are nearly in order; it is done once for each catalogue. */
const sortedLists = new WeakMap<readonly ItemRow[], readonly ItemHit[]>();

function sortedByName(items: readonly ItemRow[]): readonly ItemHit[] {
  const known = sortedLists.get(items);
  if (known !== undefined) return known;
  const hits = items
    .filter(({ lifecycle }) => lifecycle !== 'archived')
    .toSorted((a, b) => byName.compare(a.name, b.name))
    .map((item): ItemHit => ({ item, by: 'name' }));
  sortedLists.set(items, hits);
  return hits;
}
