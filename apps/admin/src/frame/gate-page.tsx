// The page before the office: one column, 560 wide, nothing else. For the first run and for signing in.
import { IconMenu } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './gate-page.module.css';

export interface GatePageProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
}

export function GatePage({ title, children }: GatePageProps): ReactNode {
  return (
    <main className={classes['page']}>
      <p className={classes['brand']}>
        <IconMenu aria-hidden="true" className="ss-icon" size={20} />
        StreamStock
      </p>
      <h1 className={classes['title']}>{title}</h1>
      {children}
    </main>
  );
}
