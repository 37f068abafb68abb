// The figures of one line, side by side; as stale as the store's last word.
import { Trans } from '@lingui/react/macro';
import { Figure, StateBadge } from '@streamstock/ui';
import type { ItemStory } from '@streamstock/api';
import type { ReactNode } from 'react';
import { useServerNow } from '../../data/live/live-context.tsx';
import { freshnessOf } from '../../freshness/store-freshness.ts';
import { formatDayAndTime } from '../../text/full-moment.ts';
import { cellState } from '../stock/matrix-columns.tsx';
import classes from './item-figures.module.css';
import { storyFigures } from './story-model.ts';

export interface ItemFiguresProps {
  readonly story: ItemStory;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

function LastCount({ story }: { readonly story: ItemStory }): ReactNode {
  const nowMs = useServerNow();
  const count = story.line?.lastCount ?? null;
  if (count === null) return <Trans comment="Under the figures of an item.">Never counted</Trans>;
  const moment = formatDayAndTime(count.atMs, nowMs, story.store.timeZone);
  return <Trans comment="Under the figures of an item; the moment is 18 Nov, 18:02.">Last counted {moment}</Trans>;
}

export function ItemFigures({ story, atMs }: ItemFiguresProps): ReactNode {
  const nowMs = useServerNow();
  const figures = storyFigures(story, atMs);
  const scale = story.item.quantityScale;
  const freshness = freshnessOf(story.store, nowMs, atMs);
  const state = cellState(figures.onHand, atMs === null && story.line?.recount === true);
  const others = [
    {
      key: 'available',
      value: figures.available,
      label: <Trans comment="Label of a figure: what can be sold. One word.">Available</Trans>,
    },
    {
      key: 'picked',
      value: figures.picked,
      label: <Trans comment="Label of a figure: goods set aside for orders. Short.">Set aside for orders</Trans>,
    },
    {
      key: 'unsellable',
      value: figures.unsellable,
      label: <Trans comment="Label of a figure: damaged goods. One word.">Unsellable</Trans>,
    },
  ].filter((each) => each.value !== null);
  return (
    <div className={classes['line']}>
      <dl className={classes['figures']}>
        <div className={classes['main']}>
          <dt>
            <Trans comment="Label of the most important figure of an item.">On hand</Trans>
          </dt>
          <dd>
            <Figure value={figures.onHand} scale={scale} size="l" freshness={freshness} now={nowMs} />
            {state !== null && <StateBadge state={state} />}
          </dd>
        </div>
        {others.map(({ key, value, label }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              <Figure value={value} scale={scale} size="m" freshness={freshness} freshnessWords="hidden" now={nowMs} />
            </dd>
          </div>
        ))}
      </dl>
      {atMs === null && (
        <p className={classes['count']}>
          <LastCount story={story} />
        </p>
      )}
    </div>
  );
}
