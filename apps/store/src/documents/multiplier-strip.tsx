// An armed multiplier: plain to see until it goes with a scan or is taken away.
import { useLingui } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './multiplier-strip.module.css';

export function MultiplierStrip({
  multiplier,
  onDisarm,
}: {
  readonly multiplier: number;
  readonly onDisarm: () => void;
}): ReactNode {
  const { t } = useLingui();
  const count = formatQuantity(multiplier);
  return (
    <div className={classes['strip']} role="status">
      <span>{t({ message: `${count} × next scan`, comment: 'Strip while a multiplier is armed; short.' })}</span>
      <button
        type="button"
        onClick={onDisarm}
        aria-label={t({
          message: 'Take the multiplier away',
          comment: 'The ✕ on the multiplier strip, read out only.',
        })}
      >
        <IconX aria-hidden="true" />
      </button>
    </div>
  );
}
