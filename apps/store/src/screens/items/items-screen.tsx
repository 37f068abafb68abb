// Items: the whole catalogue, found while typing; with a filter for what is out or oversold.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState, ErrorStrip, formatQuantity, SearchField } from '@streamstock/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { useCatalogue, useDevice } from '../../device/use-device.tsx';
import { useKeys } from '../../scanning/use-scanner.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';
import { ItemRow } from './item-row.tsx';
import { listItemsToShow, SHOWN_FILTERS, type ShownFilter } from './items-to-show.ts';
import classes from './items-screen.module.css';
import { useLinesByItem } from './use-lines-by-item.ts';

const ROW_PX = 60;

export function ItemsScreen(): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const lines = useLinesByItem();
  const strip = useScanToItem();
  const search = useRef<HTMLInputElement>(null);
  const [params, setParams] = useSearchParams();
  const code = params.get('code');
  const show = SHOWN_FILTERS.find((filter) => filter === params.get('show')) ?? null;
  const [query, setQuery] = useState('');
  const asked = useDeferredValue(query);
  const version = catalogue.version();
  const hits = useMemo(() => {
    void version;
    return listItemsToShow(catalogue, lines, asked, show);
  }, [catalogue, version, lines, asked, show]);
  useKeys((key) => {
    if (key === '/') search.current?.focus();
    else if (key === 'Escape' && query !== '') setQuery('');
    else return false;
    return true;
  });
  const clear = (): void => {
    setQuery('');
    setParams({}, { replace: true });
  };
  return (
    <Screen
      title={t({ message: 'Items', comment: 'Place: tab at the bottom of a phone. One word.' })}
      meta={formatQuantity(catalogue.index.size)}
      top={
        <>
          {strip}
          {code !== null && <UnknownCode code={code} />}
        </>
      }
      fixed
    >
      <div className={classes['search']}>
        <SearchField
          value={query}
          onChange={setQuery}
          inputRef={search}
          label={t({ message: 'Search name, SKU, code', comment: 'Placeholder of the search field in Items; short.' })}
        />
      </div>
      {show !== null && <FilterStrip show={show} onClear={clear} />}
      {hits.length === 0 ? (
        <NoItems query={asked} loading={catalogue.state === 'loading'} onClear={clear} />
      ) : (
        <ItemList hits={hits} query={asked} />
      )}
    </Screen>
  );
}

function FilterStrip({ show, onClear }: { readonly show: ShownFilter; readonly onClear: () => void }): ReactNode {
  const { t } = useLingui();
  const words = {
    out: t({ message: 'Only items that are out', comment: 'Which items a list is limited to; short.' }),
    oversold: t({ message: 'Only oversold items', comment: 'Which items a list is limited to; short.' }),
  };
  return (
    <div className={classes['filter']}>
      <span className="ss-body-strong">{words[show]}</span>
      <Button onClick={onClear}>{t({ message: 'Show all items', comment: 'Button: takes a filter away.' })}</Button>
    </div>
  );
}

function NoItems({
  query,
  loading,
  onClear,
}: {
  readonly query: string;
  readonly loading: boolean;
  readonly onClear: () => void;
}): ReactNode {
  const { t } = useLingui();
  if (loading) return null;
  if (query.trim() === '') {
    return (
      <EmptyState
        kind="nothing-yet"
        text={t({
          message: 'No items have arrived from head office yet. They come by themselves once it is reached.',
          comment: 'Empty catalogue on a new device.',
        })}
      />
    );
  }
  return (
    <EmptyState
      kind="no-match"
      text={t({
        message: `Nothing matches "${query}". Check the spelling, or scan the code.`,
        comment: 'Empty search result; the query is quoted.',
      })}
      action={<Button onClick={onClear}>{t({ message: 'Clear search', comment: 'Empties the search field.' })}</Button>}
    />
  );
}

function ItemList({
  hits,
  query,
}: {
  readonly hits: ReturnType<typeof listItemsToShow>;
  readonly query: string;
}): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const lines = useLinesByItem();
  const pane = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: hits.length,
    getScrollElement: () => pane.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => hits[index]?.item.item ?? index,
  });
  useEffect(() => {
    pane.current?.scrollTo({ top: 0 });
  }, [query]);
  return (
    <div
      ref={pane}
      className={classes['pane']}
      role="list"
      aria-label={t({ message: 'Items', comment: 'Place: tab at the bottom of a phone. One word.' })}
    >
      <div className={classes['all']} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const hit = hits[index];
          if (hit === undefined) return null;
          const path = `/items/${encodeURIComponent(hit.item.item)}`;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes['slot']}
              style={{ transform: `translateY(${start}px)` }}
              role="listitem"
              aria-setsize={hits.length}
              aria-posinset={index + 1}
            >
              <ItemRow
                item={hit.item}
                line={lines.get(hit.item.item)}
                query={query}
                {...(hit.code === undefined ? {} : { code: hit.code })}
                href={go.href(path)}
                onChoose={() => go.to(path)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Came here from the task of an unknown code. */
function UnknownCode({ code }: { readonly code: string }): ReactNode {
  const { t } = useLingui();
  const { unknownCodes } = useDevice();
  const go = useGo();
  const forget = async (): Promise<void> => {
    await unknownCodes.forget([code]);
    go.to('/tasks');
  };
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: `No item has the code ${code}.`,
        comment: 'Above the items, when a task about an unknown code was opened.',
      })}
      safe={t({
        message: 'Head office gives codes to items; as soon as it has, this task goes by itself.',
        comment: 'Follows "No item has the code".',
      })}
      actions={
        <Button onClick={() => void forget()}>
          {t({ message: 'Leave this code out', comment: 'Button: the unknown code is no task any more.' })}
        </Button>
      }
    />
  );
}
