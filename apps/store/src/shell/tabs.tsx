// The four tabs of a phone, with how much there is to do. Tablet and till have the rail instead.
import { useLingui } from '@lingui/react/macro';
import { TabBar } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useTaskCount } from '../screens/today/use-tasks.ts';
import classes from './tabs.module.css';
import { useGo } from './use-go.ts';
import { DEVICE, ITEMS, TASKS, TODAY } from './verbs.ts';

export function Tabs(): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const tasks = useTaskCount();
  const marks: Readonly<Record<string, object>> = {
    tasks: { count: tasks.count },
    device: { attention: tasks.deviceAlert },
  };
  const places = [TODAY, TASKS, ITEMS, DEVICE];
  return (
    <div className={classes['tabs']}>
      <TabBar
        items={places.map((place) => ({
          key: place.id,
          label: i18n._(place.word),
          icon: place.icon,
          href: go.href(place.path),
          ...marks[place.id],
        }))}
        current={places.find((place) => place.path === go.path)?.id ?? null}
        onNavigate={go.follow}
        label={t({ message: 'Places', comment: 'Name of the tabs at the bottom, read out only.' })}
      />
    </div>
  );
}
