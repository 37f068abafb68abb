// One device: what it last said, where it came from, what is gone of its log; and taking back its access.
import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Device, History } from '@streamstock/api';
import { EmptyState, ErrorStrip, formatAge, formatQuantity } from '@streamstock/ui';
import { SidePane } from '@streamstock/ui/admin-frame';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../../data/api.ts';
import { queryKeys } from '../../data/query-keys.ts';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { formatDayAndTime, formatFullMoment } from '../../text/full-moment.ts';
import { ClockCell, StorageCell } from './device-cells.tsx';
import classes from './device-pane.module.css';
import { lagEvents, type DeviceRow } from './device-rows.ts';
import { HoleList } from './holes-pane.tsx';

export interface DevicePaneProps {
  /** undefined: no such device (any more). */
  readonly row: DeviceRow | undefined;
  readonly devices: readonly Device[];
  readonly history: History | undefined;
  readonly headPosition: number;
  readonly nowMs: number;
  readonly onPair: (store: string) => void;
  readonly onClose: () => void;
}

/** All that came out of this device by forks, and out of those. */
function forksOf(device: string, devices: readonly Device[]): readonly Device[] {
  const own = devices.filter(({ parent }) => parent === device);
  return own.flatMap((fork) => [fork, ...forksOf(fork.device, devices)]);
}

function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Said({
  row,
  headPosition,
  nowMs,
}: Pick<DevicePaneProps, 'headPosition' | 'nowMs'> & { readonly row: DeviceRow }) {
  const { t } = useLingui();
  const report = row.device?.report ?? null;
  if (row.device === null) return null;
  if (report === null) {
    return (
      <Fact name={t({ message: 'Heard from', comment: 'Column head: when a device last spoke.' })}>
        <Trans comment="A device that was never heard of. One word.">never</Trans>
      </Fact>
    );
  }
  const lag = lagEvents(row.device, headPosition);
  const lagText = lag === null ? '' : formatQuantity(lag);
  return (
    <>
      <Fact name={t({ message: 'Heard from', comment: 'Column head: when a device last spoke.' })}>
        {row.device.connected ? (
          <Trans comment="A device that is connected now. Two words.">connected now</Trans>
        ) : (
          formatDayAndTime(report.heardAtMs, nowMs)
        )}
      </Fact>
      <Fact name={t({ message: 'Unsent', comment: 'Column head: changes still on the device only. One word.' })}>
        {formatQuantity(report.unsent)}
        {report.unsent > 0 && report.oldestUnsentAtMs !== null && (
          <>
            {' · '}
            <Oldest ageMs={nowMs - report.oldestUnsentAtMs} />
          </>
        )}
      </Fact>
      {lag !== null && (
        <Fact name={t({ message: 'Lag, events', comment: 'Column head: events a device has not applied yet. Short.' })}>
          {lagText}
        </Fact>
      )}
      <Fact name={t({ message: 'Version', comment: "Column head: of the device's app. One word." })}>
        {report.appVersion}
      </Fact>
      <Fact name={t({ message: 'Clock', comment: "Column head: how far a device's clock is off. One word." })}>
        <ClockCell row={row} nowMs={nowMs} />
      </Fact>
      <Fact name={t({ message: 'Storage', comment: "Column head: whether a device's storage is safe. One word." })}>
        <StorageCell row={row} nowMs={nowMs} />
      </Fact>
    </>
  );
}

function Oldest({ ageMs }: { readonly ageMs: number }): ReactNode {
  const age = formatAge(ageMs);
  return <Trans comment="After a number of unsent changes: how old the oldest is.">the oldest {age} old</Trans>;
}

interface RevokeProps {
  readonly device: Device;
  readonly forks: number;
}

