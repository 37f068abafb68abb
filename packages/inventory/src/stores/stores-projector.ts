// Folds the events of stores into the list of stores. Order-free; owns its tables.
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { parsePayload } from '../payloads.ts';
import { foldRegisters, type EditChange, type RegisterTables } from '../register-fold.ts';
import { STORE_EDITS_TABLE, STORES_AWAITED_TABLE, STORES_TABLE } from './store-tables.ts';

const STORE_REGISTERS: RegisterTables = {
  rows: STORES_TABLE,
  entityField: 'store',
  fixedFields: ['currency'],
  valueFields: ['name', 'timeZone', 'areas', 'silentAfterMs', 'location'],
  edits: STORE_EDITS_TABLE,
  awaited: STORES_AWAITED_TABLE,
};

export const storesProjector: Projector = {
  name: 'stores',
  version: 2,
  tables: [STORES_TABLE, STORES_AWAITED_TABLE, STORE_EDITS_TABLE],
  snapshot: { [STORES_TABLE]: 'all', [STORES_AWAITED_TABLE]: 'all', [STORE_EDITS_TABLE]: 'all' },
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const edits: EditChange[] = [];
    for (const { event, before, after } of changes) {
      const times = { id: event.id, before: before?.effectiveAt ?? null, after: after?.effectiveAt ?? null };
      if (times.before === times.after) continue;
      const parsed = parsePayload(event);
      if (!parsed.ok) continue;
      if (parsed.type === 'StoreOpened') {
        const { store, currency, ...values } = parsed.payload;
        edits.push({ entity: store, edit: { fixed: { currency }, values }, ...times });
      } else if (parsed.type === 'StoreRevised') {
        const { store, ...fields } = parsed.payload;
        const named = Object.entries(fields).filter(([, value]) => value !== undefined);
        edits.push({ entity: store, edit: { fixed: null, values: Object.fromEntries(named) }, ...times });
      }
    }
    await foldRegisters(tables, STORE_REGISTERS, edits);
  },
};
