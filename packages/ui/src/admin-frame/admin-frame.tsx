// The frame of the admin view: sidebar, the page, and a pane for details at the end. Content takes the full width.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import classes from './admin-frame.module.css';

export interface AdminFrameProps {
  readonly sidebar: ReactNode;
  /** The page: head, tabs, content. */
  readonly children: ReactNode;
  /** A SidePane, while a detail is open. */
  readonly pane?: ReactNode;
  /** Looking at a past moment: every surface says so. */
  readonly past?: boolean;
}

const mainId = 'ss-main';

export function AdminFrame({ sidebar, children, pane, past = false }: AdminFrameProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className={classes['frame']}>
      <a className={classes['skip']} href={`#${mainId}`}>
        {t({ message: 'Skip to content', comment: 'First link of a page, seen only by keyboard.' })}
      </a>
      {sidebar}
      <div className={classes['main']} data-past={past ? '' : undefined}>
        <main id={mainId} className={classes['content']} tabIndex={-1}>
          {children}
        </main>
        {pane}
      </div>
    </div>
  );
}
