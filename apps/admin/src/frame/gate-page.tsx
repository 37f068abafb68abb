// The page before the office: one column, 560 wide, nothing else. For the first run and for signing in.
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
        <svg aria-hidden="true" className={classes['mark']} viewBox="0 0 16 15">
          <path d="M0 1.5h16M0 7.5h16M0 13.5h16" />
        </svg>
        StreamStock
      </p>
      <h1 className={classes['title']}>{title}</h1>
      {children}
    </main>
  );
}
