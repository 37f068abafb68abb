// The columns of Stores & devices. Each says what a device last said of itself, and marks what needs a look with an icon and words.
import { useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import { formatAge, formatMoment, formatQuantity, Freshness, StateBadge, unknownFigure } from '@streamstock/ui';
import type { GridColumn, GridFigure } from '@streamstock/ui/data-grid';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import classes from './device-columns.module.css';
import { lagEvents, type DeviceRow } from './device-rows.ts';

/** Clocks further off than this put events on the wrong time. */
const clockWarnMs = 5 * 60_000;
const justNowMs = 2 * 60_000;

type Translate = ReturnType<typeof useLingui>['t'];

function Unknown({ t }: { readonly t: Translate }): ReactNode {
  return (
    <>
      <span aria-hidden="true" className={classes['quiet']}>
        {unknownFigure}
      </span>
      <span className="ss-visually-hidden">
        {t({ message: 'not known', comment: 'Read out for a dash in a table.' })}
      </span>
    </>
  );
}

function Warn({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <span className={classes['warn']}>
      <IconAlertTriangle size={16} aria-hidden="true" />
      {children}
    </span>
  );
}

function storeCell({ store, storeFreshness }: DeviceRow): ReactNode {
  return (
    <span className={classes['store']}>
      <span className={classes['name']}>{store.name}</span>
      {storeFreshness.kind === 'silent' && <StateBadge state="silent" />}
    </span>
  );
}

function deviceCell({ device }: DeviceRow, t: Translate): ReactNode {
  if (device === null)
    return (
      <span className={classes['quiet']}>
        {t({ message: 'No device yet', comment: 'In the table of stores. Short.' })}
      </span>
    );
  const isRevoked = device.revokedAtMs !== null;
  return (
    <>
      {device.label}
      {isRevoked && (
        <span className={classes['quiet']}>
          {' '}
          · {t({ message: 'revoked', comment: 'Beside a device that lost its access. One word.' })}
        </span>
      )}
    </>
  );
}

function heardCell({ device, heard, heardAtMs }: DeviceRow, nowMs: number, t: Translate): ReactNode {
  if (device === null) return null;
  if (heardAtMs === null)
    return (
      <span className={classes['quiet']}>
        {t({ message: 'never', comment: 'A device that was never heard of. One word.' })}
      </span>
    );
  const words = heard === 'connected' || nowMs - heardAtMs < justNowMs ? formatAge(0) : formatMoment(heardAtMs, nowMs);
  return <Freshness kind={heard === 'stale' || heard === 'silent' ? 'stale' : 'current'}>{words}</Freshness>;
}

function isOld({ heard }: DeviceRow): boolean {
  return heard === 'stale' || heard === 'silent' || heard === null;
}

function unsentFigure(row: DeviceRow, t: Translate): GridFigure {
  const report = row.device?.report ?? null;
  if (report === null)
    return { value: null, unknownReason: t({ message: 'not known', comment: 'Read out for a dash in a table.' }) };
  const asOf = { asOf: report.heardAtMs };
  return { value: report.unsent, ...(isOld(row) ? { freshness: { kind: 'stale', ...asOf } } : {}) };
}

function lagFigure({ device }: DeviceRow, headPosition: number, t: Translate): GridFigure {
  const value = device === null ? null : lagEvents(device, headPosition);
  return value === null
    ? { value, unknownReason: t({ message: 'not known', comment: 'Read out for a dash in a table.' }) }
    : { value };
}

function oldestCell({ device }: DeviceRow, nowMs: number): ReactNode {
  const report = device?.report ?? null;
  if (report === null || report.unsent === 0 || report.oldestUnsentAtMs === null) return null;
  const age = formatAge(nowMs - report.oldestUnsentAtMs);
  return report.unsentFault ? <Warn>{age}</Warn> : age;
}

function attentionCell({ device }: DeviceRow, t: Translate): ReactNode {
  const count = device?.report?.needsAttention ?? 0;
  if (count === 0) return null;
  const text = formatQuantity(count);
  return (
    <Warn>
      {t({
        message: `${text} waiting`,
        comment: 'In a table of devices: own entries that await a person there. Short.',
      })}
    </Warn>
  );
}

function clockCell({ device }: DeviceRow, t: Translate): ReactNode {
  if (device === null) return null;
  const offsetMs = device.report?.clockOffsetMs ?? null;
  if (offsetMs === null) return <Unknown t={t} />;
  // The centre's clock − the device's: positive means the device is behind.
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  const amount = seconds < 60 ? t({ message: `${seconds} s`, comment: 'Seconds. Short.' }) : formatAge(seconds * 1_000);
  if (seconds === 0) return amount;
  const words =
    offsetMs > 0
      ? t({ message: `${amount} behind`, comment: "A device's clock; the amount is 41 s or 5 min. Short." })
      : t({ message: `${amount} ahead`, comment: "A device's clock; the amount is 41 s or 5 min. Short." });
  return Math.abs(offsetMs) > clockWarnMs ? <Warn>{words}</Warn> : words;
}

function storageCell({ device }: DeviceRow, t: Translate): ReactNode {
  if (device === null) return null;
  const storage = device.report?.storage ?? null;
  if (storage === null) return <Unknown t={t} />;
  if (storage.persisted)
    return t({ message: 'kept', comment: "A device's storage: the browser will not clear it. One word." });
  return <Warn>{t({ message: 'not kept', comment: "A device's storage: the browser may clear it. Two words." })}</Warn>;
}

export function useDeviceColumns(nowMs: number, headPosition: number): GridColumn<DeviceRow>[] {
  const { t, i18n } = useLingui();
  return useMemo(
    () => [
      {
        id: 'store',
        kind: 'words',
        header: t({ message: 'Store', comment: 'Column head. One word.' }),
        width: 220,
        sticky: true,
        cell: storeCell,
        text: (row) => row.store.name,
      },
      {
        id: 'device',
        kind: 'words',
        header: t({ message: 'Device', comment: 'Column head. One word.' }),
        width: 150,
        cell: (row) => deviceCell(row, t),
        text: (row) => row.device?.label ?? '',
      },
      {
        id: 'heard',
        kind: 'words',
        header: t({ message: 'Heard from', comment: 'Column head: when a device last spoke.' }),
        width: 104,
        cell: (row) => heardCell(row, nowMs, t),
      },
      {
        id: 'unsent',
        kind: 'figure',
        header: t({ message: 'Unsent', comment: 'Column head: changes still on the device only. One word.' }),
        width: 80,
        sortable: false,
        glows: false,
        figure: (row) => unsentFigure(row, t),
      },
      {
        id: 'oldest',
        kind: 'words',
        header: t({ message: 'Oldest', comment: 'Column head: age of the oldest change that is not sent. One word.' }),
        width: 92,
        cell: (row) => oldestCell(row, nowMs),
      },
      {
        id: 'attention',
        kind: 'words',
        header: t({ message: 'Attention', comment: 'Column head: entries that await a person. One word.' }),
        width: 112,
        cell: (row) => attentionCell(row, t),
      },
      {
        id: 'lag',
        kind: 'figure',
        header: t({ message: 'Lag, events', comment: 'Column head: events a device has not applied yet. Short.' }),
        width: 100,
        sortable: false,
        glows: false,
        figure: (row) => lagFigure(row, headPosition, t),
      },
      {
        id: 'version',
        kind: 'words',
        header: t({ message: 'Version', comment: "Column head: of the device's app. One word." }),
        width: 88,
        cell: (row) => row.device?.report?.appVersion ?? '',
      },
      {
        id: 'clock',
        kind: 'words',
        header: t({ message: 'Clock', comment: "Column head: how far a device's clock is off. One word." }),
        width: 136,
        cell: (row) => clockCell(row, t),
      },
      {
        id: 'storage',
        kind: 'words',
        header: t({ message: 'Storage', comment: "Column head: whether a device's storage is safe. One word." }),
        width: 110,
        grow: true,
        cell: (row) => storageCell(row, t),
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the words change with the language
    [nowMs, headPosition, i18n.locale],
  );
}
