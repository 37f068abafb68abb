// The sync indicator: two independent signs, connection and queue, in one target that opens "This device".
// No toast, no colour for going offline; a polite announcement only when a worry begins or ends.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import {
  IconAlertHexagonFilled,
  IconAlertTriangle,
  IconAlertTriangleFilled,
  IconArrowUpCircle,
  IconChecks,
  IconCircleHalf2,
  IconClockExclamation,
  IconCloud,
  IconCloudOff,
  IconCloudUp,
  IconHourglass,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { classNames } from '../components/class-names.ts';
import type { IconComponent } from '../components/icon.ts';
import { formatQuantity } from '../format/number.ts';
import { formatAge } from '../format/time.ts';
import type { ConnectionState, QueueChip, QueueState } from './chips.ts';
import { syncStatusSettings } from './status.ts';
import type { SyncStatusOf, SyncStatusSettings } from './status.ts';
import classes from './sync-status.module.css';
import { useSyncStatusView } from './use-sync-status-view.ts';

const connectionIcons: Record<ConnectionState, IconComponent> = {
  quiet: IconCloud,
  online: IconCloud,
  connecting: IconCloudUp,
  offline: IconCloudOff,
  waiting: IconHourglass,
  needsYou: IconAlertTriangle,
};

const queueIcons: Record<QueueState, IconComponent> = {
  settling: IconCircleHalf2,
  allSent: IconChecks,
  justSaved: IconCircleHalf2,
  unsent: IconCircleHalf2,
  catchingUp: IconArrowUpCircle,
  notSending: IconAlertTriangle,
  waitingLong: IconClockExclamation,
  tooOld: IconAlertHexagonFilled,
  needsAttention: IconAlertTriangleFilled,
};

function useConnectionWord(): (state: ConnectionState, needs: SyncStatusOf['needs']) => string {
  const { t } = useLingui();
  return (state, needs) => {
    switch (state) {
      case 'quiet':
        return '';
      case 'online':
        return t({ message: 'Online', comment: 'Connection sign; read out, not shown.' });
      case 'connecting':
        return t({ message: 'Connecting', comment: 'Connection sign in the header; short.' });
      case 'offline':
        return t({ message: 'Offline', comment: 'Connection sign in the header; not an error; short.' });
      case 'waiting':
        return t({ message: 'Server busy', comment: 'Connection sign: head office asked to retry later; short.' });
      case 'needsYou':
        if (needs === 'update')
          return t({ message: 'Update', comment: 'Connection sign: the app must be updated; one word.' });
        if (needs === 'revoked')
          return t({ message: 'Removed', comment: 'Connection sign: this device was removed; one word.' });
        if (needs === 'pair')
          return t({
            message: 'Pair again',
            comment: 'Connection sign: head office no longer knows this device; short.',
          });
        return t({ message: 'Sign in', comment: 'Connection sign: a person must sign in; short.' });
    }
  };
}

interface QueueText {
  /** On screen. */
  readonly words: string;
  /** What the words leave out: read out after them. */
  readonly more: string;
}

function useQueueText(): (chip: QueueChip) => QueueText {
  const { t } = useLingui();
  return (chip) => {
    const count = formatQuantity(chip.unsentCount);
    const age = formatAge(chip.oldestUnsentAgeMs ?? 0);
    const unsent = t({
      message: `${plural(chip.unsentCount, { one: '# unsent', other: '# unsent' })} · ${age}`,
      comment: 'Queue sign in the header: changes that are only on this device, and the age of the oldest; short.',
    });
    const attention = t({
      message: plural(chip.needsAttentionCount, { one: '# needs attention', other: '# need attention' }),
      comment: 'Queue sign in the header: changes that a person must look at; short.',
    });
    const words: Record<QueueState, string> = {
      settling: '',
      allSent: t({ message: 'All sent', comment: 'Queue sign in the header; short.' }),
      justSaved: count,
      unsent,
      catchingUp: t({
        message: `Sending ${count}`,
        comment: 'Queue sign in the header: so many changes are going out; short.',
      }),
      notSending: t({
        message: `Not sending · ${count} · ${age}`,
        comment:
          'Queue sign in the header: online, but changes do not get through; count and age of the oldest; short.',
      }),
      waitingLong: unsent,
      tooOld: unsent,
      needsAttention: attention,
    };
    const saysUnsent = words[chip.state] === unsent || chip.unsentCount === 0;
    const saysAttention = chip.state === 'needsAttention' || chip.needsAttentionCount === 0;
    const more = [...(saysUnsent ? [] : [unsent]), ...(saysAttention ? [] : [attention])];
    return { words: words[chip.state], more: more.join(' · ') };
  };
}

