// While much is coming in (a new device, a newer base, or back after days): how far it is. No dialog; selling goes on.
import { useLingui } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useStatus } from '../../device/use-device.tsx';
import { megabytes } from '../device/megabytes.ts';
import classes from './catch-up-card.module.css';

/** Fewer events than this arrive before anyone could read a card. */
const CATCH_UP_SHOWN_FROM = 500;

export function CatchUpCard(): ReactNode {
  const { t } = useLingui();
  const { catchUp, renewal, restriction } = useStatus();
  // After a restore of head office the strip across the top tells of it.
  if (renewal?.step === 'fetching' && renewal.total !== null && restriction === null) {
    const used = megabytes(renewal.done);
    const quota = megabytes(renewal.total);
    const amount = t({
      message: `${used} of ${quota}`,
      comment: 'Storage used and available, "212 MB of 4.1 GB"; short.',
    });
    return (
      <Card share={renewal.total === 0 ? 0 : renewal.done / renewal.total}>
        {t({
          message: `${amount} received. Selling goes on.`,
          comment: 'Card on Today while a new device loads the rest of its store; amount is "3 MB of 10 MB".',
        })}
      </Card>
    );
  }
  if (catchUp === null || catchUp.head - catchUp.position < CATCH_UP_SHOWN_FROM) return null;
  const done = formatQuantity(catchUp.position);
  const left = formatQuantity(catchUp.head - catchUp.position);
  return (
    <Card share={catchUp.head === 0 ? 0 : catchUp.position / catchUp.head}>
      {t({
        message: `${done} received, ${left} to go. Selling goes on.`,
        comment: 'Card on Today while much is received; numbers of events.',
      })}
    </Card>
  );
}

function Card({ share, children }: { readonly share: number; readonly children: ReactNode }): ReactNode {
  const { t } = useLingui();
  return (
    <div className={classes['card']}>
      <span className="ss-body-strong">
        {t({ message: 'News from head office is coming in', comment: 'Card on Today while much is received; short.' })}
      </span>
      <span className="ss-meta">{children}</span>
      <progress
        className={classes['bar']}
        max={1}
        value={share}
        aria-label={t({ message: 'Received', comment: 'Name of a progress bar, read out only.' })}
      />
    </div>
  );
}
