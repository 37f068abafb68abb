// The one badge a stock line may show. Pure. Low and critical need a policy, which devices do not have yet.
import type { StockLineRow } from '@streamstock/inventory';
import { worstState, type StockState } from '@streamstock/ui';

/** While figures are incomplete nobody can tell what is out or oversold. */
export function lineState(line: StockLineRow | undefined, figuresIncomplete: boolean): StockState | null {
  if (line === undefined) return null;
  const states: StockState[] = [];
  if (!figuresIncomplete && line.onHand < 0) states.push('oversold');
  if (!figuresIncomplete && line.onHand === 0) states.push('out');
  if (line.recount) states.push('recount');
  return worstState(states);
}
