// What snapshots of this product hold: the read models of devices, in the order in which screens need them, lines with their old
// journal as a base. Plain data; the worker that builds runs by it, the routes name it.
import type { SnapshotPlan } from '@streamstock/central-engine';
import { JUDGEMENTS_TABLE, snapshotTables } from '@streamstock/event-log';
import { COMPACTED_TABLES, compactedLines, inventoryProjectors } from '@streamstock/inventory';
import { nativeSha256 } from '@streamstock/log-sql';

/** What a till shows first; of the rest what is searched, then what is looked up. */
const FIRST = [
  'stores',
  'items',
  'stock-lines',
  'barcodes',
  'policies',
  'restock-incoming',
  'in-transit',
  'reservation-lines',
  'stock-bases',
  'stock-journal',
] as const;
/** Only of use to what happens later to old documents. */
const LAST = ['stock-entries', 'item-edits', 'policy-edits', 'store-edits', JUDGEMENTS_TABLE] as const;

function tablesInOrder(): string[] {
  const all = snapshotTables(inventoryProjectors).map(({ table }) => table);
  const named = new Set<string>([...FIRST, ...LAST]);
  return [...FIRST, ...all.filter((table) => !named.has(table)), ...LAST];
}

export const snapshotPlan: SnapshotPlan = {
  projectors: inventoryProjectors,
  order: tablesInOrder(),
  preparation: { tables: COMPACTED_TABLES, rows: compactedLines },
  hash: nativeSha256,
};
