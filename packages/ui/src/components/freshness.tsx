// The freshness rule: the line under a figure and the words beside it. No rule is current, dotted is stale, dashed is an
// estimate. The words are never left out: where a cell has no room they stay for screen readers.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { formatMoment, isSameDay } from '../format/time.ts';
import { useMinute } from '../timing/use-minute.ts';
import { classNames } from './class-names.ts';
import classes from './freshness.module.css';

export type FreshnessKind = 'current' | 'stale' | 'estimate';

export interface FreshnessOf {
  readonly kind: FreshnessKind;
  /** When the figure was last known to hold, Unix milliseconds. */
  readonly asOf?: number;
}

/** A store's figure is stale once its last word is older than this. */
export const staleAfterMs = 15 * 60_000;

/** Freshness of a figure whose source last spoke at `heardAtMs` (null: never heard of, so stale without a time). */
export function freshnessAt(heardAtMs: number | null, nowMs: number, offline = false): FreshnessOf {
  if (heardAtMs === null) return { kind: 'stale' };
  if (offline || nowMs - heardAtMs > staleAfterMs) return { kind: 'stale', asOf: heardAtMs };
  return { kind: 'current', asOf: heardAtMs };
}

/** "as of 08:51", "estimate", or nothing for a current figure. */
export function useFreshnessWords(freshness: FreshnessOf, nowMs: number): string | null {
  const { t } = useLingui();
  if (freshness.kind === 'estimate') return t({ message: 'estimate', comment: 'Beside a forecast figure; short.' });
  if (freshness.kind === 'current') return null;
  if (freshness.asOf === undefined) {
    return t({ message: 'not heard from yet', comment: 'Beside a figure of a store that has never reported; short.' });
  }
  const moment = formatMoment(freshness.asOf, nowMs);
  // Two sentences: many languages join a time of day and a day in different ways.
  if (isSameDay(freshness.asOf, nowMs)) {
    const time = moment;
    return t({ message: `as of ${time}`, comment: 'Beside a stale figure; time is a time of day like 08:51; short.' });
  }
  const day = moment;
  return t({
    message: `as of ${day}`,
    comment: 'Beside a stale figure; day is like Thu, 17 Nov or 17 Nov 2025; short.',
  });
}

export interface FreshnessProps extends FreshnessOf {
  /** The figure under which the rule is drawn; without one, only the words are shown. */
  readonly children?: ReactNode;
  /** `hidden`: for screen readers only, where the column head already says it. */
  readonly words?: 'beside' | 'hidden';
  /** The present, Unix milliseconds; the browser's clock without one. */
  readonly now?: number;
  readonly className?: string;
}

export function Freshness({ children, words = 'beside', now, className, ...freshness }: FreshnessProps): ReactNode {
  const minute = useMinute();
  const text = useFreshnessWords(freshness, now ?? minute);
  return (
    <span className={classNames(classes['root'], className)}>
      {children !== undefined && (
        <span className={classes['rule']} data-freshness={freshness.kind}>
          {children}
        </span>
      )}
      {text !== null && <span className={words === 'hidden' ? 'ss-visually-hidden' : classes['words']}>{text}</span>}
    </span>
  );
}
