// Small matrices for tests of view models.
import type { StockMatrix, StoreHead } from '@streamstock/api';

export function sampleStore(store: string, over: Partial<StoreHead> = {}): StoreHead {
  return {
    store,
    name: `Store ${store}`,
    currency: 'EUR',
    timeZone: 'Europe/Lisbon',
    silentAfterMs: 7_200_000,
    devices: 1,
    devicesConnected: 1,
    freshness: { asOfMs: 1_000_000, unsent: 0, oldestUnsentAtMs: null, silent: false },
    ...over,
  };
}

/** Rows of figures by store, in the order of `stores`; items are called `i0`, `i1`, … */
export function sampleMatrix(stores: readonly StoreHead[], onHand: (number | null)[][], position = 1): StockMatrix {
  const rows = onHand[0]?.length ?? 0;
  return {
    position,
    asOfMs: 1_000_000,
    at: null,
    stores: [...stores],
    items: Array.from({ length: rows }, (_, row) => [
      `i${row}`,
      `SKU-${row}`,
      `Item ${row}`,
      row % 2 === 0 ? 'Even' : 'Odd',
      'pcs',
      0,
    ]),
    onHand,
    available: onHand,
    recount: stores.map(() => []),
  };
}
