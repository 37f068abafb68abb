import {
  MemoryDeviceLog,
  MemoryDisk,
  newEventId,
  sha256,
  type DeviceLogChange,
  type EventDraft,
} from '@streamstock/event-log';
import {
  BARCODES_TABLE,
  ITEMS_TABLE,
  inventoryProjectors,
  type BarcodeRow,
  type ItemRow,
} from '@streamstock/inventory';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.ts';

const when = { at: 1, id: 'e1' };

function item(id: string, name: string): ItemRow {
  return {
    item: id,
    sku: id.toUpperCase(),
    name,
    category: 'Dairy',
    unit: 'piece',
    quantityScale: 0,
    price: null,
    currency: 'EUR',
    lifecycle: 'active',
    registered: when,
    registers: {},
  };
}

function code(value: string, of: string, packSize = 1): BarcodeRow {
  return { code: value, item: of, packSize, contested: false, claims: [] };
}

/** Tables that a test changes, and a stream of commits. */
function device(items: ItemRow[], codes: BarcodeRow[]) {
  const changes$ = new Subject<DeviceLogChange>();
  const rows: Record<string, readonly { readonly key: string; readonly value: unknown }[]> = {};
  const put = (nextItems: ItemRow[], nextCodes: BarcodeRow[]) => {
    rows[ITEMS_TABLE] = nextItems.map((value) => ({ key: value.item, value }));
    rows[BARCODES_TABLE] = nextCodes.map((value) => ({ key: value.code, value }));
  };
  put(items, codes);
  let reads = 0;
  const tables = {
    getMany: async () => [],
    range: async <Value>(table: string, { from }: { readonly from?: string }) => {
      if (table === ITEMS_TABLE && from === undefined) reads += 1;
      return from === undefined ? ((rows[table] ?? []) as { key: string; value: Value }[]) : [];
    },
  };
  const catalogue = new Catalogue({ tables, changes$ }, () => 0);
  return { catalogue, changes$, put, reads: () => reads };
}

/** It holds what was committed last: after milliseconds, or once the part that reads it is loaded. */
const untilFresh = async (catalogue: Catalogue) => await expect.poll(() => catalogue.fresh, { interval: 1 }).toBe(true);

describe('the catalogue in memory', () => {
  it('knows a code with a symbology prefix, and a UPC as the EAN with a zero before it', async () => {
    const { catalogue } = device(
      [item('oat', 'Oat drink')],
      [code('0012345678905', 'oat'), code('112233445566', 'oat', 6)],
    );
    await untilFresh(catalogue);
    expect(catalogue.find(']E00012345678905')?.item.item).toBe('oat');
    expect(catalogue.find('012345678905')?.item.item).toBe('oat');
    expect(catalogue.find('0112233445566')?.packSize).toBe(6);
    expect(catalogue.find('OAT')?.packSize).toBe(1);
    expect(catalogue.find('4711')).toBeUndefined();
  });

  it('is read again after frames, and told only when something in it changed', async () => {
    const { catalogue, changes$, put, reads } = device([item('oat', 'Oat drink')], []);
    await untilFresh(catalogue);
    const version = catalogue.version();
    expect(catalogue.fresh).toBe(true);
    changes$.next({ cause: 'frame' });
    expect(catalogue.fresh).toBe(false);
    catalogue.hurry();
    await untilFresh(catalogue);
    expect(reads()).toBe(2);
    expect(catalogue.version()).toBe(version);
    put([item('oat', 'Oat drink 1 L')], []);
    changes$.next({ cause: 'frame' });
    catalogue.hurry();
    await untilFresh(catalogue);
    expect(catalogue.version()).toBe(version + 1);
    expect(catalogue.index.item('oat')?.name).toBe('Oat drink 1 L');
  });

  it('rests between two readings', async () => {
    const { catalogue, changes$, reads } = device([item('oat', 'Oat drink')], []);
    await untilFresh(catalogue);
    for (let frames = 0; frames < 10; frames += 1) changes$.next({ cause: 'frame' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads()).toBe(1);
    expect(catalogue.fresh).toBe(false);
  });

  it('is read at once when the device got another base, also while it is being read', async () => {
    const { catalogue, changes$, put, reads } = device([], []);
    await untilFresh(catalogue);
    put([item('oat', 'Oat drink')], []);
    changes$.next({ cause: 'frame' });
    changes$.next({ cause: 'rebuild' });
    await Promise.resolve();
    changes$.next({ cause: 'rebuild' });
    await untilFresh(catalogue);
    expect(reads()).toBeGreaterThanOrEqual(2);
    expect(catalogue.index.size).toBe(1);
    expect(catalogue.fresh).toBe(true);
  });

  it('works over the real tables', async () => {
    const log = new MemoryDeviceLog(new MemoryDisk(), inventoryProjectors, sha256);
    await log.enrol({ device: 'till-1', store: 'lisboa' });
    const draft: EventDraft = {
      id: newEventId(1_000, (length) => new Uint8Array(length)),
      type: 'ItemRegistered',
      schemaVersion: 1,
      store: null,
      audience: 'all',
      actor: 'office',
      payload: {
        item: 'oat',
        sku: 'OAT-1',
        name: 'Oat drink',
        category: 'Drinks',
        unit: 'piece',
        quantityScale: 0,
        price: null,
        currency: 'EUR',
        lifecycle: 'active',
      },
    };
    await log.append({ drafts: [draft], clock: { nowMs: 1_000, uncertaintyMs: 0 } });
    const catalogue = new Catalogue({ tables: log.tables, changes$: new Subject<DeviceLogChange>() });
    await untilFresh(catalogue);
    expect(catalogue.index.search('oat', 5)).toHaveLength(1);
  });
});
