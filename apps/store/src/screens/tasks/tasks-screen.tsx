// Tasks: everything there is to do, and what was recorded here lately.
import { useLingui } from '@lingui/react/macro';
import { EmptyState, formatMoment, formatQuantity, SkeletonRows, useLateFlag } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useDevice } from '../../device/use-device.tsx';
import { useRecentRecords } from '../../device/use-event-state.ts';
import { Screen } from '../../shell/screen.tsx';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';
import { RecordRow } from '../device/record-row.tsx';
import { TaskRows } from '../today/task-rows.tsx';
import { useTasks } from '../today/use-tasks.ts';
import classes from './tasks-screen.module.css';

const SKELETON_ROWS = 4;
const RECENT_ROWS_MAX = 50;

export function TasksScreen(): ReactNode {
  const { t } = useLingui();
  const { clock } = useDevice();
  const tasks = useTasks();
  const records = useRecentRecords(RECENT_ROWS_MAX);
  const late = useLateFlag(tasks === undefined);
  const strip = useScanToItem();
  const time = formatMoment(clock(), clock());
  return (
    <Screen
      title={t({ message: 'Tasks', comment: 'Place: tab at the bottom of a phone. One word.' })}
      {...(tasks === undefined ? {} : { meta: formatQuantity(tasks.length) })}
      top={strip}
    >
      {tasks === undefined ? late && <SkeletonRows rows={SKELETON_ROWS} /> : <TaskRows tasks={tasks} />}
      {tasks?.length === 0 && (
        <EmptyState
          kind="done"
          text={t({ message: `Nothing to do as of ${time}.`, comment: 'Empty task list; time is 10:42.' })}
        />
      )}
      {records !== undefined && records.length > 0 && (
        <section aria-labelledby="recent">
          <h2 id="recent" className={classes['heading']}>
            {t({
              message: 'Just recorded here',
              comment: 'Heading of the list of the last sales, deliveries … of this device; short.',
            })}
          </h2>
          {records.map((shown) => (
            <RecordRow key={shown.record.events[0]} shown={shown} />
          ))}
        </section>
      )}
    </Screen>
  );
}
