// Every entry of this line, newest first: when it happened, when it came in, from where, and what it did.
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ItemStory, StoryLine } from '@streamstock/api';
import { formatAge } from '@streamstock/ui';
import { DataGrid, type GridColumn } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useServerNow } from '../../data/live/live-context.tsx';
import { devicesQuery } from '../../data/queries.ts';
import { formatDayAndTime } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import { eventsSearchText } from '../events/events-search.ts';
import classes from './item-events.module.css';
import { historyUntil, latenessMs, lineKey } from './story-model.ts';

export interface ItemEventsProps {
  readonly story: ItemStory;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

function useColumns({ story }: ItemEventsProps): GridColumn<StoryLine>[] {
  const { t, i18n } = useLingui();
  const words = useEventWords();
  const nowMs = useServerNow();
  const { data } = useQuery(devicesQuery);
  const { timeZone } = story.store;
  const scale = story.item.quantityScale;
  return useMemo(() => {
    const labels = new Map(data?.devices.map((device) => [device.device, device.label]));
    const what = (line: StoryLine): string =>
      [
        words.type(line.type),
        line.reason === null ? null : words.reason(line.reason),
        line.reference,
        line.reversed
          ? t({ message: 'taken back', comment: 'Beside an entry that was reversed: it does not count. Short.' })
          : null,
      ]
        .filter((part) => part !== null)
        .join(' · ');
    const arrived = (line: StoryLine): string => {
      const lateMs = latenessMs(line);
      if (lateMs === null) return '';
      const age = formatAge(lateMs);
      return t({ message: `+${age}`, comment: 'How much later than it happened an entry came in: "+3 h". Short.' });
    };
    const columns: GridColumn<StoryLine>[] = [
      {
        id: 'occurred',
        kind: 'words',
        header: t({ message: 'Happened', comment: 'Column head: when it happened. One word.' }),
        width: 176,
        cell: (line) => <time className={classes['time']}>{formatDayAndTime(line.atMs, nowMs, timeZone)}</time>,
      },
      {
        id: 'arrived',
        kind: 'words',
        header: t({ message: 'Came in', comment: 'Column head: how much later the centre got it. Short.' }),
        width: 84,
        cell: arrived,
      },
      {
        id: 'what',
        kind: 'words',
        header: t({ message: 'What', comment: 'Column head: what happened. One word.' }),
        width: 260,
        grow: true,
        cell: what,
        text: what,
      },
      {
        id: 'device',
        kind: 'words',
        header: t({ message: 'Device', comment: 'Column head. One word.' }),
        width: 160,
        cell: (line) => labels.get(line.device ?? '') ?? line.device ?? '',
        text: (line) => labels.get(line.device ?? '') ?? line.device ?? '',
      },
      {
        id: 'change',
        kind: 'figure',
        header: t({ message: 'Change', comment: 'Column head: what it did to the stock. One word.' }),
        width: 108,
        sortable: false,
        glows: false,
        figure: (line) => ({ value: line.change, scale, signed: true }),
      },
      {
        id: 'onHand',
        kind: 'figure',
        header: t({ message: 'On hand', comment: 'Label of the most important figure of an item.' }),
        width: 108,
        sortable: false,
        glows: false,
        figure: (line) => ({ value: line.onHand, scale }),
      },
    ];
    return columns;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the words change with the language
  }, [data, nowMs, timeZone, scale, i18n.locale]);
}

export function ItemEvents(props: ItemEventsProps): ReactNode {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { story, atMs } = props;
  const rows = useMemo(
    () => (atMs === null ? story.history : historyUntil(story.history, atMs)).toReversed(),
    [story.history, atMs],
  );
  const open = (line: StoryLine): void => {
    if (line.position === null) return;
    const search = eventsSearchText({ store: story.store.store, item: story.item.item, pane: line.position });
    void navigate({ to: '/events', search });
  };
  return (
    <section
      className={classes['events']}
      aria-label={t({ message: 'Events of this item', comment: 'Names the list under the chart.' })}
    >
      <DataGrid
        label={t({
          message: 'Events of this item in this store, newest first',
          comment: 'Names the table for screen readers.',
        })}
        rows={rows}
        rowId={lineKey}
        columns={useColumns(props)}
        onOpen={open}
      />
    </section>
  );
}