/** The words; a narrow header drops "unsent", never the number or the age. */
function QueueWords({ chip }: { readonly chip: QueueChip }): ReactNode {
  const { words, more } = useQueueText()(chip);
  const short = `${formatQuantity(chip.unsentCount)} · ${formatAge(chip.oldestUnsentAgeMs ?? 0)}`;
  const shortens = chip.state === 'unsent' || chip.state === 'waitingLong' || chip.state === 'tooOld';
  return (
    <>
      {words !== '' && <span className={shortens ? classes['wide'] : undefined}>{words}</span>}
      {shortens && <span className={classes['narrow']}>{short}</span>}
      {more !== '' && <span className="ss-visually-hidden"> · {more}</span>}
    </>
  );
}

/** Says the worry when it begins and what holds when it ends; silent in between and at first. */
function WorryAnnouncement({ worried, words }: { readonly worried: boolean; readonly words: string }): ReactNode {
  const [said, setSaid] = useState({ worried, words: '' });
  if (said.worried !== worried) setSaid({ worried, words });
  return <output className="ss-visually-hidden">{said.words}</output>;
}

export interface SyncStatusProps {
  readonly status: SyncStatusOf;
  /** Unix milliseconds; without it the component keeps its own clock. */
  readonly now?: number;
  readonly settings?: SyncStatusSettings;
  /** Opens "This device". */
  readonly onOpen: () => void;
}

export function SyncStatus({ status, now, settings = syncStatusSettings, onOpen }: SyncStatusProps): ReactNode {
  const { t } = useLingui();
  const view = useSyncStatusView(status, settings, now);
  const connectionWord = useConnectionWord()(view.connection.state, status.needs);
  const { words, more } = useQueueText()(view.queue);
  const worded = connectionWord !== '' && view.connection.state !== 'online';
  const ConnectionIcon = connectionIcons[view.connection.state];
  const QueueIcon = queueIcons[view.queue.state];
  return (
    <>
      <button type="button" className={classes['root']} onClick={onOpen}>
        <span
          className={classes['chip']}
          data-tone={view.connection.tone}
          data-state={view.connection.state}
          data-worded={worded}
        >
          <ConnectionIcon aria-hidden="true" />
          {connectionWord !== '' && (
            <span className={view.connection.state === 'online' ? 'ss-visually-hidden' : undefined}>
              {connectionWord}
            </span>
          )}
        </span>
        <span
          className={classNames(classes['chip'], classes['queue'])}
          data-tone={view.queue.tone}
          data-state={view.queue.state}
        >
          <QueueIcon aria-hidden="true" />
          <QueueWords chip={view.queueWords} />
        </span>
        <span className="ss-visually-hidden">
          {t({
            message: 'This device',
            comment: 'Name of the screen about this device, and of the sign that opens it.',
          })}
        </span>
      </button>
      {view.queue.state === 'catchingUp' && <span className={classes['sending']} />}
      <WorryAnnouncement
        worried={view.worried}
        words={[connectionWord, words, more].filter((part) => part !== '').join(' · ')}
      />
    </>
  );
}
