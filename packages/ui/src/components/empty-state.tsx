// An empty place: what it is for and one action. Three kinds that must not be mixed up: nothing yet, nothing matches, done.
import { IconCircleCheck, IconInbox, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import classes from './empty-state.module.css';
import type { IconComponent } from './icon.ts';

export type EmptyKind = 'nothing-yet' | 'no-match' | 'done';

const pictures: Record<EmptyKind, IconComponent> = {
  'nothing-yet': IconInbox,
  'no-match': IconSearchOff,
  done: IconCircleCheck,
};

export interface EmptyStateProps {
  readonly kind: EmptyKind;
  /** One or two sentences: what is so, and what to do. */
  readonly text: ReactNode;
  /** One button; `no-match` offers to clear the filter; `done` may stop without. */
  readonly action?: ReactNode;
  readonly icon?: IconComponent;
}

export function EmptyState({ kind, text, action, icon }: EmptyStateProps): ReactNode {
  const Picture = icon ?? pictures[kind];
  return (
    <div className={classes['root']}>
      <Picture className={classes['picture'] ?? ''} stroke={1.5} aria-hidden="true" />
      <p className={classNames('ss-body', classes['text'])}>{text}</p>
      {action}
    </div>
  );
}
