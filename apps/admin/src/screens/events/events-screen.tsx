// The log, newest first, as it grows. Follows while it is at its top and nobody is in the way; otherwise news waits, counted.
import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconArrowUp } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { LogEntry } from '@streamstock/api';
import { EmptyState, formatQuantity } from '@streamstock/ui';
import { DataGrid } from '@streamstock/ui/data-grid';
import { useCallback, useMemo, useState } from 'react';
import type { FocusEvent, ReactNode } from 'react';
import { useServerNow } from '../../data/live/live-context.tsx';
import type { EventFilter } from '../../data/query-keys.ts';
import { OfficePage } from '../../frame/office-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { EventPane } from './event-pane.tsx';
import { useEventColumns } from './events-columns.tsx';
import { EventsFilters } from './events-filters.tsx';
import { eventsSearchText, readEventsSearch, type EventsSearch } from './events-search.ts';
import classes from './events-screen.module.css';
import { useEventTail } from './use-event-tail.ts';
import { useEndNear, useListPresence } from './use-list-presence.ts';
import { useNames } from './use-names.ts';

const route = getRouteApi('/office/events');
const rowId = (entry: LogEntry): string => String(entry.position);

type SearchPart = { readonly [Name in keyof EventsSearch]: EventsSearch[Name] | undefined };

function useEventsSearch() {
  const text = route.useSearch();
  const navigate = useNavigate();
  const search = useMemo(() => readEventsSearch({ ...text }), [text]);
  const change = useCallback(
    (part: SearchPart, options?: { readonly replace: boolean }) => {
      void navigate({
        to: '/events',
        replace: options?.replace ?? false,
        search: (before) => {
          const merged = { ...readEventsSearch({ ...before }), ...part };
          const given = Object.entries(merged).filter(([, value]) => value !== undefined);
          return eventsSearchText(Object.fromEntries(given) as EventsSearch);
        },
      });
    },
    [navigate],
  );
  const { pane, ...filter } = search;
  return { pane, filter: filter as EventFilter, change };
}

interface NewsProps {
  readonly count: number;
  readonly following: boolean;
  readonly onShow: () => void;
}

/** In a reserved place: it comes and goes without moving anything. */
function News({ count, following, onShow }: NewsProps): ReactNode {
  return (
    <div className={classes['news']}>
      {count === 0 && (
        <span className="ss-meta">
          {following ? (
            <Trans comment="Over the events list: new ones appear at its top by themselves. One word.">Following</Trans>
          ) : (
            <Trans comment="Over the events list: someone reads in it, so new ones wait. One word.">Paused</Trans>
          )}
        </span>
      )}
      {count > 0 && (
        <Button variant="light" rightSection={<IconArrowUp size={16} aria-hidden="true" />} onClick={onShow}>
          <Trans comment="Button over a list: so many new events wait above it. Short.">
            <Plural value={count} one="# new" other="# new" />
          </Trans>
        </Button>
      )}
    </div>
  );
}

export function EventsScreen(): ReactNode {
  const { t } = useLingui();
  const nowMs = useServerNow();
  const names = useNames();
  const { pane, filter, change } = useEventsSearch();
  const { attach, element, inTheWay, handlers, scrollToTop } = useListPresence();
  const { tail, error, headPosition, loadOlder, release, retry } = useEventTail(filter, !inTheWay);
  useEndNear(element, loadOlder);
  const [releases, setReleases] = useState(0);
  const columns = useEventColumns(names, nowMs);
  const closePane = useCallback(() => change({ pane: undefined }), [change]);
  const isNarrowed = Object.keys(filter).length > 0;
  const position = formatQuantity(headPosition);

  const showNews = (): void => {
    release();
    setReleases((count) => count + 1);
    scrollToTop();
  };
  // While the pane is open it shows the event the arrow keys reach.
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const id = event.target.closest<HTMLElement>('[data-row-id]')?.dataset['rowId'];
    if (pane !== undefined && id !== undefined && id !== String(pane)) change({ pane: Number(id) }, { replace: true });
  };

  return (
    <OfficePage
      title={t({ message: 'Events', comment: 'In the sidebar: the log of everything that happened. One word.' })}
      meta={
        headPosition > 0 && (
          <Trans comment="In the head of the events list: the number of the newest event.">position {position}</Trans>
        )
      }
      pane={
        pane === undefined ? undefined : (
          <EventPane position={pane} known={tail?.shown} names={names} onClose={closePane} />
        )
      }
    >
      <div className={classes['bar']}>
        <EventsFilters filter={filter} names={names} onChange={change} />
        <News count={tail?.waitingCount ?? 0} following={!inTheWay} onShow={showNews} />
      </div>
      {error !== null && (
        <div className={classes['problem']}>
          <ProblemStrip error={error} onRetry={retry} />
        </div>
      )}
      <div ref={attach} className={classes['list']} onFocus={onFocus} {...handlers}>
        <DataGrid
          label={t({ message: 'Events, newest first', comment: 'Names the table for screen readers.' })}
          rows={tail?.shown ?? null}
          rowId={rowId}
          columns={columns}
          {...(isNarrowed || tail === null ? {} : { totalCount: headPosition })}
          viewKey={`${JSON.stringify(filter)} ${releases}`}
          onOpen={(entry) => change({ pane: entry.position })}
          onEscape={() => {
            if (pane === undefined) return false;
            closePane();
            return true;
          }}
          empty={
            isNarrowed ? (
              <EmptyState
                kind="no-match"
                text={<Trans comment="In the events list, narrowed.">No event matches these filters.</Trans>}
                action={
                  <Button
                    onClick={() => change({ store: undefined, device: undefined, type: undefined, item: undefined })}
                  >
                    <Trans comment="Button: shows all events again.">Show all events</Trans>
                  </Button>
                }
              />
            ) : (
              <EmptyState
                kind="nothing-yet"
                text={
                  <Trans comment="In the events list before anything happened.">
                    Nothing has happened yet. What shops do appears here as it arrives.
                  </Trans>
                }
              />
            )
          }
        />
      </div>
    </OfficePage>
  );
}
