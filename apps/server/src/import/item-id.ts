// The id under which an import registers an item that the log does not know: it follows from the SKU, so that every import
// of the same SKU, whatever the file, means the same item.
import { deriveEventId, type Sha256 } from '@streamstock/event-log';

export function itemIdOf(hash: Sha256, sku: string): string {
  return deriveEventId(hash, 'import-item', sku);
}
