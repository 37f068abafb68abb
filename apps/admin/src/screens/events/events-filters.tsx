// What the events list is narrowed to: store, device, type, item.
import { ActionIcon, NativeSelect, TextInput } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { EVENT_SCHEMAS } from '@streamstock/inventory';
import { IconX } from '@tabler/icons-react';
import { useDeferredValue, useId, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { EventFilter } from '../../data/query-keys.ts';
import { plainText, wordsFinder } from '../../text/search-words.ts';
import { useEventWords } from '../../words/event-words.ts';
import classes from './events-filters.module.css';
import type { Names } from './use-names.ts';

const suggestionsMax = 20;
const rulingTypes = ['EventSetAside', 'EventAdmitted', 'EventVoided', 'EventRetimed'];

export interface EventsFiltersProps {
  readonly filter: EventFilter;
  readonly names: Names;
  readonly onChange: (part: { readonly [Name in keyof EventFilter]: EventFilter[Name] | undefined }) => void;
}

function ItemFilter({ filter, names, onChange }: EventsFiltersProps): ReactNode {
  const { t } = useLingui();
  const listId = useId();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const suggestions = useMemo(() => {
    if (query.trim() === '') return [];
    const matches = wordsFinder(query);
    const found = [];
    for (const row of names.items) {
      if (matches(plainText(`${row.sku} ${row.name}`))) found.push({ item: row.item, text: `${row.sku} ${row.name}` });
      if (found.length === suggestionsMax) break;
    }
    return found;
  }, [query, names.items]);
  const label = t({ message: 'Item', comment: 'Column head. One word.' });

  if (filter.item !== undefined) {
    const name = names.item(filter.item);
    return (
      <span className={classes['chip']}>
        <span className={classes['chipName']}>{name}</span>
        <ActionIcon
          onClick={() => onChange({ item: undefined })}
          aria-label={t({ message: `Show events of all items, not only of ${name}`, comment: 'The ✕ of a filter.' })}
        >
          <IconX size={16} aria-hidden="true" />
        </ActionIcon>
      </span>
    );
  }
  const onType = (text: string): void => {
    setTyped(text);
    // A suggestion that was chosen stands in the field word for word.
    const chosen = suggestions.find((each) => each.text === text);
    if (chosen === undefined) return;
    setTyped('');
    onChange({ item: chosen.item });
  };
  return (
    <>
      <TextInput
        aria-label={label}
        placeholder={t({ message: 'Any item', comment: 'Placeholder of a filter: type a name or SKU.' })}
        list={listId}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {suggestions.map((each) => (
          <option key={each.item}>{each.text}</option>
        ))}
      </datalist>
    </>
  );
}

export function EventsFilters(props: EventsFiltersProps): ReactNode {
  const { filter, names, onChange } = props;
  const { t } = useLingui();
  const words = useEventWords();
  const devices = names.devices.filter((device) => filter.store === undefined || device.store === filter.store);
  const types = [...Object.keys(EVENT_SCHEMAS), ...rulingTypes];
  const chosen = (value: string): string | undefined => (value === '' ? undefined : value);
  return (
    <div className={classes['filters']}>
      <NativeSelect
        aria-label={t({ message: 'Store', comment: 'Column head. One word.' })}
        data={[
          { value: '', label: t({ message: 'All stores', comment: 'Column head: the sum over all stores. Short.' }) },
          ...names.stores.map(({ store, name }) => ({ value: store, label: name })),
        ]}
        value={filter.store ?? ''}
        onChange={(event) => onChange({ store: chosen(event.currentTarget.value), device: undefined })}
      />
      <NativeSelect
        aria-label={t({ message: 'Device', comment: 'Column head. One word.' })}
        data={[
          { value: '', label: t({ message: 'All devices', comment: 'First choice of a filter.' }) },
          ...devices.map(({ device, label }) => ({ value: device, label })),
        ]}
        value={filter.device ?? ''}
        onChange={(event) => onChange({ device: chosen(event.currentTarget.value) })}
      />
      <NativeSelect
        aria-label={t({ message: 'What happened', comment: 'Names a filter: the kind of event.' })}
        data={[
          { value: '', label: t({ message: 'Everything', comment: 'First choice of a filter: every kind of event.' }) },
          ...types.map((type) => ({ value: type, label: words.type(type) })),
        ]}
        value={filter.type ?? ''}
        onChange={(event) => onChange({ type: chosen(event.currentTarget.value) })}
      />
      <ItemFilter {...props} />
    </div>
  );
}
