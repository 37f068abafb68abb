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
  const [error, setError] = useState<string | null>(null);
  const { name, currency, timeZone } = enrolment.store;
  const yes = (): void => {
    onYes(enrolment).catch((caught: unknown) => setError(caught instanceof Error ? caught.message : String(caught)));
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
      {error !== null && (
        <ErrorStrip
          what={t({
            message: 'This device could not keep the pairing.',
            comment: 'The first write to the device’s storage did not work.',
          })}
          todo={t({
            message: 'Free some space or leave the private window, then try again.',
            comment: 'Follows "This device could not keep the pairing."',
          })}
          code={error}
        />
      )}
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
