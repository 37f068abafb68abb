// The places and verbs of the store app beside a tablet's or till's screen. It never hides; the last item sits at the end.
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { NavigationBadge } from './navigation-badge.tsx';
import type { NavigationItem, NavigationProps } from './navigation.ts';
import { Pressable } from './pressable.tsx';
import classes from './rail.module.css';

export interface RailProps extends NavigationProps {
  /** Stands at the end: "This device". */
  readonly last?: NavigationItem;
}

export function Rail({ items, last, current, onNavigate, label }: RailProps): ReactNode {
  const all = last === undefined ? items : [...items, last];
  return (
    <nav className={classes['rail']} aria-label={label}>
      {all.map((item) => (
        <Pressable
          key={item.key}
          className={classNames(classes['item'], item === last && classes['end'])}
          href={item.href}
          onPress={() => onNavigate(item.href)}
          aria-current={item.key === current ? 'page' : undefined}
        >
          <span className={classes['picture']}>
            <item.icon aria-hidden="true" />
            <NavigationBadge item={item} className={classes['badge']} />
          </span>
          <span className={classes['word']}>{item.label}</span>
        </Pressable>
      ))}
    </nav>
  );
}
