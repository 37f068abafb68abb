// The very bytes of an event: what was written once, on the device that made it, and is hashed and passed on unchanged.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { LogEntry } from '@streamstock/api';
import { utf8Length } from '@streamstock/event-log';
import type { ReactNode } from 'react';
import { CopyButton } from '../../controls/copy-button.tsx';
import classes from './event-pane.module.css';

export function EventBytes({ entry }: { readonly entry: LogEntry }): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <pre className={classes['bytes']}>{entry.line}</pre>
      <div className={classes['verdict']}>
        <CopyButton text={entry.line} label={t({ message: 'Copy the bytes', comment: 'Button.' })} />
        <span className="ss-meta">
          <Trans comment="How long an event is as it was written. Short.">
            <Plural value={utf8Length(entry.line)} one="# byte" other="# bytes" />
          </Trans>
        </span>
      </div>
    </>
  );
}
