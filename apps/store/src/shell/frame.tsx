// The frame of every screen once this device belongs to a store: the rail beside it on tablet and till, nothing on a phone.
import { useLingui } from '@lingui/react/macro';
import { Rail } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useTaskCount } from '../screens/today/use-tasks.ts';
import classes from './frame.module.css';
import { useGo } from './use-go.ts';
import { DEVICE, TODAY, VERBS, type Destination } from './verbs.ts';

/** The entry whose screen is shown: the one with the longest path that begins the present one. */
function currentOf(places: readonly Destination[], path: string): string | null {
  const matching = places.filter(
    (place) => path === place.path || (place.path !== '/' && path.startsWith(`${place.path}/`)),
  );
  return matching.toSorted((a, b) => b.path.length - a.path.length)[0]?.id ?? null;
}

export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const tasks = useTaskCount();
  const item = (place: Destination) => ({
    key: place.id,
    label: i18n._(place.word),
    icon: place.icon,
    href: go.href(place.path),
  });
  const places = [TODAY, ...VERBS];
  return (
    <div className={classes['frame']}>
      <div className={classes['rail']}>
        <Rail
          items={places.map((place) => ({ ...item(place), ...(place === TODAY ? { count: tasks.count } : {}) }))}
          last={{ ...item(DEVICE), attention: tasks.deviceAlert }}
          current={currentOf([...places, DEVICE], go.path)}
          onNavigate={go.follow}
          label={t({ message: 'Places and verbs', comment: 'Name of the rail at the side, read out only.' })}
        />
      </div>
      <div className={classes['column']}>{children}</div>
    </div>
  );
}
