// What waits to be sent, newest first, each with how far it has come; and what head office set aside.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { NEEDS_ATTENTION_TABLE, type NeedsAttentionRow } from '@streamstock/event-log';
import { EmptyState, ErrorStrip, formatMoment, RecordState, SkeletonRows, useLateFlag } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useDevice, useLive, useStatus } from '../../device/use-device.tsx';
import { Screen } from '../../shell/screen.tsx';
import { ExportButton } from '../../shell/export-button.tsx';
import classes from './outbox-screen.module.css';
import { OUTBOX_ROWS_MAX, outboxEntries } from './outbox-entries.ts';
import type { OutboxWhat } from './outbox-words.ts';

const OUTBOX_CAUSES = ['append', 'accepted', 'frame', 'rechain'] as const;
const ATTENTION_ROWS_MAX = 100;
const SKELETON_ROWS = 3;

export function useWhatWord(): (what: OutboxWhat) => string {
  const { t } = useLingui();
  return (what) => {
    const words: Record<OutboxWhat, string> = {
      StockSold: t({ message: 'Sale', comment: 'A record in the outbox. One word.' }),
      StockReceived: t({ message: 'Delivery', comment: 'A record in the outbox. One word.' }),
      StockReturned: t({
        message: 'Return',
        comment: 'Verb on a tile and in the rail: a customer brings goods back. 10 letters at most.',
      }),
      StockAdjusted: t({ message: 'Correction', comment: 'A record in the outbox. One word.' }),
      StockCounted: t({
        message: 'Count',
        comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.',
      }),
      EntryReversed: t({
        message: 'Reversal',
        comment: 'A record in the outbox: an earlier one was taken back. One word.',
      }),
      other: t({
        message: 'Other record',
        comment: 'A record in the outbox of a kind that this version does not know; short.',
      }),
      unreadable: t({ message: 'Record that can not be read', comment: 'A damaged record in the outbox; short.' }),
    };
    return words[what];
  };
}

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
      <Attention />
      <div className={classes['actions']}>
        <Button onClick={() => engine.tryNow()}>{t({ message: 'Try now', comment: 'Button: sends at once.' })}</Button>
        <ExportButton />
      </div>
      {late && <SkeletonRows rows={SKELETON_ROWS} />}
      {entries?.length === 0 && (
        <EmptyState
          kind="done"
          text={t({ message: 'Everything on this device is at head office too.', comment: 'Empty outbox.' })}
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

/** What head office set aside, and why. */
function Attention(): ReactNode {
  const { t } = useLingui();
  const { needsAttentionCount } = useStatus();
  const rows =
    useLive('needs attention', ({ engine }) =>
      engine.tables.range<NeedsAttentionRow>(NEEDS_ATTENTION_TABLE, { rowsMax: ATTENTION_ROWS_MAX }),
    ).value ?? [];
  if (needsAttentionCount === 0) return null;
  return (
    <ErrorStrip
      what={t({
        message: plural(needsAttentionCount, {
          one: 'Head office set aside 1 change.',
          other: 'Head office set aside # changes.',
        }),
        comment: 'Changes of this device that do not count until a person at head office decides.',
      })}
      safe={t({
        message: 'They are kept there and here, and do not count until a person has looked at them. The rest was sent.',
        comment: 'Follows "Head office set aside … changes."',
      })}
      todo={t({
        message: 'Ask head office to look into Quarantine.',
        comment: 'Follows "They are kept there and here".',
      })}
      code={rows.map(({ key, value }) => `${value.kind} ${key}`).join(' · ')}
    />
  );
}
