// One stock line, live.
import { readStockLine, type StockLineRow } from '@streamstock/inventory';
import type { LiveAnswer } from './live-query.ts';
import { useLive, useStoreId } from './use-device.tsx';

/** null: nothing is known of this line, which is not the same as zero; undefined: being read. */
export function useStockLine(item: string): LiveAnswer<StockLineRow | null> {
  const store = useStoreId();
  return useLive(
    `line ${store} ${item}`,
    async ({ engine }) => (await readStockLine(engine.tables, store, item)) ?? null,
  );
}
