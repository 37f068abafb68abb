// What can be done with one record of this device: see how far it has come, and reverse it. Reversing is an act of its own: the
// record counts as never having happened, and what really came back is entered again.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { plural } from '@lingui/core/macro';
import { RecordState } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { commandContext } from '../../device/device.ts';
import { useDevice } from '../../device/use-device.tsx';
import type { ShownRecord } from '../../device/use-event-state.ts';
import { reversalsOf } from '../../documents/reversals.ts';
import classes from './record-row.module.css';

export function RecordDetail({ shown }: { readonly shown: ShownRecord }): ReactNode {
  const { t } = useLingui();
  const device = useDevice();
  const [failed, setFailed] = useState(false);
  const { record, state, reversed } = shown;
  const reverse = async (): Promise<void> => {
    try {
      await device.engine.commit(reversalsOf(record.events, commandContext(device)));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const { lines } = record;
  return (
    <div className={classes['detail']}>
      {state !== null && <RecordState state={state} withWord />}
      <span className="ss-meta">
        {t({ message: plural(lines, { one: '# line', other: '# lines' }), comment: 'How large a document is; short.' })}
      </span>
      {!reversed && record.kind !== 'count' && (
        <Button onClick={() => void reverse()}>
          {t({ message: 'Reverse', comment: 'Button on a record: it counts as never having happened. One word.' })}
        </Button>
      )}
      {failed && (
        <output className="ss-meta">
          {t({
            message: 'It was not reversed; nothing was changed. Try again.',
            comment: 'After "Reverse" did not work.',
          })}
        </output>
      )}
    </div>
  );
}
