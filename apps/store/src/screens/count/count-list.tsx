// The rows of a count. Three states, three looks: not counted, counted 0, counted n.
import { useLingui } from '@lingui/react/macro';
import type { ItemRow } from '@streamstock/inventory';
import { EmptyState, Figure, StateIcon, useStateWord } from '@streamstock/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './count-list.module.css';
import { countLineOf, type CountSession } from './count-session.ts';
import type { CountTab } from './use-count.ts';

const ROW_PX = 60;

export interface CountListProps {
  readonly items: readonly ItemRow[];
  readonly session: CountSession;
  readonly onTake: (item: string) => void;
  /** Why the list could be empty. */
  readonly empty: CountTab | 'search';
}

export function CountList({ items, session, onTake, empty }: CountListProps): ReactNode {
  const { t } = useLingui();
  const pane = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => pane.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => items[index]?.item ?? index,
  });
  if (items.length === 0) {
    return (
      <div className={classes['pane']}>
        <NoLines empty={empty} />
      </div>
    );
  }
  return (
    <div
      ref={pane}
      className={classes['pane']}
      role="list"
      aria-label={t({ message: 'Lines of this count', comment: 'Name of the list, read out only.' })}
    >
      <div className={classes['all']} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes['slot']}
              style={{ transform: `translateY(${start}px)` }}
              role="listitem"
              aria-setsize={items.length}
              aria-posinset={index + 1}
            >
              <CountRow item={item} session={session} onTake={onTake} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function CountRow({
  item,
  session,
  onTake,
}: {
  readonly item: ItemRow;
  readonly session: CountSession;
  readonly onTake: (item: string) => void;
}): ReactNode {
  const { tally } = countLineOf(session, item.item);
  const wordOf = useStateWord();
  return (
    <button
      type="button"
      className={classes['row']}
      aria-current={session.inHand === item.item}
      onClick={() => onTake(item.item)}
    >
      <StateIcon state={tally === null ? 'not-counted' : 'counted'} named={false} />
      <span className={classes['words']}>
        <span className="ss-body-strong ss-name">{item.name}</span>
        <span className="ss-meta sku">{item.sku}</span>
      </span>
      {tally === null ? (
        <span className="ss-meta">{wordOf('not-counted')}</span>
      ) : (
        <Figure className={classes['figure'] ?? ''} value={tally} scale={item.quantityScale} />
      )}
    </button>
  );
}

function NoLines({ empty }: { readonly empty: CountListProps['empty'] }): ReactNode {
  const { t } = useLingui();
  switch (empty) {
    case 'to-count':
      return (
        <EmptyState
          kind="done"
          text={t({
            message: 'Every line is counted. Review the differences, or finish.',
            comment: 'Empty tab "To count" of a count.',
          })}
        />
      );
    case 'counted':
      return (
        <EmptyState
          kind="nothing-yet"
          text={t({
            message: 'Nothing is counted yet. Scan the first item, or tap a line.',
            comment: 'Empty tab "Counted" of a count.',
          })}
        />
      );
    case 'differences':
      return (
        <EmptyState
          kind="done"
          text={t({ message: 'No differences so far.', comment: 'Empty tab "Diff" of a count.' })}
        />
      );
    case 'search':
      return (
        <EmptyState
          kind="no-match"
          text={t({
            message: 'Nothing on this list matches. Check the spelling, or scan the code.',
            comment: 'Empty search result in a count.',
          })}
        />
      );
  }
}
