// One record of this device: what it was, when, how far it has come; opens to its detail.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { formatMoment, RecordState } from '@streamstock/ui';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import type { RecentRecord } from '../../device/recent-records.ts';
import { useDevice } from '../../device/use-device.tsx';
import type { ShownRecord } from '../../device/use-event-state.ts';
import classes from './record-row.module.css';

const RecordDetail = lazy(async () => ({ default: (await import('./record-detail.tsx')).RecordDetail }));

export function useRecordWords(): (record: RecentRecord) => string {
  const { t } = useLingui();
  return ({ kind, lines, pieces, about }) => {
    const subject = about ?? '';
    const amount =
      pieces === null
        ? t({ message: plural(lines, { one: '# line', other: '# lines' }), comment: 'How large a document is; short.' })
        : t({
            message: plural(pieces, { one: '# piece', other: '# pieces' }),
            comment: 'How many pieces a document holds; short.',
          });
    const words: Record<RecentRecord['kind'], string> = {
      sale: t({ message: `Sale · ${amount}`, comment: 'A record in a list; amount is "3 pieces".' }),
      delivery: t({ message: `Delivery · ${amount}`, comment: 'A record in a list; amount is "3 pieces".' }),
      return: t({ message: `Return · ${amount}`, comment: 'A record in a list; amount is "3 pieces".' }),
      adjustment: t({ message: `Correction · ${amount}`, comment: 'A record in a list; amount is "3 pieces".' }),
      count:
        subject === ''
          ? t({ message: `Count · ${amount}`, comment: 'A record in a list; amount is "3 pieces".' })
          : t({ message: `Counted ${subject}`, comment: 'A record in a list; subject is an item.' }),
    };
    return words[kind];
  };
}

export function RecordRow({ shown }: { readonly shown: ShownRecord }): ReactNode {
  const { t } = useLingui();
  const { clock } = useDevice();
  const [open, setOpen] = useState(false);
  const { record, state, reversed } = shown;
  const words = useRecordWords()(record);
  return (
    <div className={classes['record']}>
      <button type="button" className={classes['row']} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={classes['state']}>{state !== null && <RecordState state={state} />}</span>
        <span className={classes['words']}>
          <span className="ss-body-strong" data-reversed={reversed}>
            {words}
          </span>
          {reversed && (
            <span className="ss-meta">
              {t({ message: 'Reversed', comment: 'A record that was taken back; short.' })}
            </span>
          )}
        </span>
        <time className="ss-meta">{formatMoment(record.atMs, clock())}</time>
      </button>
      {open && (
        <Suspense>
          <RecordDetail shown={shown} />
        </Suspense>
      )}
    </div>
  );
}
