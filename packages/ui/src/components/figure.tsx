// A number on a screen: tabular, with a true minus and the locale's grouping. Null is "—", which says unknown; a zero is a
// zero; "Not counted" is a state, said by StateBadge.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { formatQuantity, formatSigned, unknownFigure } from '../format/number.ts';
import { classNames } from './class-names.ts';
import classes from './figure.module.css';
import { Freshness } from './freshness.tsx';
import type { FreshnessOf } from './freshness.tsx';

export type FigureSize = 'xl' | 'l' | 'm' | 'body';

export interface FigureProps {
  /** In the item's smallest unit; null when unknown. */
  readonly value: number | null;
  readonly size?: FigureSize;
  /** Decimals hidden in the integer: 3 for grams shown as kilograms. */
  readonly scale?: number;
  /** A change rather than an amount: "+12", "−17", "0". */
  readonly signed?: boolean;
  readonly freshness?: FreshnessOf;
  /** Where the words of a stale figure go; `hidden` only where a head above already says them. */
  readonly freshnessWords?: 'beside' | 'hidden';
  readonly now?: number;
  readonly className?: string;
}

function FigureText({ value, scale = 0, signed = false }: FigureProps): ReactNode {
  const { t } = useLingui();
  if (value === null) {
    const unknown = t({ message: 'Unknown', comment: 'Read out for a figure drawn as a dash.' });
    return (
      <span className={classes['unknown']}>
        <span aria-hidden="true">{unknownFigure}</span>
        <span className="ss-visually-hidden">{unknown}</span>
      </span>
    );
  }
  return signed ? formatSigned(value, { scale }) : formatQuantity(value, { scale });
}

export function Figure(props: FigureProps): ReactNode {
  const { size = 'body', freshness, freshnessWords = 'beside', now, className } = props;
  const text = <FigureText {...props} />;
  return (
    <span className={classNames(classes['figure'], size !== 'body' && `ss-figure-${size}`, className)}>
      {freshness ? (
        <Freshness {...freshness} words={freshnessWords} {...(now === undefined ? {} : { now })}>
          {text}
        </Freshness>
      ) : (
        text
      )}
    </span>
  );
}
