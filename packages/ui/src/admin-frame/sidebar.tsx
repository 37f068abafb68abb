// The places of the admin view, always in the same order; 216 wide, icons alone on a narrow window.
import type { ReactNode } from 'react';
import { NavigationBadge } from '../components/navigation-badge.tsx';
import type { NavigationProps } from '../components/navigation.ts';
import { Pressable } from '../components/pressable.tsx';
import classes from './sidebar.module.css';

export interface SidebarProps extends NavigationProps {
  /** At the end: who is signed in. */
  readonly foot?: ReactNode;
  /** Beside the name: "Demo". */
  readonly mark?: ReactNode;
}

export function Sidebar({ items, current, onNavigate, label, foot, mark }: SidebarProps): ReactNode {
  return (
    <nav className={classes['sidebar']} aria-label={label}>
      <div className={classes['brand']}>
        <span className={classes['mark']} aria-hidden="true" />
        <span className={classes['brandName']}>StreamStock</span>
        {mark}
      </div>
      {items.map((item) => (
        <Pressable
          key={item.key}
          className={classes['item']}
          href={item.href}
          title={item.label}
          onPress={() => onNavigate(item.href)}
          aria-current={item.key === current ? 'page' : undefined}
        >
          <item.icon aria-hidden="true" />
          <span className={classes['word']}>{item.label}</span>
          <NavigationBadge item={item} className={classes['badge']} />
        </Pressable>
      ))}
      {foot !== undefined && <div className={classes['foot']}>{foot}</div>}
    </nav>
  );
}
