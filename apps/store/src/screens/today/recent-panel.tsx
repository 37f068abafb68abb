// What was recorded on this device lately, each with how far it has come. Beside the tasks where there is room.
import { useLingui } from '@lingui/react/macro';
import { EmptyState } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useRecentRecords } from '../../device/use-event-state.ts';
import { RecordRow } from '../device/record-row.tsx';
import classes from './recent-panel.module.css';

/** Rows beside the tasks. */
const RECENT_ROWS_MAX = 12;

export function RecentPanel(): ReactNode {
  const { t } = useLingui();
  const records = useRecentRecords(RECENT_ROWS_MAX);
  return (
    <section className={classes['panel']} aria-labelledby="recent">
      <h2 id="recent" className={classes['heading']}>
        {t({
          message: 'Just recorded here',
          comment: 'Heading of the list of the last sales, deliveries … of this device; short.',
        })}
      </h2>
      <div className={classes['list']}>
        {records?.map((shown) => (
          <RecordRow key={shown.record.events[0]} shown={shown} />
        ))}
        {records?.length === 0 && (
          <EmptyState
            kind="nothing-yet"
            text={t({
              message: 'No sales yet today. Scan the first item to begin.',
              comment: 'Empty list of recent records, and empty sale.',
            })}
          />
        )}
      </div>
    </section>
  );
}
