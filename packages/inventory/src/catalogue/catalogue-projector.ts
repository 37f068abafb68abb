// Folds the catalogue's events into items and barcodes. Order-free; owns their tables.
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { foldRegisters, type EditChange, type RegisterTables } from '../register-fold.ts';
import { foldBarcodes, type ClaimChange } from './barcode-fold.ts';
import type { ItemRegistered } from './catalogue-events.ts';
import { BARCODES_TABLE, ITEM_EDITS_TABLE, ITEMS_AWAITED_TABLE, ITEMS_TABLE } from './catalogue-tables.ts';

const ITEM_REGISTERS: RegisterTables = {
  rows: ITEMS_TABLE,
  entityField: 'item',
  fixedFields: ['unit', 'quantityScale', 'currency'],
  valueFields: ['sku', 'name', 'category', 'price', 'lifecycle'],
  edits: ITEM_EDITS_TABLE,
  awaited: ITEMS_AWAITED_TABLE,
};

function registration(payload: ItemRegistered): EditChange['edit'] {
  const { sku, name, category, price, lifecycle, unit, quantityScale, currency } = payload;
  return { fixed: { unit, quantityScale, currency }, values: { sku, name, category, price, lifecycle } };
}

export const catalogueProjector: Projector = {
  name: 'catalogue',
  version: 2,
  tables: [ITEMS_TABLE, ITEMS_AWAITED_TABLE, ITEM_EDITS_TABLE, BARCODES_TABLE],
  snapshot: {
    [ITEMS_TABLE]: 'all',
    [ITEMS_AWAITED_TABLE]: 'all',
    [ITEM_EDITS_TABLE]: 'all',
    [BARCODES_TABLE]: 'all',
  },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const edits: EditChange[] = [];
    const claims: ClaimChange[] = [];
    for (const { event, before, after } of changes) {
      if (before === null && after === null) continue;
      const times = { id: event.id, before: before?.effectiveAt ?? null, after: after?.effectiveAt ?? null };
      if (times.before === times.after) continue;
      const parsed = parsePayload(event);
      if (!parsed.ok) continue;
      if (parsed.type === 'ItemRegistered') {
        edits.push({ entity: parsed.payload.item, edit: registration(parsed.payload), ...times });
      } else if (parsed.type === 'ItemRevised') {
        const { item, ...fields } = parsed.payload;
        const named = Object.entries(fields).filter(([, value]) => value !== undefined);
        edits.push({ entity: item, edit: { fixed: null, values: Object.fromEntries(named) }, ...times });
      } else if (parsed.type === 'ItemArchived') {
        const { item } = parsed.payload;
        edits.push({ entity: item, edit: { fixed: null, values: { lifecycle: 'archived' } }, ...times });
      } else if (parsed.type === 'BarcodeAssigned') {
        claims.push({ ...parsed.payload, ...times });
      }
    }
    await foldRegisters(tables, ITEM_REGISTERS, edits);
    await foldBarcodes(tables, claims);
  },
};
