// One event, told four ways: in words, by its fields, as its very bytes, and by its place in the chains.
import { SegmentedControl } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { LogEntry } from '@streamstock/api';
import { EmptyState, formatQuantity, SkeletonRows } from '@streamstock/ui';
import { SidePane } from '@streamstock/ui/admin-frame';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../../data/api.ts';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { EventBytes } from './event-bytes.tsx';
import { EventChain } from './event-chain.tsx';
import { EventFields } from './event-fields.tsx';
import classes from './event-pane.module.css';
import { EventWordsView } from './event-words-view.tsx';
import type { Names } from './use-names.ts';

export interface EventPaneProps {
  readonly position: number;
  /** Entries that are at hand already. */
  readonly known: readonly LogEntry[] | undefined;
  readonly names: Names;
  readonly onClose: () => void;
}

type Way = 'words' | 'fields' | 'bytes' | 'chain';

/** The entry at a position; null when there is none. Entries never change. */
function useEntry(position: number, known: readonly LogEntry[] | undefined) {
  const atHand = known?.find((entry) => entry.position === position);
  const query = useQuery({
    queryKey: ['event', position],
    queryFn: async () => {
      const page = await api.events({ query: { before: position + 1, limit: 1 } });
      return page.events.find((entry) => entry.position === position) ?? null;
    },
    enabled: atHand === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { entry: atHand ?? query.data, error: query.error, retry: () => void query.refetch() };
}

interface EventAsProps {
  readonly way: Way;
  readonly entry: LogEntry;
  readonly names: Names;
}

function EventAs({ way, entry, names }: EventAsProps): ReactNode {
  switch (way) {
    case 'words':
      return <EventWordsView entry={entry} names={names} />;
    case 'fields':
      return <EventFields entry={entry} />;
    case 'bytes':
      return <EventBytes entry={entry} />;
    case 'chain':
      return <EventChain entry={entry} />;
  }
}

export function EventPane({ position, known, names, onClose }: EventPaneProps): ReactNode {
  const { t } = useLingui();
  const [way, setWay] = useState<Way>('words');
  const { entry, error, retry } = useEntry(position, known);
  const number = formatQuantity(position);
  const ways: { value: Way; label: string }[] = [
    { value: 'words', label: t({ message: 'Words', comment: 'Way to show an event: what it means. One word.' }) },
    { value: 'fields', label: t({ message: 'Fields', comment: 'Way to show an event: name and value. One word.' }) },
    {
      value: 'bytes',
      label: t({ message: 'Raw bytes', comment: 'Way to show an event: as it was written. Two words.' }),
    },
    { value: 'chain', label: t({ message: 'Chain', comment: 'Way to show an event: its hashes. One word.' }) },
  ];
  return (
    <SidePane
      title={t({ message: `Event at position ${number}`, comment: 'Title of the pane for one event.' })}
      onClose={onClose}
    >
      <div className={classes['pane']}>
        <SegmentedControl
          aria-label={t({ message: 'Show the event as', comment: 'Names the choice words, fields, raw bytes, chain.' })}
          data={ways}
          value={way}
          onChange={(value) => setWay(value as Way)}
          fullWidth
        />
        {error !== null && entry === undefined && <ProblemStrip error={error} onRetry={retry} />}
        {error === null && entry === undefined && <SkeletonRows rows={6} />}
        {entry === null && (
          <EmptyState
            kind="no-match"
            text={<Trans comment="In the pane for one event.">The log has no event at this position.</Trans>}
          />
        )}
        {entry && <EventAs way={way} entry={entry} names={names} />}
      </div>
    </SidePane>
  );
}
