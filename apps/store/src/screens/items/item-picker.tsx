// Search results in place of a document's lines: the first results, best code hit first; Enter takes the first.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState } from '@streamstock/ui';
import { useDeferredValue } from 'react';
import type { ReactNode } from 'react';
import { useCatalogue } from '../../device/use-device.tsx';
import { ItemRow } from './item-row.tsx';
import classes from './item-picker.module.css';
import { useLinesByItem } from './use-lines-by-item.ts';

/** More than a person reads before typing another letter. */
const HITS_MAX = 30;

export interface ItemPickerProps {
  readonly query: string;
  readonly onChoose: (item: string, packSize: number) => void;
  readonly onClear: () => void;
}

export function ItemPicker({ query, onChoose, onClear }: ItemPickerProps): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const lines = useLinesByItem();
  const asked = useDeferredValue(query);
  const hits = catalogue.index.search(asked, HITS_MAX);
  if (hits.length === 0) {
    return (
      <EmptyState
        kind="no-match"
        text={t({
          message: `Nothing matches "${asked}". Check the spelling, or scan the code.`,
          comment: 'Empty search result; the query is quoted.',
        })}
        action={
          <Button onClick={onClear}>{t({ message: 'Clear search', comment: 'Empties the search field.' })}</Button>
        }
      />
    );
  }
  return (
    <ul
      className={classes['hits']}
      aria-label={t({ message: 'Search results', comment: 'Name of the list, read out only.' })}
    >
      {hits.map((hit) => (
        <li key={hit.item.item}>
          <ItemRow
            item={hit.item}
            line={lines.get(hit.item.item)}
            query={asked}
            {...(hit.code === undefined ? {} : { code: hit.code })}
            onChoose={() => onChoose(hit.item.item, hit.packSize ?? 1)}
          />
        </li>
      ))}
    </ul>
  );
}
