// Above the pairing code, when head office removed this device or no longer knows it: what becomes of what was saved here, and the
// way on. A part of its own: few devices ever show it.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { ExportButton } from '../../shell/export-button.tsx';

/** `unsent`: what head office does not take any more. */
export function RemovedStrip({ unsent }: { readonly unsent: number }): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: 'Head office removed this device. Nothing more can be saved here.',
        comment: 'First screen, when head office removed this device and everything was sent.',
      })}
      safe={
        unsent === 0
          ? t({
              message: 'What it had saved was sent and waits there for a person to look at it.',
              comment: 'Follows "Head office removed this device. Nothing more can be saved here."',
            })
          : t({
              message: plural(unsent, {
                one: '# change was not taken there: it is kept here, and is sent after pairing.',
                other: '# changes were not taken there: they are kept here, and are sent after pairing.',
              }),
              comment: 'Follows "Head office removed this device. Nothing more can be saved here."',
            })
      }
      todo={t({
        message: 'To go on here, ask head office for a new pairing code.',
        comment: 'What to do when this device was removed and locked.',
      })}
      {...(unsent === 0 ? {} : { actions: <ExportButton /> })}
    />
  );
}

/** Head office was restored from a backup that is older than this device's pairing. */
export function ForgottenStrip(): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: 'Everything saved on this device stays here, and is sent once it is paired again.',
        comment: 'Above the pairing code of a device that head office no longer knows.',
      })}
      todo={t({
        message: 'Use a code of the same store.',
        comment: 'What to do when pairing a device again: another store would not take its records.',
      })}
    />
  );
}
