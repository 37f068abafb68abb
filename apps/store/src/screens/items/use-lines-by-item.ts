// The store's stock lines by item, live: for lists.
import type { StockLineRow } from '@streamstock/inventory';
import { useStockLines } from '../today/use-store-facts.ts';

const NONE: ReadonlyMap<string, StockLineRow> = new Map();
/** One map for one reading of the lines, for every list that asks. */
const maps = new WeakMap<readonly StockLineRow[], ReadonlyMap<string, StockLineRow>>();

export function useLinesByItem(): ReadonlyMap<string, StockLineRow> {
  const lines = useStockLines();
  if (lines === undefined) return NONE;
  const known = maps.get(lines);
  if (known !== undefined) return known;
  const map = new Map(lines.map((line) => [line.item, line]));
  maps.set(lines, map);
  return map;
}
