// The story of one item in one store: its figures, how they came about, and every event behind them; now or as of a past moment.
import { NativeSelect } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ItemStory } from '@streamstock/api';
import { EmptyState, SkeletonRows } from '@streamstock/ui';
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { AsOfControl } from '../../as-of/as-of-control.tsx';
import { useBackToNow } from '../../as-of/use-back-to-now.ts';
import { useRefetchWhileAway } from '../../data/live/live-context.tsx';
import { storesQuery, storyQuery } from '../../data/queries.ts';
import { OfficePage } from '../../frame/office-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { ItemChart } from './item-chart.tsx';
import { ItemEvents } from './item-events.tsx';
import { ItemFigures } from './item-figures.tsx';
import { ItemRoll } from './item-roll.tsx';
import { itemSearchText, readItemSearch, type ItemSearch } from './item-search.ts';
import classes from './item-screen.module.css';

const route = getRouteApi('/office/items/$item');

function useItemSearch() {
  const { item } = route.useParams();
  const text = route.useSearch();
  const navigate = useNavigate();
  const search = useMemo(() => readItemSearch({ ...text }), [text]);
  const change = useCallback(
    (part: Partial<ItemSearch>) => {
      void navigate({
        to: '/items/$item',
        params: { item },
        search: (before) => itemSearchText({ ...readItemSearch({ ...before }), ...part }),
      });
    },
    [navigate, item],
  );
  return { item, search, change };
}

interface StoryProps {
  readonly story: ItemStory;
  readonly atMs: number | null;
}

function Story({ story, atMs }: StoryProps): ReactNode {
  if (story.history.length === 0) {
    const { name } = story.store;
    return (
      <EmptyState
        kind="nothing-yet"
        text={<Trans comment="On the page of an item.">Nothing was ever recorded of this item in {name}.</Trans>}
      />
    );
  }
  return (
    <div className={classes['story']}>
      <ItemFigures story={story} atMs={atMs} />
      <div className={classes['why']}>
        <ItemChart story={story} atMs={atMs} />
        <ItemRoll story={story} atMs={atMs} />
      </div>
      <ItemEvents story={story} atMs={atMs} />
    </div>
  );
}

export function ItemScreen(): ReactNode {
  const { t } = useLingui();
  const { item, search, change } = useItemSearch();
  const refetchInterval = useRefetchWhileAway();
  const stores = useQuery(storesQuery);
  const storeList = stores.data?.stores ?? [];
  const store = search.store ?? storeList[0]?.store ?? '';
  const query = useQuery({ ...storyQuery(store, item), enabled: store !== '', refetchInterval });
  const story = query.data;
  const backToNow = useCallback(() => change({ atMs: null }), [change]);
  useBackToNow(search.atMs !== null, backToNow);

  return (
    <OfficePage
      title={story?.item.name ?? t({ message: 'Item', comment: 'Column head. One word.' })}
      meta={
        story !== undefined && (
          <>
            <span className="sku">{story.item.sku}</span>
            {story.item.category !== '' && ` · ${story.item.category}`}
          </>
        )
      }
      pastMs={search.atMs}
      onBackToNow={backToNow}
    >
      <div className={classes['bar']}>
        <Link
          to="/stock"
          search={search.atMs === null ? {} : { at: new Date(search.atMs).toISOString() }}
          className={classes['back']}
        >
          <IconArrowLeft size={16} aria-hidden="true" data-mirror="" />
          <Trans comment="Link back to the matrix. One word.">Stock</Trans>
        </Link>
        <NativeSelect
          aria-label={t({ message: 'Store', comment: 'Column head. One word.' })}
          data={storeList.map((each) => ({ value: each.store, label: each.name }))}
          value={store}
          onChange={(event) => change({ store: event.currentTarget.value })}
        />
        <AsOfControl atMs={search.atMs} onChange={(atMs) => change({ atMs })} />
      </div>
      {query.isError && story === undefined && (
        <div className={classes['problem']}>
          <ProblemStrip error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {query.isPending && !query.isError && <SkeletonRows rows={8} />}
      {story !== undefined && <Story story={story} atMs={search.atMs} />}
    </OfficePage>
  );
}
