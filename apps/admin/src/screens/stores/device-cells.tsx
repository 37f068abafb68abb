// The cells of Stores & devices that say more than a figure: an icon and words where something needs a look.
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import { formatAge, formatMoment, formatQuantity, Freshness, StateBadge, unknownFigure } from '@streamstock/ui';
import type { ReactNode } from 'react';
import classes from './device-cells.module.css';
import type { DeviceRow } from './device-rows.ts';

/** Clocks further off than this put events on the wrong time. */
const clockWarnMs = 5 * 60_000;
const justNowMs = 2 * 60_000;
const minuteSeconds = 60;

export interface DeviceCellProps {
  readonly row: DeviceRow;
  readonly nowMs: number;
}

function Unknown(): ReactNode {
  return (
    <>
      <span aria-hidden="true" className={classes['quiet']}>
        {unknownFigure}
      </span>
      <span className="ss-visually-hidden">
        <Trans comment="Read out for a dash in a table.">not known</Trans>
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

export function StoreCell({ row: { store, storeFreshness } }: DeviceCellProps): ReactNode {
  return (
    <span className={classes['store']}>
      <span className={classes['name']}>{store.name}</span>
      {storeFreshness.kind === 'silent' && <StateBadge state="silent" />}
    </span>
  );
}

export function NameCell({ row: { device } }: DeviceCellProps): ReactNode {
  if (device !== null) return device.label;
  return (
    <span className={classes['quiet']}>
      <Trans comment="In the table of stores. Short.">No device yet</Trans>
    </span>
  );
}

export interface StateCellProps extends DeviceCellProps {
  /** Devices that have not come back since the log was restored. */
  readonly awaited: ReadonlySet<string>;
}

/** What is so about it now; nothing where all is as usual. The pane tells more. */
export function StateCell({ row: { device }, awaited }: StateCellProps): ReactNode {
  if (device === null) return null;
  if (device.revokedAtMs !== null) {
    return (
      <span className={classes['quiet']}>
        <Trans comment="Beside a device that lost its access. One word.">revoked</Trans>
      </span>
    );
  }
  if (awaited.has(device.device)) {
    return (
      <Warn>
        <Trans comment="Beside a device that was not heard of since the server was restored. Short.">
          not back yet
        </Trans>
      </Warn>
    );
  }
  if (device.parent === null) return null;
  return (
    <span className={classes['quiet']}>
      <Trans comment="Beside a device that came out of another one by copying its storage. One word.">copy</Trans>
    </span>
  );
}

export function HeardCell({ row: { device, heard, heardAtMs }, nowMs }: DeviceCellProps): ReactNode {
  if (device === null) return null;
  if (heardAtMs === null) {
    return (
      <span className={classes['quiet']}>
        <Trans comment="A device that was never heard of. One word.">never</Trans>
      </span>
    );
  }
  const isNow = heard === 'connected' || nowMs - heardAtMs < justNowMs;
  return (
    <Freshness
      className={classes['heard'] ?? ''}
      kind={heard === 'stale' || heard === 'silent' ? 'stale' : 'current'}
      asOf={heardAtMs}
      words="hidden"
    >
      {isNow ? formatAge(0) : formatMoment(heardAtMs, nowMs)}
    </Freshness>
  );
}

export function OldestCell({ row: { device }, nowMs }: DeviceCellProps): ReactNode {
  const report = device?.report ?? null;
  if (report === null || report.unsent === 0 || report.oldestUnsentAtMs === null) return null;
  const age = formatAge(nowMs - report.oldestUnsentAtMs);
  return report.unsentFault ? <Warn>{age}</Warn> : age;
}

export function AttentionCell({ row: { device } }: DeviceCellProps): ReactNode {
  const count = device?.report?.needsAttention ?? 0;
  if (count === 0) return null;
  const text = formatQuantity(count);
  return (
    <Warn>
      <Trans comment="In a table of devices: own entries that await a person there. Short.">{text} waiting</Trans>
    </Warn>
  );
}

export function ClockCell({ row: { device } }: DeviceCellProps): ReactNode {
  const { t } = useLingui();
  if (device === null) return null;
  const offsetMs = device.report?.clockOffsetMs ?? null;
  if (offsetMs === null) return <Unknown />;
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  const amount =
    seconds < minuteSeconds ? t({ message: `${seconds} s`, comment: 'Seconds. Short.' }) : formatAge(seconds * 1_000);
  if (seconds === 0) return amount;
  // The centre's clock − the device's: positive means the device is behind.
  const words =
    offsetMs > 0
      ? t({ message: `${amount} behind`, comment: "A device's clock; the amount is 41 s or 5 min. Short." })
      : t({ message: `${amount} ahead`, comment: "A device's clock; the amount is 41 s or 5 min. Short." });
  return Math.abs(offsetMs) > clockWarnMs ? <Warn>{words}</Warn> : words;
}

export function StorageCell({ row: { device } }: DeviceCellProps): ReactNode {
  if (device === null) return null;
  const storage = device.report?.storage ?? null;
  if (storage === null) return <Unknown />;
  if (storage.persisted) {
    return <Trans comment="A device's storage: the browser will not clear it. One word.">kept</Trans>;
  }
  return (
    <Warn>
      <Trans comment="A device's storage: the browser may clear it. Two words.">not kept</Trans>
    </Warn>
  );
}
