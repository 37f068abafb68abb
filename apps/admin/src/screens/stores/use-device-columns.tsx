// The columns of Stores & devices. Each says what a device last said of itself.
import { useLingui } from '@lingui/react/macro';
import type { GridColumn, GridFigure } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import {
  AttentionCell,
  ClockCell,
  HeardCell,
  NameCell,
  OldestCell,
  StateCell,
  StorageCell,
  StoreCell,
} from './device-cells.tsx';
import { lagEvents, type DeviceRow } from './device-rows.ts';

/** What a device said of itself is stale when the device is. */
function unsentFigure({ device, heard }: DeviceRow, unknownReason: string): GridFigure {
  const report = device?.report ?? null;
  if (device === null) return { value: null };
  if (report === null) return { value: null, unknownReason };
  const isOld = heard === 'stale' || heard === 'silent' || heard === null;
  return { value: report.unsent, ...(isOld ? { freshness: { kind: 'stale', asOf: report.heardAtMs } } : {}) };
}

function lagFigure({ device }: DeviceRow, headPosition: number, unknownReason: string): GridFigure {
  const value = device === null ? null : lagEvents(device, headPosition);
  return value === null ? { value, unknownReason } : { value };
}

export function useDeviceColumns(
  nowMs: number,
  headPosition: number,
  awaited: ReadonlySet<string>,
): GridColumn<DeviceRow>[] {
  const { t, i18n } = useLingui();
  return useMemo(() => {
    const unknown = t({ message: 'not known', comment: 'Read out for a dash in a table.' });
    const columns: GridColumn<DeviceRow>[] = [
      {
        id: 'store',
        kind: 'words',
        header: t({ message: 'Store', comment: 'Column head. One word.' }),
        width: 200,
        sticky: true,
        cell: (row) => <StoreCell row={row} nowMs={nowMs} />,
        text: (row) => row.store.name,
      },
      {
        id: 'device',
        kind: 'words',
        header: t({ message: 'Device', comment: 'Column head. One word.' }),
        width: 140,
        cell: (row) => <NameCell row={row} nowMs={nowMs} />,
        text: (row) => row.device?.label ?? '',
      },
      {
        id: 'state',
        kind: 'words',
        header: t({ message: 'State', comment: 'Column head: revoked, not back yet, copy. One word.' }),
        width: 116,
        cell: (row) => <StateCell row={row} nowMs={nowMs} awaited={awaited} />,
      },
      {
        id: 'heard',
        kind: 'words',
        header: t({ message: 'Heard from', comment: 'Column head: when a device last spoke.' }),
        width: 96,
        cell: (row) => <HeardCell row={row} nowMs={nowMs} />,
      },
      {
        id: 'unsent',
        kind: 'figure',
        header: t({ message: 'Unsent', comment: 'Column head: changes still on the device only. One word.' }),
        width: 72,
        sortable: false,
        glows: false,
        figure: (row) => unsentFigure(row, unknown),
      },
      {
        id: 'oldest',
        kind: 'words',
        header: t({ message: 'Oldest', comment: 'Column head: age of the oldest change that is not sent. One word.' }),
        width: 84,
        cell: (row) => <OldestCell row={row} nowMs={nowMs} />,
      },
      {
        id: 'attention',
        kind: 'words',
        header: t({ message: 'Attention', comment: 'Column head: entries that await a person. One word.' }),
        width: 100,
        cell: (row) => <AttentionCell row={row} nowMs={nowMs} />,
      },
      {
        id: 'lag',
        kind: 'figure',
        header: t({
          message: 'Lag, events',
          comment: 'Column head: events a device has not applied yet. Short.',
        }),
        width: 96,
        sortable: false,
        glows: false,
        figure: (row) => lagFigure(row, headPosition, unknown),
      },
      {
        id: 'version',
        kind: 'words',
        header: t({ message: 'Version', comment: "Column head: of the device's app. One word." }),
        width: 76,
        cell: (row) => row.device?.report?.appVersion ?? '',
      },
      {
        id: 'clock',
        kind: 'words',
        header: t({ message: 'Clock', comment: "Column head: how far a device's clock is off. One word." }),
        width: 112,
        cell: (row) => <ClockCell row={row} nowMs={nowMs} />,
      },
      {
        id: 'storage',
        kind: 'words',
        header: t({ message: 'Storage', comment: "Column head: whether a device's storage is safe. One word." }),
        width: 100,
        grow: true,
        cell: (row) => <StorageCell row={row} nowMs={nowMs} />,
      },
    ];
    return columns;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the words change with the language
  }, [nowMs, headPosition, awaited, i18n.locale]);
}
