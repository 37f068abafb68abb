// The store's stock lines by item, live: for lists.
import type { StockLineRow } from '@streamstock/inventory';
import { useMemo } from 'react';
import { useStockLines } from '../today/use-store-facts.ts';

export function useLinesByItem(): ReadonlyMap<string, StockLineRow> {
  const lines = useStockLines();
  return useMemo(() => new Map(lines?.map((line) => [line.item, line])), [lines]);
}
