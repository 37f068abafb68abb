// That records of a newer app wait for this one's update: told with the device's other strips and beside what awaits a person.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import type { ReactNode } from 'react';

/** From newer apps: kept until this one is updated. */
export function ParkedStrip({ count }: { readonly count: number }): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: plural(count, {
          one: '# record comes from a newer version of the app.',
          other: '# records come from a newer version of the app.',
        }),
        comment: 'Records that this version keeps and does not understand.',
      })}
      safe={t({
        message: plural(count, {
          one: 'It is kept, and counts here after the next update: until then figures leave it out.',
          other: 'They are kept, and count here after the next update: until then figures leave them out.',
        }),
        comment: 'Follows "… records come from a newer version of the app."',
      })}
    />
  );
}
