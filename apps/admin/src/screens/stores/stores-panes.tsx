// The panes of Stores & devices: a new store, and a pairing code that says when a device has used it.
import { Button, NativeSelect } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Device, NewStore, StoreHead } from '@streamstock/api';
import { EmptyState } from '@streamstock/ui';
import { SidePane } from '@streamstock/ui/admin-frame';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { api } from '../../data/api.ts';
import { useLiveFeed, useObserved } from '../../data/live/live-context.tsx';
import { queryKeys } from '../../data/query-keys.ts';
import { StoreFields, useStoreForm } from '../../forms/store-fields.tsx';
import { PairingCodePanel } from '../../pairing/pairing-code-panel.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import classes from './stores-panes.module.css';

export interface AddStorePaneProps {
  readonly onClose: () => void;
  /** With the new store's id. */
  readonly onAdded: (store: string) => void;
}

export function AddStorePane({ onClose, onAdded }: AddStorePaneProps): ReactNode {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const form = useStoreForm();
  const add = useMutation({
    mutationFn: async (body: NewStore) => await api.openStore({ body }),
    onSuccess: async (store) => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.stores });
      onAdded(store.store);
    },
  });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    form.show();
    if (form.value !== undefined) add.mutate(form.value);
  };
  return (
    <SidePane title={t({ message: 'Add a store', comment: 'Title of the form for a new store.' })} onClose={onClose}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        <StoreFields form={form} />
        {add.isError && <ProblemStrip error={add.error} />}
        <Button type="submit" className={classes['submit'] ?? ''} loading={add.isPending}>
          <Trans comment="Button that makes the new store.">Add this store</Trans>
        </Button>
      </form>
    </SidePane>
  );
}

export interface PairPaneProps {
  readonly stores: readonly StoreHead[];
  /** null: not chosen yet; the only store is chosen by itself. */
  readonly store: string | null;
  readonly devices: readonly Device[];
  readonly onChoose: (store: string) => void;
  readonly onClose: () => void;
}

function Paired({ devices }: { readonly devices: readonly Device[] }): ReactNode {
  return devices.map(({ device, label }) => (
    <output key={device} className={classes['paired']}>
      <IconCircleCheck size={18} aria-hidden="true" />
      <Trans comment="Under a pairing code, once a device has used it.">{label} is paired.</Trans>
    </output>
  ));
}

export function PairPane({ stores, store, devices, onChoose, onClose }: PairPaneProps): ReactNode {
  const { t } = useLingui();
  const { clockOffsetMs$ } = useLiveFeed();
  const clockOffsetMs = useObserved(clockOffsetMs$, () => clockOffsetMs$.value);
  const [sinceMs, setSince] = useState(() => Date.now() + clockOffsetMs);
  const chosen = stores.find((each) => each.store === store) ?? (stores.length === 1 ? stores[0] : undefined);
  const paired = devices.filter((device) => device.store === chosen?.store && device.enrolledAtMs >= sinceMs);
  return (
    <SidePane title={t({ message: 'Pair a device', comment: 'Title over a pairing code.' })} onClose={onClose}>
      {stores.length === 0 ? (
        <EmptyState
          kind="nothing-yet"
          text={<Trans comment="Where a device should be paired.">There is no store yet. Add one first.</Trans>}
        />
      ) : (
        <div className={classes['form']}>
          <NativeSelect
            label={t({
              message: 'It becomes a device of',
              comment: 'Label of the choice of a store, over a pairing code.',
            })}
            data={[
              ...(chosen === undefined
                ? [{ value: '', label: t({ message: 'Choose a store', comment: 'First choice of a list.' }) }]
                : []),
              ...stores.map((each) => ({ value: each.store, label: each.name })),
            ]}
            value={chosen?.store ?? ''}
            onChange={(event) => onChoose(event.currentTarget.value)}
          />
          <Paired devices={paired} />
          {chosen !== undefined && (
            <PairingCodePanel
              key={chosen.store}
              store={chosen.store}
              storeName={chosen.name}
              clockOffsetMs={clockOffsetMs}
              used={paired.length > 0}
              onMake={() => setSince(Date.now() + clockOffsetMs)}
            />
          )}
        </div>
      )}
    </SidePane>
  );
}
