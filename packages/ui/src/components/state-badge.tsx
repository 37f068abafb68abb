// A stock state, said three ways at once: icon, word and fill. In a dense cell the icon stands alone and the word becomes
// its accessible name and its hover text.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { formatQuantity } from '../format/number.ts';
import classes from './state-badge.module.css';
import { stateIcons } from './stock-state.ts';
import type { StockState } from './stock-state.ts';

/** The word of a state; empty for `in-stock`. `quantity` is said by `counted` alone ("Counted 0"). */
export function useStateWord(): (state: StockState, quantity?: number) => string {
  const { t } = useLingui();
  const counted = (quantity: number | undefined): string => {
    if (quantity === undefined) return t({ message: 'Counted', comment: 'State of a line while counting.' });
    const figure = formatQuantity(quantity);
    return t({ message: `Counted ${figure}`, comment: 'State of a line while counting, with its quantity; also 0.' });
  };
  // One word is made, not all: a grid asks thousands of times.
  return (state, quantity) => {
    switch (state) {
      case 'in-stock':
        return '';
      case 'low':
        return t({ message: 'Low', comment: 'Stock state, on a badge; below the reorder point. One word.' });
      case 'critical':
        return t({ message: 'Critical', comment: 'Stock state, on a badge; nearly out. One word.' });
      case 'out':
        return t({ message: 'Out', comment: 'Stock state, on a badge; nothing on hand. One or two words.' });
      case 'oversold':
        return t({ message: 'Oversold', comment: 'Stock state, on a badge; more sold than was known of.' });
      case 'overstock':
        return t({ message: 'Overstock', comment: 'Stock state, on a badge; more than there is room for.' });
      case 'rapid-depletion':
        return t({ message: 'Selling fast', comment: 'Stock state, on a badge. Two words.' });
      case 'recount':
        return t({ message: 'Recount', comment: 'Stock state, on a badge; the figure should be counted again.' });
      case 'not-counted':
        return t({ message: 'Not counted', comment: 'State of a line while counting: nobody has counted it.' });
      case 'counted':
        return counted(quantity);
      case 'reserved':
        return t({ message: 'Reserved', comment: 'Goods promised to someone.' });
      case 'unsellable':
        return t({ message: 'Unsellable', comment: 'Damaged goods awaiting a decision.' });
      case 'incoming':
        return t({ message: 'Incoming', comment: 'Ordered goods that have not arrived.' });
      case 'in-transit':
        return t({ message: 'In transit', comment: 'Goods on their way between stores.' });
      case 'silent':
        return t({ message: 'Silent', comment: 'A store that has not reported for long. One word.' });
    }
  };
}

export interface StateIconProps {
  readonly state: StockState;
  readonly quantity?: number;
  /** False when the same word stands beside it and need not be said twice. */
  readonly named?: boolean;
}

/** The icon of a state, 16 px, in the ink of its rank. Draws nothing for `in-stock`. */
export function StateIcon({ state, quantity, named = true }: StateIconProps): ReactNode {
  const word = useStateWord()(state, quantity);
  const Icon = stateIcons[state];
  if (!Icon) return null;
  return (
    <span {...(named ? { role: 'img', 'aria-label': word, title: word } : { 'aria-hidden': true })}>
      <Icon className={classes['icon'] ?? ''} data-state={state} aria-hidden="true" />
    </span>
  );
}

export interface StateBadgeProps {
  readonly state: StockState;
  /** Said by `counted` alone. */
  readonly quantity?: number;
  /** Icon only, for the cells of a grid. */
  readonly dense?: boolean;
}

export function StateBadge({ state, quantity, dense = false }: StateBadgeProps): ReactNode {
  const word = useStateWord()(state, quantity);
  const Icon = stateIcons[state];
  if (!Icon) return null;
  if (dense) return <StateIcon state={state} {...(quantity === undefined ? {} : { quantity })} />;
  return (
    <span className={classes['badge']} data-state={state}>
      <Icon aria-hidden="true" />
      {word}
    </span>
  );
}
