// The frame of every screen once this device belongs to a store: the rail beside it (tablet, till), or nothing (phone).
import type { ReactNode } from 'react';
import classes from './frame.module.css';
import { Rail } from './rail.tsx';

export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className={classes['frame']}>
      <Rail />
      <div className={classes['column']}>{children}</div>
    </div>
  );
}
