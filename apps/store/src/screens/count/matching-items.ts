// Which items of a count's list a query finds: by every word in name or SKU. Pure; the list is short beside the catalogue.
import { searchable, type ItemRow } from '@streamstock/inventory';

export function matchingItems(items: readonly ItemRow[], query: string): readonly ItemRow[] {
  const words = searchable(query.trim()).split(/\s+/).filter(Boolean);
  return items.filter(({ name, sku }) => {
    const text = searchable(`${name} ${sku}`);
    return words.every((word) => text.includes(word));
  });
}
