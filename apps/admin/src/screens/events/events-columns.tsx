// The columns of the events list.
import { useLingui } from '@lingui/react/macro';
import { IconRestore } from '@tabler/icons-react';
import type { LogEntry } from '@streamstock/api';
import { formatAge } from '@streamstock/ui';
import type { GridColumn } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { dayKey, formatDay, formatExactTime } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import { useEventDetails } from './event-details.ts';
import { entryLatenessMs, eventView } from './event-view.ts';
import classes from './events-columns.module.css';
import type { Names } from './use-names.ts';

/** Of today the time alone; the day before it otherwise. */
function momentOf(atMs: number, nowMs: number): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = formatExactTime(atMs);
  return dayKey(atMs, zone) === dayKey(nowMs, zone) ? time : `${formatDay(atMs)}, ${time}`;
}

function Late({ lateMs }: { readonly lateMs: number }): ReactNode {
  const { t } = useLingui();
  const age = formatAge(lateMs);
  return (
    <span className={classes['late']}>
      {t({ message: `+${age}`, comment: 'How much later than it happened an entry came in: "+3 h". Short.' })}
    </span>
  );
}

function happenedCell(entry: LogEntry, nowMs: number): ReactNode {
  const lateMs = entryLatenessMs(entry);
  return (
    <time className={classes['time']} dateTime={new Date(eventView(entry).occurredAtMs).toISOString()}>
      {momentOf(eventView(entry).occurredAtMs, nowMs)}
      {lateMs !== null && <Late lateMs={lateMs} />}
    </time>
  );
}

/** The device that made it; while that is not known, the one that handed it back. */
function makerOrBringer({ place, resuppliedBy }: LogEntry): string {
  return place?.device ?? resuppliedBy ?? '';
}

function Maker({ entry, names }: { readonly entry: LogEntry; readonly names: Names }): ReactNode {
  const { t } = useLingui();
  const name = names.device(makerOrBringer(entry));
  if (entry.resuppliedBy === null) return name;
  return (
    <>
      <IconRestore
        className={classes['broughtBack']}
        size={16}
        role="img"
        aria-label={t({
          message: 'brought back after a restore',
          comment: 'Read out beside a device: it handed back an event that the centre had lost. Short.',
        })}
      />
      {name}
    </>
  );
}

export function useEventColumns(names: Names, nowMs: number): GridColumn<LogEntry>[] {
  const { t, i18n } = useLingui();
  const words = useEventWords();
  const details = useEventDetails(names);
  return useMemo(() => {
    const type = (entry: LogEntry): string => eventView(entry).event?.type ?? '';
    const what = (entry: LogEntry): ReactNode => (
      <>
        {words.type(type(entry))} <span className="ss-meta">{type(entry)}</span>
      </>
    );
    const told = (entry: LogEntry): string => details(eventView(entry));
    const columns: GridColumn<LogEntry>[] = [
      {
        id: 'happened',
        kind: 'words',
        header: t({ message: 'Happened', comment: 'Column head: when it happened. One word.' }),
        width: 184,
        cell: (entry) => happenedCell(entry, nowMs),
      },
      {
        id: 'store',
        kind: 'words',
        header: t({ message: 'Store', comment: 'Column head. One word.' }),
        width: 132,
        cell: (entry) => names.store(eventView(entry).event?.store ?? null),
        text: (entry) => names.store(eventView(entry).event?.store ?? null),
      },
      {
        id: 'device',
        kind: 'words',
        header: t({ message: 'Device', comment: 'Column head. One word.' }),
        width: 112,
        cell: (entry) => <Maker entry={entry} names={names} />,
        text: (entry) => names.device(makerOrBringer(entry)),
      },
      {
        id: 'what',
        kind: 'words',
        header: t({ message: 'What', comment: 'Column head: what happened. One word.' }),
        width: 196,
        cell: what,
        text: type,
      },
      {
        id: 'details',
        kind: 'words',
        header: t({ message: 'Details', comment: 'Column head: which goods, how many. One word.' }),
        width: 220,
        grow: true,
        cell: told,
        text: told,
      },
      {
        id: 'position',
        kind: 'figure',
        header: t({ message: 'Position', comment: 'Column head: the number of the event in the log. One word.' }),
        width: 104,
        sortable: false,
        glows: false,
        figure: (entry) => ({ value: entry.position }),
      },
    ];
    return columns;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the words change with the language
  }, [names, nowMs, i18n.locale]);
}
