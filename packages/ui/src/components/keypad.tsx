// Keys for quantities (7-8-9 on top, as on the till's number block) and for PINs (1-2-3 on top). Owns no value: the text
// is the caller's, canonical as in quantity-input.ts. Also takes a keyboard's digits while focus is inside.
import { useLingui } from '@lingui/react/macro';
import { IconBackspace, IconCheck } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { activeTag } from '../format/active-tag.ts';
import { unknownFigure } from '../format/number.ts';
import { classNames } from './class-names.ts';
import classes from './keypad.module.css';
import { pressKey, pressPinKey } from './quantity-input.ts';
import type { KeypadKey } from './quantity-input.ts';

export interface KeypadProps {
  /** What is being entered: the item's name, or "Manager PIN". */
  readonly label: string;
  readonly layout?: 'quantity' | 'pin';
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The key at the end; it never commits a document, it sets this value. */
  readonly onSet: () => void;
  readonly setLabel?: string;
  /** More than 0 puts the decimal mark where `00` stands. */
  readonly decimals?: number;
  /** Digits a PIN may have. */
  readonly pinDigitsMax?: number;
  /** Arms the number as a multiplier for the next scan. */
  readonly onMultiply?: () => void;
  /** Switches between piece and pack; the label names the present one. */
  readonly pack?: { readonly label: string; readonly onPress: () => void };
  /** Under the display: "12 × case of 6 = 72 pieces". Its room is kept. */
  readonly note?: ReactNode;
  /** In place of the note. */
  readonly error?: ReactNode;
}

/** The locale's decimal mark. */
export function decimalMark(locale = activeTag()): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.find((part) => part.type === 'decimal')?.value ?? '.';
}

const pinDigitsDefaultMax = 8;

function Display({ label, layout, value }: KeypadProps): ReactNode {
  const { t } = useLingui();
  const digits = value.length;
  const shown = layout === 'pin' ? '•'.repeat(digits) : value.replace('.', decimalMark());
  const spoken =
    layout === 'pin' ? t({ message: `${digits} digits entered`, comment: 'Read out while a PIN is typed.' }) : shown;
  return (
    <div className={classes['display']}>
      <span className="ss-body-strong ss-name">{label}</span>
      <output className={classNames('ss-figure-xl', classes['value'], value === '' && classes['placeholder'])}>
        <span aria-hidden="true">{shown === '' && layout !== 'pin' ? unknownFigure : shown}</span>
        <span className="ss-visually-hidden">{spoken}</span>
      </output>
    </div>
  );
}

interface KeyProps {
  readonly name?: string;
  readonly kind?: 'word' | 'set';
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Key({ name, kind, onPress, children }: KeyProps): ReactNode {
  return (
    <button type="button" className={classes['key']} data-kind={kind} aria-label={name} onClick={onPress}>
      {children}
    </button>
  );
}

function useKeyNames() {
  const { t } = useLingui();
  return {
    backspace: t({ message: 'Delete the last digit', comment: 'Key of the keypad, drawn as ⌫.' }),
    multiply: t({
      message: 'Times the next scan',
      comment: 'Key of the keypad, drawn as ×: the number multiplies the next scan.',
    }),
    decimal: t({ message: 'Decimal mark', comment: 'Key of the keypad.' }),
    set: t({ message: 'Set', comment: 'Key of the keypad: takes the number over. One short word.' }),
  };
}

function QuantityKeys(props: KeypadProps & { readonly press: (key: KeypadKey) => void }): ReactNode {
  const { press, decimals = 0, onMultiply, pack, onSet, setLabel } = props;
  const names = useKeyNames();
  const digit = (key: KeypadKey): ReactNode => (
    <Key key={key} onPress={() => press(key)}>
      {key}
    </Key>
  );
  return (
    <div className={classes['keys']} data-layout="quantity">
      {(['7', '8', '9'] as const).map(digit)}
      <Key name={names.backspace} onPress={() => press('backspace')}>
        <IconBackspace aria-hidden="true" data-mirror="" />
      </Key>
      {(['4', '5', '6'] as const).map(digit)}
      {onMultiply === undefined ? (
        <span />
      ) : (
        <Key name={names.multiply} onPress={onMultiply}>
          <span aria-hidden="true">×</span>
        </Key>
      )}
      {(['1', '2', '3'] as const).map(digit)}
      {pack === undefined ? (
        <span />
      ) : (
        <Key kind="word" onPress={pack.onPress}>
          {pack.label}
        </Key>
      )}
      {digit('0')}
      {decimals > 0 ? (
        <Key name={names.decimal} onPress={() => press('decimal')}>
          {decimalMark()}
        </Key>
      ) : (
        digit('00')
      )}
      <Key kind="set" onPress={onSet}>
        {setLabel ?? names.set}
      </Key>
    </div>
  );
}

function PinKeys({ press, onSet, setLabel }: KeypadProps & { readonly press: (key: KeypadKey) => void }): ReactNode {
  const names = useKeyNames();
  return (
    <div className={classes['keys']} data-layout="pin">
      {(['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const).map((key) => (
        <Key key={key} onPress={() => press(key)}>
          {key}
        </Key>
      ))}
      <Key name={names.backspace} onPress={() => press('backspace')}>
        <IconBackspace aria-hidden="true" data-mirror="" />
      </Key>
      <Key onPress={() => press('0')}>0</Key>
      <Key kind="set" name={setLabel ?? names.set} onPress={onSet}>
        <IconCheck aria-hidden="true" />
      </Key>
    </div>
  );
}

const physicalKeys: Readonly<Record<string, KeypadKey>> = { ',': 'decimal', '.': 'decimal', Backspace: 'backspace' };

const keyOf = (key: string): KeypadKey | undefined => (/^\d$/.test(key) ? (key as KeypadKey) : physicalKeys[key]);

export function Keypad(props: KeypadProps): ReactNode {
  const { label, layout = 'quantity', value, onChange, onSet, onMultiply, decimals = 0, note, error } = props;
  const press = (key: KeypadKey): void => {
    const pinDigitsMax = props.pinDigitsMax ?? pinDigitsDefaultMax;
    onChange(layout === 'pin' ? pressPinKey(value, key, pinDigitsMax) : pressKey(value, key, decimals));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyOf(event.key);
    if (key !== undefined) press(key);
    else if (event.key === '*' && onMultiply) onMultiply();
    // On a key of the pad Enter presses that key; from the pad itself it sets the value.
    else if (event.key === 'Enter' && event.target === event.currentTarget) onSet();
    else return;
    event.preventDefault();
  };
  return (
    // A keyboard's digits bubble up here from whichever key of the pad has focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <fieldset className={classes['keypad']} aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
      <Display {...props} />
      <div
        className={classNames('ss-meta', classes['note'], error !== undefined && classes['error'])}
        aria-live="polite"
      >
        {error ?? note}
      </div>
      {layout === 'pin' ? <PinKeys {...props} press={press} /> : <QuantityKeys {...props} press={press} />}
    </fieldset>
  );
}
