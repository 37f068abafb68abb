// The head of an admin page: its name, counts in meta, whether it is live, and what can be done.
import { useLingui } from '@lingui/react/macro';
import { IconActivity, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { classNames } from '../components/class-names.ts';
import classes from './page-head.module.css';

export interface PageHeadProps {
  readonly title: string;
  /** Counts: "20 of 12,480 items · 8 stores". */
  readonly meta?: ReactNode;
  readonly live?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHead({ title, meta, live, actions }: PageHeadProps): ReactNode {
  return (
    <header className={classes['head']}>
      <h1 className="ss-title">{title}</h1>
      <span className={classNames('ss-meta', classes['meta'])}>{meta}</span>
      {live}
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </header>
  );
}

export interface LiveMarkProps {
  /** False while the page does not hear of changes; it then says so. */
  readonly live: boolean;
  /** Beside the word: "3 changes/min". */
  readonly meta?: ReactNode;
}

export function LiveMark({ live, meta }: LiveMarkProps): ReactNode {
  const { t } = useLingui();
  const Icon = live ? IconActivity : IconPlugConnectedX;
  return (
    <span className={classes['live']} data-live={live}>
      <Icon aria-hidden="true" />
      {live
        ? t({ message: 'Live', comment: 'In the head of an admin page: changes arrive at once. One word.' })
        : t({
            message: 'Not live',
            comment: 'In the head of an admin page: changes do not arrive; it reconnects by itself. Short.',
          })}
      {live && meta !== undefined && <span> · {meta}</span>}
    </span>
  );
}
