// The four places of the store app, at the bottom of a phone.
import type { ReactNode } from 'react';
import { NavigationBadge } from './navigation-badge.tsx';
import type { NavigationProps } from './navigation.ts';
import { Pressable } from './pressable.tsx';
import classes from './tab-bar.module.css';

export function TabBar({ items, current, onNavigate, label }: NavigationProps): ReactNode {
  return (
    <nav className={classes['bar']} aria-label={label}>
      {items.map((item) => (
        <Pressable
          key={item.key}
          className={classes['tab']}
          href={item.href}
          onPress={() => onNavigate(item.href)}
          aria-current={item.key === current ? 'page' : undefined}
        >
          <span className={classes['picture']}>
            <item.icon aria-hidden="true" />
            <NavigationBadge item={item} className={classes['badge']} />
          </span>
          <span>{item.label}</span>
        </Pressable>
      ))}
    </nav>
  );
}
