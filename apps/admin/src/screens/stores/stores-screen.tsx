// Stores and their devices, the worst first; and the acts of this page: adding a store, pairing a device, revoking one.
import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { EmptyState, ErrorStrip } from '@streamstock/ui';
import { DataGrid } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useRefetchWhileAway, useServerNow } from '../../data/live/live-context.tsx';
import { devicesQuery, historyQuery, storesQuery } from '../../data/queries.ts';
import { OfficePage } from '../../frame/office-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { EpochNotice } from '../../history/epoch-notice.tsx';
import { DevicePane } from './device-pane.tsx';
import { HolesPane } from './holes-pane.tsx';
import { useDeviceColumns } from './use-device-columns.tsx';
import { deviceRows, type DeviceRow } from './device-rows.ts';
import { AddStorePane, PairPane } from './stores-panes.tsx';
import { readStoresSearch, storesSearchText, type StoresSearch } from './stores-search.ts';
import classes from './stores-screen.module.css';

const route = getRouteApi('/office/stores');
const nothing: StoresSearch = { pane: null, store: null, device: null };
const rowId = (row: DeviceRow): string => row.id;

function useStoresSearch() {
  const text = route.useSearch();
  const navigate = useNavigate();
  const search = useMemo(() => readStoresSearch({ ...text }), [text]);
  const open = (next: StoresSearch): void => void navigate({ to: '/stores', search: storesSearchText(next) });
  return { search, open, close: () => open(nothing) };
}

interface HolesNoticeProps {
  readonly holes: number;
  readonly refused: number;
  readonly onShow: () => void;
}

function HolesNotice({ holes, refused, onShow }: HolesNoticeProps): ReactNode {
  if (holes + refused === 0) return null;
  return (
    <ErrorStrip
      tone="quiet"
      what={
        <>
          {holes > 0 && (
            <Trans comment="Notice: parts of devices' logs that their makers no longer hold and the centre never got.">
              <Plural
                value={holes}
                one="A stretch of a device's events is missing."
                other="# stretches of devices' events are missing."
              />
            </Trans>
          )}{' '}
          {refused > 0 && (
            <Trans comment="Notice: what devices sent and the centre refused.">
              <Plural
                value={refused}
                one="A record that a device sent was not taken."
                other="# records that devices sent were not taken."
              />
            </Trans>
          )}
        </>
      }
      actions={
        <Button onClick={onShow}>
          {holes > 0 ? (
            <Trans comment="Button: lists the events that are missing.">Show what is missing</Trans>
          ) : (
            <Trans comment="Button: lists what devices sent and the centre refused.">Show what was not taken</Trans>
          )}
        </Button>
      }
    />
  );
}

export function StoresScreen(): ReactNode {
  const { t } = useLingui();
  const nowMs = useServerNow();
  const refetchInterval = useRefetchWhileAway();
  const stores = useQuery({ ...storesQuery, refetchInterval });
  const devices = useQuery({ ...devicesQuery, refetchInterval });
  const { search, open, close } = useStoresSearch();
  const { data: history } = useQuery({ ...historyQuery, refetchInterval });
  const awaited = useMemo(() => new Set(history?.comeback.awaited), [history]);
  const headPosition = devices.data?.position ?? 0;
  const columns = useDeviceColumns(nowMs, headPosition, awaited);
  const rows = useMemo(
    () => (stores.data && devices.data ? deviceRows(stores.data.stores, devices.data.devices, nowMs) : null),
    [stores.data, devices.data, nowMs],
  );
  const failed = [stores, devices].find((query) => query.isError && query.data === undefined);
  const deviceCount = rows?.filter((row) => row.device !== null).length ?? 0;
  const allStores = stores.data?.stores ?? [];

  const panes = {
    add: () => <AddStorePane onClose={close} onAdded={(store) => open({ ...nothing, pane: 'pair', store })} />,
    pair: () => (
      <PairPane
        stores={allStores}
        store={search.store}
        devices={devices.data?.devices ?? []}
        onChoose={(store) => open({ ...nothing, pane: 'pair', store })}
        onClose={close}
      />
    ),
    device: () => (
      <DevicePane
        row={rows?.find((row) => row.device?.device === search.device)}
        devices={devices.data?.devices ?? []}
        history={history}
        headPosition={headPosition}
        nowMs={nowMs}
        onPair={(store) => open({ ...nothing, pane: 'pair', store })}
        onClose={close}
      />
    ),
    holes: () => (
      <HolesPane
        holes={history?.holes ?? []}
        refused={history?.refused ?? []}
        refusedCount={history?.refusedCount ?? 0}
        refusedNext={history?.refusedNext ?? null}
        devices={devices.data?.devices ?? []}
        onClose={close}
      />
    ),
  };
  const known = search.pane === 'add' || rows !== null;
  const pane = search.pane === null || !known ? undefined : panes[search.pane]();

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
          <Button onClick={() => open({ ...nothing, pane: 'add' })}>
            <Trans comment="Button: opens the form for a new store.">Add a store</Trans>
          </Button>
          <Button variant="filled" onClick={() => open({ ...nothing, pane: 'pair', store: search.store })}>
            <Trans comment="Button: shows a pairing code for a new device.">Pair a device</Trans>
          </Button>
        </>
      }
      pane={pane}
      notice={
        <>
          <EpochNotice onlyWhilePaused={false} />
          <HolesNotice
            holes={history?.holes.length ?? 0}
            refused={history?.refusedCount ?? 0}
            onShow={() => open({ ...nothing, pane: 'holes' })}
          />
        </>
      }
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
            onOpen={({ device, store }) =>
              open(
                device === null
                  ? { ...nothing, pane: 'pair', store: store.store }
                  : { ...nothing, pane: 'device', device: device.device },
              )
            }
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
