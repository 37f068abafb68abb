// Which store this device becomes: said before anything begins.
import { useLingui } from '@lingui/react/macro';
import type { Enrolment } from '@streamstock/api';
import { ErrorStrip } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { PlainButton } from '../../shell/plain-button.tsx';
import classes from './enrol-screen.module.css';

export interface ConfirmStoreProps {
  readonly enrolment: Enrolment;
  readonly onYes: (enrolment: Enrolment) => Promise<void>;
  readonly onNo: () => void;
}

export function ConfirmStore({ enrolment, onYes, onNo }: ConfirmStoreProps): ReactNode {
  const { t } = useLingui();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { name, currency, timeZone } = enrolment.store;
  const yes = (): void => {
    onYes(enrolment).catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <div className={classes['form']}>
      <h1 className={classes['title']}>
        {t({
          message: `This device becomes a till of ${name}`,
          comment: 'Question after a pairing code was accepted; name is a store.',
        })}
      </h1>
      <p className={classes['text']}>
        {t({
          message: `Prices in ${currency}, days by the clock of ${timeZone}.`,
          comment: 'Under the name of the store; a currency code and a time zone.',
        })}
      </p>
      {problem !== null && <NotKept problem={problem} />}
      <div className={classes['bottom']}>
        <PlainButton filled onClick={yes}>
          {t({ message: 'Yes, start', comment: 'Button: this device becomes a till of the store named above.' })}
        </PlainButton>
        <PlainButton onClick={onNo}>
          {t({ message: 'No, another store', comment: 'Button: goes back to the pairing code.' })}
        </PlainButton>
      </div>
    </div>
  );
}

interface Problem {
  /** Another store's changes are only here: they go first. */
  readonly holdsUnsent: boolean;
  readonly detail: string;
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { holdsUnsent: false, detail: String(error) };
  return { holdsUnsent: error.name === 'OutboxNotEmpty', detail: error.message };
}

function NotKept({ problem }: { readonly problem: Problem }): ReactNode {
  const { t } = useLingui();
  if (problem.holdsUnsent)
    return (
      <ErrorStrip
        tone="warn"
        what={t({
          message: 'Changes of another store are only on this device.',
          comment: 'Pairing with another store is refused while something is unsent.',
        })}
        safe={t({ message: 'They are safe here.', comment: 'Follows "changes have not reached head office".' })}
        todo={t({
          message: 'Ask head office for a code of that store, so that they are sent first.',
          comment: 'Follows "Changes of another store are only on this device."',
        })}
        code={problem.detail}
      />
    );
  return (
    <ErrorStrip
      what={t({
        message: 'This device could not keep the pairing.',
        comment: 'The first write to the device’s storage did not work.',
      })}
      todo={t({
        message: 'Free some space or leave the private window, then try again.',
        comment: 'Follows "This device could not keep the pairing."',
      })}
      code={problem.detail}
    />
  );
}
