// Stores and their devices, the worst first; and the two acts of this page: adding a store, pairing a device.
import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { EmptyState } from '@streamstock/ui';
import { DataGrid } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useRefetchWhileAway, useServerNow } from '../../data/live/live-context.tsx';
import { devicesQuery, storesQuery } from '../../data/queries.ts';
import { OfficePage } from '../../frame/office-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { useDeviceColumns } from './use-device-columns.tsx';
import { deviceRows, type DeviceRow } from './device-rows.ts';
import { AddStorePane, PairPane } from './stores-panes.tsx';
import { readStoresSearch, storesSearchText, type StoresSearch } from './stores-search.ts';
import classes from './stores-screen.module.css';

const route = getRouteApi('/office/stores');
const rowId = (row: DeviceRow): string => row.id;

function useStoresSearch() {
  const text = route.useSearch();
  const navigate = useNavigate();
  const search = useMemo(() => readStoresSearch({ ...text }), [text]);
  const open = (next: StoresSearch): void => void navigate({ to: '/stores', search: storesSearchText(next) });
  return { search, open, close: () => open({ pane: null, store: null }) };
}

export function StoresScreen(): ReactNode {
  const { t } = useLingui();
  const nowMs = useServerNow();
  const refetchInterval = useRefetchWhileAway();
  const stores = useQuery({ ...storesQuery, refetchInterval });
  const devices = useQuery({ ...devicesQuery, refetchInterval });
  const { search, open, close } = useStoresSearch();
  const columns = useDeviceColumns(nowMs, devices.data?.position ?? 0);
  const rows = useMemo(
    () => (stores.data && devices.data ? deviceRows(stores.data.stores, devices.data.devices, nowMs) : null),
    [stores.data, devices.data, nowMs],
  );
  const failed = [stores, devices].find((query) => query.isError && query.data === undefined);
  const deviceCount = rows?.filter((row) => row.device !== null).length ?? 0;
  const allStores = stores.data?.stores ?? [];

  const pane =
    search.pane === 'add' ? (
      <AddStorePane onClose={close} onAdded={(store) => open({ pane: 'pair', store })} />
    ) : search.pane === 'pair' && stores.data !== undefined ? (
      <PairPane
        stores={allStores}
        store={search.store}
        devices={devices.data?.devices ?? []}
        onChoose={(store) => open({ pane: 'pair', store })}
        onClose={close}
      />
    ) : undefined;

  return (
    <OfficePage
      title={t({ message: 'Stores & devices', comment: 'In the sidebar. Up to 20 letters.' })}
      meta={
        rows !== null && (
          <>
            <Trans comment="In the head of a page: how many stores. Short.">
              <Plural value={allStores.length} one="# store" other="# stores" />
            </Trans>
            {' · '}
            <Trans comment="In the head of a page: how many devices. Short.">
              <Plural value={deviceCount} one="# device" other="# devices" />
            </Trans>
          </>
        )
      }
      actions={
        <>
          <Button onClick={() => open({ pane: 'add', store: null })}>
            <Trans comment="Button: opens the form for a new store.">Add a store</Trans>
          </Button>
          <Button variant="filled" onClick={() => open({ pane: 'pair', store: search.store })}>
            <Trans comment="Button: shows a pairing code for a new device.">Pair a device</Trans>
          </Button>
        </>
      }
      pane={pane}
    >
      {failed === undefined ? (
        <div className={classes['grid']}>
          <DataGrid
            label={t({
              message: 'Stores and their devices, worst first',
              comment: 'Names the table for screen readers.',
            })}
            rows={rows}
            rowId={rowId}
            columns={columns}
            onOpen={(row) => open({ pane: 'pair', store: row.store.store })}
            onEscape={() => {
              if (search.pane === null) return false;
              close();
              return true;
            }}
            empty={
              <EmptyState
                kind="nothing-yet"
                text={
                  <Trans comment="In the table of stores before there is one.">
                    No store yet. Add the first one, then pair a device with it.
                  </Trans>
                }
              />
            }
          />
        </div>
      ) : (
        <div className={classes['problem']}>
          <ProblemStrip error={failed.error} onRetry={() => void failed.refetch()} />
        </div>
      )}
    </OfficePage>
  );
}
