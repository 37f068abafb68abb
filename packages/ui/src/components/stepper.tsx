// − figure +: for quantities changed by one. The figure opens the keypad where there is one. A step at its limit does
// nothing and says so; it is not taken away, because hands rest there.
import { useLingui } from '@lingui/react/macro';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Figure } from './figure.tsx';
import classes from './stepper.module.css';

export interface StepperProps {
  /** What is being changed, for screen readers: the item's name. */
  readonly label: string;
  /** Null is unknown or not entered; the first step up makes it 1. */
  readonly value: number | null;
  readonly onChange: (value: number) => void;
  readonly min?: number;
  readonly max?: number;
  /** Decimals hidden in the value; a step is then one whole unit. */
  readonly scale?: number;
  readonly onOpenKeypad?: () => void;
}

/** The largest quantity a person may enter. */
export const quantityMax = 99_999;

export function Stepper(props: StepperProps): ReactNode {
  const { label, value, onChange, min = 0, max = quantityMax, scale = 0, onOpenKeypad } = props;
  const { t } = useLingui();
  const step = 10 ** scale;
  const change = (by: number): void => {
    const next = Math.min(max * step, Math.max(min * step, (value ?? 0) + by));
    if (next !== value) onChange(next);
  };
  const figure = <Figure value={value} size="m" scale={scale} />;
  return (
    <fieldset className={classes['stepper']} aria-label={label}>
      <button
        type="button"
        className={classes['step']}
        aria-label={t({ message: `One less: ${label}`, comment: 'The minus button; label is the item.' })}
        aria-disabled={(value ?? 0) <= min * step}
        onClick={() => change(-step)}
      >
        <IconMinus aria-hidden="true" />
      </button>
      {onOpenKeypad === undefined ? (
        <output className={classes['figure']}>{figure}</output>
      ) : (
        <button
          type="button"
          className={classes['figure']}
          title={t({ message: 'Type a quantity', comment: 'The figure between minus and plus opens the keypad.' })}
          onClick={onOpenKeypad}
        >
          {figure}
        </button>
      )}
      <button
        type="button"
        className={classes['step']}
        aria-label={t({ message: `One more: ${label}`, comment: 'The plus button; label is the item.' })}
        aria-disabled={(value ?? 0) >= max * step}
        onClick={() => change(step)}
      >
        <IconPlus aria-hidden="true" />
      </button>
    </fieldset>
  );
}