function Revoke({ device: { device, label, report }, forks }: RevokeProps): ReactNode {
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: async () => await api.revokeDevice({ params: { device } }),
    onSuccess: async () => {
      await Promise.all(
        [queryKeys.devices, queryKeys.stores, queryKeys.history].map(
          async (queryKey) => await queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const unsent = report?.unsent ?? 0;
  if (!asking) {
    return (
      <div>
        <Button variant="danger" onClick={() => setAsking(true)}>
          <Trans comment="Button: take back a device's access. The next step asks once more.">Revoke…</Trans>
        </Button>
      </div>
    );
  }
  return (
    <>
      <ErrorStrip
        tone="warn"
        what={
          <Trans comment="Asks before a device loses its access; its name stands in it.">
            Take back the access of {label}?
          </Trans>
        }
        safe={
          <>
            <Trans comment="What becomes of a revoked device's unsent changes.">
              It may still send what it has
              <Plural value={unsent} _0="" one=" (# change, as it last said)" other=" (# changes, as it last said)" />.
              All of it is set aside for you to look at: nothing of it counts. Then it locks.
            </Trans>{' '}
            {forks > 0 && (
              <Trans comment="Copies of a device that is revoked lose their access as well.">
                <Plural value={forks} one="Its copy loses" other="Its # copies lose" /> access too.
              </Trans>
            )}
          </>
        }
        todo={
          <Trans comment="Revoking a device can not be taken back.">
            This can not be undone; to use it again, pair it anew.
          </Trans>
        }
        actions={
          <>
            <Button variant="danger" onClick={() => revoke.mutate()} loading={revoke.isPending}>
              <Trans comment="Button: take back this device's access now. Its name stands in it.">Revoke {label}</Trans>
            </Button>
            <Button onClick={() => setAsking(false)}>
              <Trans comment="Button: leave the device its access.">Keep</Trans>
            </Button>
          </>
        }
      />
      {revoke.isError && <ProblemStrip error={revoke.error} />}
    </>
  );
}

function Origin({ device, devices }: { readonly device: Device; readonly devices: readonly Device[] }): ReactNode {
  const label = devices.find((one) => one.device === device.parent)?.label ?? device.parent;
  return (
    <>
      <Fact name={<Trans comment="Before a moment: when a device was paired. One word.">Paired</Trans>}>
        {formatFullMoment(device.enrolledAtMs)}
      </Fact>
      {device.parent !== null && (
        <Fact name={<Trans comment="Before a device: this one has a copy of its storage. Two words.">Copy of</Trans>}>
          {label} <span className="ss-meta">{device.parent}</span>
        </Fact>
      )}
      <Fact name={<Trans comment="Before a device's technical name. Short.">Device id</Trans>}>
        <span className="sku">{device.device}</span>
      </Fact>
    </>
  );
}

/** What is so about the device now, in sentences. */
function States({ device, history }: { readonly device: Device; readonly history: History | undefined }): ReactNode {
  const since = device.revokedAtMs === null ? '' : formatFullMoment(device.revokedAtMs);
  if (device.revokedAtMs !== null) {
    return (
      <ErrorStrip
        tone="quiet"
        what={<Trans comment="A device's access was taken back; a moment stands in it.">Revoked {since}.</Trans>}
        safe={
          <Trans comment="What a revoked device can still do.">
            What it sends since then is set aside and counts nowhere.
          </Trans>
        }
      />
    );
  }
  if (history?.comeback.awaited.includes(device.device) !== true) return null;
  return (
    <ErrorStrip
      tone="warn"
      what={<Trans comment="A device was not heard of since the restore.">Not back since the restore.</Trans>}
      safe={
        <Trans comment="What a device that is not back since the restore may hold.">
          It may hold changes that nobody else has. Let it connect once.
        </Trans>
      }
    />
  );
}

export function DevicePane(props: DevicePaneProps): ReactNode {
  const { row, devices, history, headPosition, nowMs, onPair, onClose } = props;
  const { t } = useLingui();
  const device = row?.device ?? null;
  if (row === undefined || device === null) {
    return (
      <SidePane title={t({ message: 'Device', comment: 'Column head. One word.' })} onClose={onClose}>
        <EmptyState
          kind="no-match"
          text={<Trans comment="In the pane for one device.">There is no such device.</Trans>}
        />
      </SidePane>
    );
  }
  const holes = history?.holes.filter((hole) => hole.device === device.device) ?? [];
  const forks = forksOf(device.device, devices).filter(({ revokedAtMs }) => revokedAtMs === null).length;
  return (
    <SidePane title={`${device.label} · ${row.store.name}`} onClose={onClose}>
      <div className={classes['pane']}>
        <States device={device} history={history} />
        <dl>
          <Said row={row} headPosition={headPosition} nowMs={nowMs} />
          <Origin device={device} devices={devices} />
        </dl>
        {holes.length > 0 && <HoleList holes={holes} devices={devices} />}
        <div>
          <Button onClick={() => onPair(row.store.store)}>
            <Trans comment="Button: shows a pairing code for another device of this store.">Pair another device</Trans>
          </Button>
        </div>
        {device.revokedAtMs === null && <Revoke key={device.device} device={device} forks={forks} />}
      </div>
    </SidePane>
  );
}
