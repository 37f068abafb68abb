// The head of a screen, the same everywhere: how to leave, the title, and the sync indicator at the end.
// The title gives way first when room is short.
import { useLingui } from '@lingui/react/macro';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Pressable } from './pressable.tsx';
import classes from './screen-header.module.css';

export interface ScreenHeaderProps {
  readonly title: string;
  /** Beside the title, in meta: a date, a count. */
  readonly meta?: ReactNode;
  /** `close` (✕) leaves a verb and keeps its draft; `back` (←) leaves a detail. */
  readonly leave?: { readonly kind: 'close' | 'back'; readonly onLeave: () => void; readonly href?: string };
  /** The sync indicator. */
  readonly status?: ReactNode;
  readonly actions?: ReactNode;
}

export function ScreenHeader({ title, meta, leave, status, actions }: ScreenHeaderProps): ReactNode {
  const { t } = useLingui();
  const leaveName =
    leave?.kind === 'close'
      ? t({ message: 'Close', comment: 'Leaves a task and keeps what was entered; name of the ✕ at the top left.' })
      : t({ message: 'Back', comment: 'Leaves a detail page; name of the ← at the top left.' });
  return (
    <header className={classes['header']}>
      {leave && (
        <Pressable className={classes['leave']} aria-label={leaveName} href={leave.href} onPress={leave.onLeave}>
          {leave.kind === 'close' ? <IconX aria-hidden="true" /> : <IconArrowLeft aria-hidden="true" data-mirror="" />}
        </Pressable>
      )}
      <h1 className={classNames('ss-title', classes['title'])} title={title}>
        {title}
        {meta !== undefined && <span className={classNames('ss-meta', classes['meta'])}>{meta}</span>}
      </h1>
      {actions}
      {status}
    </header>
  );
}
