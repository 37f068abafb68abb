// What to count: everything, or one category; shown what we think, or blind. Counts under way can be continued.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { WHOLE_STORE_AREA } from '@streamstock/inventory';
import { Dock, EmptyState } from '@streamstock/ui';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useCatalogue, useLive, useStoreId } from '../../device/use-device.tsx';
import { readStore } from '@streamstock/inventory';
import { Screen } from '../../shell/screen.tsx';
import { TaskRows } from '../today/task-rows.tsx';
import { useOpenDrafts } from '../today/use-store-facts.ts';
import classes from './count-choice.module.css';
import type { CountDesk } from './count-desk.ts';

export function CountChoice({ desk }: { readonly desk: CountDesk }): ReactNode {
  const { t } = useLingui();
  const { items, state } = useCatalogue();
  const store = useStoreId();
  const areas =
    useLive(`areas ${store}`, async ({ engine }) => (await readStore(engine.tables, store))?.areas ?? []).value ?? [];
  const [category, setCategory] = useState<string | null>(null);
  const [blind, setBlind] = useState(false);
  const [area, setArea] = useState(WHOLE_STORE_AREA);
  const categories = useMemo(() => {
    const sold = items.filter(({ lifecycle }) => lifecycle !== 'archived');
    const counts = new Map<string, number>();
    for (const item of sold) counts.set(item.category, (counts.get(item.category) ?? 0) + 1);
    return { all: sold.length, each: [...counts].toSorted(([a], [b]) => a.localeCompare(b)) };
  }, [items]);
  const open = useOpenDrafts()?.filter(({ kind }) => kind === 'count') ?? [];
  const start = (): void =>
    void desk.start({ area, blind, scope: category === null ? { kind: 'all' } : { kind: 'category', category } });
  const everything = t({ message: 'Everything', comment: 'What to count: all items of the store. One word.' });
  const choices: readonly { readonly value: string | null; readonly label: string; readonly count: number }[] = [
    { value: null, label: everything, count: categories.all },
    ...categories.each.map(([value, count]) => ({ value, label: value, count })),
  ];
  return (
    <Screen
      title={t({ message: 'Count', comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.' })}
      leave={{ kind: 'close', to: '/' }}
      dock={
        <Dock
          primary={
            <Button variant="filled" onClick={start}>
              {t({ message: 'Start counting', comment: 'Button that begins a count.' })}
            </Button>
          }
        />
      }
    >
      <TaskRows tasks={open.map((draft) => ({ kind: 'draft' as const, draft }))} />
      <fieldset className={classes['choice']}>
        <legend className="ss-body-strong">
          {t({ message: 'What do you count?', comment: 'Heading over the list of categories.' })}
        </legend>
        {choices.map(({ value, label, count }) => (
          <label key={value ?? ''} className={classes['row']}>
            <input type="radio" name="scope" checked={category === value} onChange={() => setCategory(value)} />
            <span className={classes['label']}>{label}</span>
            <span className="ss-meta figure">
              {t({
                message: plural(count, { one: '# item', other: '# items' }),
                comment: 'How many items a category has; short.',
              })}
            </span>
          </label>
        ))}
      </fieldset>
      {state === 'ready' && categories.all === 0 && (
        <EmptyState
          kind="nothing-yet"
          text={t({
            message: 'No items have arrived from head office yet. They come by themselves once it is reached.',
            comment: 'Empty catalogue on a new device.',
          })}
        />
      )}
      <div className={classes['options']}>
        {areas.length > 0 && (
          <NativeSelect
            label={t({ message: 'Area', comment: 'Field: which part of the store is counted. One word.' })}
            value={area}
            onChange={(event) => setArea(event.currentTarget.value)}
            data={[
              {
                value: WHOLE_STORE_AREA,
                label: t({ message: 'The whole store', comment: 'First entry of the list of areas; short.' }),
              },
              ...areas.map((one) => ({ value: one.area, label: one.name })),
            ]}
          />
        )}
        <Checkbox
          checked={blind}
          onChange={(event) => setBlind(event.currentTarget.checked)}
          label={t({
            message: 'Count blind',
            comment: 'Choice of a count: expected figures stay hidden until the review; short.',
          })}
          description={t({
            message: `Expected figures stay hidden until the review..`,
            comment: 'Explains "Count blind".',
          })}
        />
      </div>
    </Screen>
  );
}
