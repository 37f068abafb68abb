// The keys of a till while selling. Enter never commits: scanners send it.
import { useState } from 'react';
import { useKeys } from '../../scanning/use-scanner.tsx';
import type { SaleControl } from './use-sale.ts';

/** Escape leaves work in progress only when pressed again within this time. */
const LEAVE_AGAIN_MS = 2_000;

/** Returns whether the next Escape leaves the unfinished sale. */
export function useSaleKeys(
  sale: SaleControl,
  search: { readonly query: string; readonly clearQuery: () => void; readonly openSearch: () => void },
): boolean {
  const [leaveUntilMs, setLeaveUntilMs] = useState(0);
  const onEscape = (): boolean => {
    if (search.query !== '') search.clearQuery();
    else if (sale.entry.typed !== '') sale.clearTyped();
    else if (sale.entry.multiplier !== null) sale.disarm();
    else {
      const unfinished = sale.state?.phase === 'open' && sale.state.doc.lines.lines.length > 0;
      if (!unfinished || performance.now() < leaveUntilMs) return false;
      setLeaveUntilMs(performance.now() + LEAVE_AGAIN_MS);
      setTimeout(() => setLeaveUntilMs(0), LEAVE_AGAIN_MS);
    }
    return true;
  };
  useKeys((key) => {
    const item = sale.state?.phase === 'open' ? (sale.view?.inHand ?? null) : null;
    const unit = 10 ** (item?.scale ?? 0);
    switch (key) {
      case 'Escape':
        return onEscape();
      case '/':
        search.openSearch();
        return true;
      case 'Ctrl+Enter':
        void sale.desk?.commit();
        return true;
      case 'Ctrl+z':
        sale.apply({ kind: 'undo' });
        return true;
      case 'ArrowUp':
      case 'ArrowDown':
        sale.apply({ kind: 'walk', by: key === 'ArrowUp' ? -1 : 1 });
        return true;
      case '+':
      case '-':
        if (item !== null) sale.apply({ kind: 'step', item: item.item, by: key === '+' ? unit : -unit });
        return true;
      case 'Delete':
        if (item !== null) sale.apply({ kind: 'remove', item: item.item });
        return true;
      default:
        return false;
    }
  });
  return leaveUntilMs > 0;
}
