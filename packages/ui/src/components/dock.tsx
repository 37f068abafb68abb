// The bar at the bottom of a verb: the primary action under the thumb, the others beside it, a summary above.
// The primary action takes at least half the width; nothing destructive belongs in here beside it.
import type { ReactNode } from 'react';
import classes from './dock.module.css';

export interface DockProps {
  /** One filled button. */
  readonly primary: ReactNode;
  /** Further buttons, at the start. */
  readonly secondary?: ReactNode;
  /** A line above the buttons: what is about to be committed, and its total. */
  readonly summary?: ReactNode;
  /** For a left-handed person. */
  readonly mirrored?: boolean;
}

export function Dock({ primary, secondary, summary, mirrored = false }: DockProps): ReactNode {
  return (
    <footer className={classes['dock']}>
      {summary !== undefined && <div className={classes['summary']}>{summary}</div>}
      <div className={classes['actions']} data-mirrored={mirrored}>
        {secondary !== undefined && <div className={classes['secondary']}>{secondary}</div>}
        <div className={classes['primary']}>{primary}</div>
      </div>
    </footer>
  );
}
