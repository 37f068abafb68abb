// What waits to be sent, newest first, each with how far it has come; and what head office set aside.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState, formatMoment, RecordState, SkeletonRows, useLateFlag } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useDevice, useLive, useStatus } from '../../device/use-device.tsx';
import { Screen } from '../../shell/screen.tsx';
import { ExportButton } from '../../shell/export-button.tsx';
import { AttentionList } from './attention-list.tsx';
import classes from './outbox-screen.module.css';
import { OUTBOX_ROWS_MAX, outboxEntries } from './outbox-entries.ts';
import { useWhatWord } from './use-what-word.ts';

const OUTBOX_CAUSES = ['append', 'accepted', 'frame', 'rechain'] as const;
const SKELETON_ROWS = 3;

export function OutboxScreen(): ReactNode {
  const { t } = useLingui();
  const { clock, engine } = useDevice();
  const status = useStatus();
  const wordOf = useWhatWord();
  const read = useLive('outbox', async (device) => outboxEntries(await device.engine.exportOutbox()), {
    causes: OUTBOX_CAUSES,
    restMs: 300,
  });
  const entries = read.value;
  const late = useLateFlag(entries === undefined && read.error === undefined);
  return (
    <Screen
      title={t({ message: 'Unsent', comment: 'Figure on Today: changes that are only on this device; short.' })}
      meta={status.unsentCount}
      leave={{ kind: 'back', to: '/device' }}
    >
      <AttentionList />
      <div className={classes['actions']}>
        <Button onClick={() => engine.tryNow()}>{t({ message: 'Try now', comment: 'Button: sends at once.' })}</Button>
        <ExportButton />
      </div>
      {late && <SkeletonRows rows={SKELETON_ROWS} />}
      {entries?.length === 0 && (
        <EmptyState
          kind="done"
          text={
            status.needsAttentionCount === 0
              ? t({ message: 'Everything on this device is at head office too.', comment: 'Empty outbox.' })
              : t({
                  message: 'Nothing else waits to be sent.',
                  comment: 'Empty outbox, under records that need attention.',
                })
          }
        />
      )}
      <ul
        className={classes['rows']}
        aria-label={t({
          message: 'Waiting to be sent',
          comment: 'Title of the list of unsent records; also a row of "This device".',
        })}
      >
        {entries?.map((entry) => {
          const { lines } = entry;
          return (
            <li key={entry.id} className={classes['row']}>
              <RecordState state={entry.what === 'unreadable' ? 'attention' : 'saved'} />
              <span className="ss-body-strong">{wordOf(entry.what)}</span>
              <span className="ss-meta">
                {lines > 0 &&
                  t({
                    message: plural(lines, { one: '# line', other: '# lines' }),
                    comment: 'How large a document is; short.',
                  })}
              </span>
              <time className="ss-meta">{entry.atMs === 0 ? '' : formatMoment(entry.atMs, clock())}</time>
            </li>
          );
        })}
      </ul>
      {status.unsentCount > OUTBOX_ROWS_MAX && (
        <p className="ss-meta">
          {t({ message: `The newest ${OUTBOX_ROWS_MAX} are shown.`, comment: 'Under a long outbox.' })}
        </p>
      )}
    </Screen>
  );
}
