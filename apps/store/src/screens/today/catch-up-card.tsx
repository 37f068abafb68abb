// While much is coming in (a new device, or back after days): how far it is. No dialog; selling goes on.
import { useLingui } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useStatus } from '../../device/use-device.tsx';
import classes from './catch-up-card.module.css';

/** Fewer events than this arrive before anyone could read a card. */
const CATCH_UP_SHOWN_FROM = 500;

export function CatchUpCard(): ReactNode {
  const { t } = useLingui();
  const { catchUp } = useStatus();
  if (catchUp === null || catchUp.head - catchUp.position < CATCH_UP_SHOWN_FROM) return null;
  const done = formatQuantity(catchUp.position);
  const left = formatQuantity(catchUp.head - catchUp.position);
  const share = catchUp.head === 0 ? 0 : catchUp.position / catchUp.head;
  return (
    <div className={classes['card']}>
      <span className="ss-body-strong">
        {t({ message: 'News from head office is coming in', comment: 'Card on Today while much is received; short.' })}
      </span>
      <span className="ss-meta">
        {t({
          message: `${done} received, ${left} to go. Selling goes on.`,
          comment: 'Card on Today while much is received; numbers of events.',
        })}
      </span>
      <progress
        className={classes['bar']}
        max={1}
        value={share}
        aria-label={t({ message: 'Received', comment: 'Name of a progress bar, read out only.' })}
      />
    </div>
  );
}
