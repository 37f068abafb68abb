// What is missing: stretches of devices' logs that their makers no longer hold and the centre never got (again); and what came
// and was not taken in.
import { Trans, useLingui } from '@lingui/react/macro';
import type { Device, History, Hole } from '@streamstock/api';
import { formatQuantity } from '@streamstock/ui';
import { SidePane } from '@streamstock/ui/admin-frame';
import type { ReactNode } from 'react';
import { formatFullMoment } from '../../text/full-moment.ts';
import classes from './device-pane.module.css';
import { RefusedList } from './refused-list.tsx';

interface HoleListProps {
  readonly holes: readonly Hole[];
  readonly devices: readonly Device[];
}

function Why({ reason }: Pick<Hole, 'reason'>): ReactNode {
  return reason === 'compacted' ? (
    <Trans comment="Why a stretch of a device's log is missing: the device had deleted what was sent long ago.">
      older than devices keep, and not in the backup
    </Trans>
  ) : (
    <Trans comment="Why a stretch of a device's log is missing: its storage was damaged.">
      damaged on the device; its bytes are kept there
    </Trans>
  );
}

export function HoleList({ holes, devices }: HoleListProps): ReactNode {
  const labels = new Map(devices.map(({ device, label }) => [device, label]));
  return (
    <section className={classes['pane']}>
      <h3 className="ss-body-strong">
        <Trans comment="Title of a list: events that a device no longer holds and the centre never got. One word.">
          Missing
        </Trans>
      </h3>
      <ul className={classes['holes']}>
        {holes.map(({ device, fromSeq, toSeq, reason, atMs }) => {
          const [label, from, to] = [labels.get(device) ?? device, formatQuantity(fromSeq), formatQuantity(toSeq)];
          const moment = formatFullMoment(atMs);
          return (
            <li key={`${device} ${fromSeq}`}>
              <span className="ss-body-strong">
                {fromSeq === toSeq ? (
                  <Trans comment="One entry of a device's log: its name and the entry's number.">
                    {label}, entry {from}
                  </Trans>
                ) : (
                  <Trans comment="A stretch of a device's log: its name, the first and the last entry's number.">
                    {label}, entries {from} to {to}
                  </Trans>
                )}
              </span>
              <br />
              <Why reason={reason} /> <span className="ss-meta">{moment}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export interface HolesPaneProps extends Pick<History, 'holes' | 'refused' | 'refusedCount' | 'refusedNext'> {
  readonly devices: readonly Device[];
  readonly onClose: () => void;
}

export function HolesPane({ holes, refused, refusedCount, refusedNext, devices, onClose }: HolesPaneProps): ReactNode {
  const { t } = useLingui();
  return (
    <SidePane
      title={
        holes.length > 0
          ? t({
              message: 'Missing events',
              comment: 'Title of the pane that lists what devices no longer hold and the centre never got. Two words.',
            })
          : t({
              message: 'Events not taken',
              comment: 'Title of the pane that lists what devices sent and the centre refused. Three words.',
            })
      }
      onClose={onClose}
    >
      <div className={classes['pane']}>
        {holes.length > 0 && (
          <>
            <p className="ss-body">
              <Trans comment="Over the list of events that are missing.">
                The devices that made these no longer hold them, and this server never got them. Another device of the
                store may have brought some of them back. Count the goods there to set the figures right.
              </Trans>
            </p>
            <HoleList holes={holes} devices={devices} />
          </>
        )}
        {refused.length > 0 && (
          <RefusedList refused={refused} refusedCount={refusedCount} refusedNext={refusedNext} devices={devices} />
        )}
      </div>
    </SidePane>
  );
}
