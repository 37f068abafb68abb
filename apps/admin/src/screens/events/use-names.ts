// Names for the ids that stand in events: stores, devices, items. What is not known yet is shown by its id.
import { useQuery } from '@tanstack/react-query';
import type { Device, StoreHead } from '@streamstock/api';
import { useMemo } from 'react';
import { useLiveFeed } from '../../data/live/live-context.tsx';
import { devicesQuery, stockNowQuery, storesQuery } from '../../data/queries.ts';
import type { StockRow } from '../../data/stock-table.ts';

export interface Names {
  readonly stores: readonly StoreHead[];
  readonly devices: readonly Device[];
  readonly items: readonly StockRow[];
  readonly store: (id: string | null) => string;
  readonly device: (id: string) => string;
  readonly item: (id: string) => string;
  readonly itemScale: (id: string) => number;
}

const none: readonly never[] = [];

export function useNames(): Names {
  const feed = useLiveFeed();
  const stores = useQuery(storesQuery).data?.stores ?? none;
  const devices = useQuery(devicesQuery).data?.devices ?? none;
  const { data: table } = useQuery(stockNowQuery((read) => feed.settle(read)));
  const { rowIndex } = table ?? {};
  return useMemo(() => {
    const storeNames = new Map(stores.map((store) => [store.store, store.name]));
    const deviceNames = new Map(devices.map((device) => [device.device, device.label]));
    const rowOf = (id: string): StockRow | undefined => {
      const index = rowIndex?.get(id);
      return index === undefined ? undefined : table?.rows[index];
    };
    return {
      stores,
      devices,
      items: table?.rows ?? none,
      store: (id) => (id === null ? '' : (storeNames.get(id) ?? id)),
      device: (id) => deviceNames.get(id) ?? id,
      item: (id) => rowOf(id)?.name ?? id,
      itemScale: (id) => rowOf(id)?.scale ?? 0,
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- names change with the catalogue, not with every figure
  }, [stores, devices, rowIndex]);
}
