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
  return (state, quantity) => {
    const figure = quantity === undefined ? '' : formatQuantity(quantity);
    const words: Record<StockState, string> = {
      'in-stock': '',
      low: t({ message: 'Low', comment: 'Stock state, on a badge; below the reorder point. One word.' }),
      critical: t({ message: 'Critical', comment: 'Stock state, on a badge; nearly out. One word.' }),
      out: t({ message: 'Out', comment: 'Stock state, on a badge; nothing on hand. One or two words.' }),
      oversold: t({ message: 'Oversold', comment: 'Stock state, on a badge; more sold than was known of.' }),
      overstock: t({ message: 'Overstock', comment: 'Stock state, on a badge; more than there is room for.' }),
      'rapid-depletion': t({ message: 'Selling fast', comment: 'Stock state, on a badge. Two words.' }),
      recount: t({ message: 'Recount', comment: 'Stock state, on a badge; the figure should be counted again.' }),
      'not-counted': t({ message: 'Not counted', comment: 'State of a line while counting: nobody has counted it.' }),
      counted:
        quantity === undefined
          ? t({ message: 'Counted', comment: 'State of a line while counting.' })
          : t({ message: `Counted ${figure}`, comment: 'State of a line while counting, with its quantity; also 0.' }),
      reserved: t({ message: 'Reserved', comment: 'Goods promised to someone.' }),
      unsellable: t({ message: 'Unsellable', comment: 'Damaged goods awaiting a decision.' }),
      incoming: t({ message: 'Incoming', comment: 'Ordered goods that have not arrived.' }),
      'in-transit': t({ message: 'In transit', comment: 'Goods on their way between stores.' }),
      silent: t({ message: 'Silent', comment: 'A store that has not reported for long. One word.' }),
    };
    return words[state];
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
