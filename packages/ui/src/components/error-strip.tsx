// Trouble, told where it happened: what happened, what is safe, what to do. Stays until dealt with; never a toast.
import { IconAlertTriangleFilled, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import classes from './error-strip.module.css';

export interface ErrorStripProps {
  /** `crit`: something is wrong now. `warn`: look here. `quiet`: it did not work, nothing is lost. */
  readonly tone?: 'crit' | 'warn' | 'quiet';
  /** A fact in the past tense, without blame. */
  readonly what: ReactNode;
  /** Wherever someone could worry about their work. */
  readonly safe?: ReactNode;
  /** When the buttons alone do not say it. */
  readonly todo?: ReactNode;
  /** Buttons: verb and object. */
  readonly actions?: ReactNode;
  /** For support; copyable. */
  readonly code?: string;
}

export function ErrorStrip({ tone = 'crit', what, safe, todo, actions, code }: ErrorStripProps): ReactNode {
  const Icon = tone === 'quiet' ? IconInfoCircle : IconAlertTriangleFilled;
  return (
    <div className={classes['strip']} data-tone={tone} role="alert">
      <Icon aria-hidden="true" />
      <div className={classes['content']}>
        <p className="ss-body-strong">{what}</p>
        {(safe !== undefined || todo !== undefined) && (
          <p className="ss-body">
            {safe} {todo}
          </p>
        )}
        {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
        {code !== undefined && <p className={classNames('ss-meta', 'sku', classes['code'])}>{code}</p>}
      </div>
    </div>
  );
}
