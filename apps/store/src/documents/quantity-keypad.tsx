// The keypad for one line's quantity, with the questions worth asking: a barcode typed as a quantity, an unusual number, and
// packs. Asks in place; blocks nothing that is plausible.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { ItemRow } from '@streamstock/inventory';
import { formatQuantity, isUnusualQuantity, Keypad, parseQuantity, quantityMax } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys } from '../scanning/use-scanner.tsx';
import { keypadKeyOf, pressEntryKey, NO_ENTRY } from './entry.ts';

export interface QuantityKeypadProps {
  readonly item: ItemRow | null;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** A quantity in the item's smallest unit, asked about where it was unusual. */
  readonly onQuantity: (quantity: number) => void;
  /** So many digits that it is a code. */
  readonly onCode: (code: string) => void;
  readonly onMultiply?: () => void;
  /** Pack sizes of the item, 1 among them. */
  readonly packs: readonly number[];
  readonly least: 0 | 1;
  /** Set without a figure. */
  readonly onEmpty?: (() => void) | undefined;
  /** Instead of "Set": what setting the figure does here. */
  readonly setLabel?: string;
}

type Question =
  | { readonly kind: 'unusual'; readonly quantity: number }
  | { readonly kind: 'range' }
  | { readonly kind: 'code'; readonly code: string };

export function QuantityKeypad(props: QuantityKeypadProps): ReactNode {
  const { item, label, value, onChange, onQuantity, onMultiply, packs, least } = props;
  const { t } = useLingui();
  const [question, setQuestion] = useState<Question | null>(null);
  const [pack, setPack] = useState(1);
  const decimals = item?.quantityScale ?? 0;
  const change = (text: string): void => {
    setQuestion(null);
    onChange(text);
  };
  const accept = (quantity: number): void => {
    setQuestion(null);
    onQuantity(quantity);
  };
  const set = (): void => {
    const parsed = parseQuantity(value, decimals);
    if (parsed.kind === 'empty') return props.onEmpty?.();
    if (parsed.kind === 'code') return setQuestion({ kind: 'code', code: parsed.code });
    const quantity = parsed.kind === 'quantity' ? parsed.value * pack : -1;
    const whole = quantity / 10 ** decimals;
    if (quantity < least || whole > quantityMax) setQuestion({ kind: 'range' });
    else if (isUnusualQuantity(whole)) setQuestion({ kind: 'unusual', quantity });
    else accept(quantity);
  };
  useKeys((key) => {
    const pressed = keypadKeyOf(key);
    if (pressed !== null) change(pressEntryKey({ ...NO_ENTRY, typed: value }, pressed, decimals).typed);
    else if (key === 'Enter' && value !== '') set();
    else if (key === '*' && onMultiply !== undefined) onMultiply();
    else return false;
    return true;
  });
  const nextPack = packs[(packs.indexOf(pack) + 1) % packs.length] ?? 1;
  const packLabel =
    pack === 1
      ? t({ message: 'pieces', comment: 'Key of the keypad: the number is in single pieces. Short.' })
      : t({ message: `case of ${pack}`, comment: 'Key of the keypad: the number is in packs of that many. Short.' });
  return (
    <Keypad
      label={label}
      value={value}
      onChange={change}
      onSet={set}
      decimals={decimals}
      {...(props.setLabel === undefined ? {} : { setLabel: props.setLabel })}
      {...(onMultiply === undefined ? {} : { onMultiply })}
      {...(packs.length > 1 ? { pack: { label: packLabel, onPress: () => setPack(nextPack) } } : {})}
      note={<PackProduct value={value} pack={pack} />}
      {...(question === null
        ? {}
        : {
            error: (
              <QuestionWords question={question} least={least} onYes={accept} onCode={props.onCode} scale={decimals} />
            ),
          })}
    />
  );
}

function PackProduct({ value, pack }: { readonly value: string; readonly pack: number }): ReactNode {
  const { t } = useLingui();
  const parsed = parseQuantity(value);
  if (pack === 1 || parsed.kind !== 'quantity') return null;
  const packs = formatQuantity(parsed.value);
  const pieces = formatQuantity(parsed.value * pack);
  return t({
    message: `${packs} × case of ${pack} = ${pieces} pieces`,
    comment: 'Under the keypad’s figure: packs worked out to pieces.',
  });
}

interface QuestionWordsProps {
  readonly question: Question;
  readonly least: 0 | 1;
  readonly scale: number;
  readonly onYes: (quantity: number) => void;
  readonly onCode: (code: string) => void;
}

function QuestionWords({ question, least, scale, onYes, onCode }: QuestionWordsProps): ReactNode {
  const { t } = useLingui();
  switch (question.kind) {
    case 'range': {
      const most = formatQuantity(quantityMax);
      return t({
        message: `Enter a quantity from ${least} to ${most}`,
        comment: 'Under the keypad’s figure, when the number can not be.',
      });
    }
    case 'unusual': {
      const quantity = formatQuantity(question.quantity, { scale });
      const pieces = question.quantity / 10 ** scale;
      return (
        <>
          {scale === 0
            ? t({
                message: plural(pieces, { one: '# piece?', other: '# pieces?' }),
                comment: 'Under the keypad’s figure: an unusually large quantity is asked about once.',
              })
            : t({
                message: `${quantity}?`,
                comment: 'Under the keypad’s figure: an unusually large weight is asked about once.',
              })}{' '}
          <Button onClick={() => onYes(question.quantity)}>
            {t({ message: `Yes, ${quantity}`, comment: 'Button: confirms an unusually large quantity.' })}
          </Button>
        </>
      );
    }
    case 'code':
      return (
        <>
          {t({
            message: 'That looks like a barcode, not a quantity. Nothing was changed.',
            comment: 'Under the keypad’s figure.',
          })}{' '}
          <Button onClick={() => onCode(question.code)}>
            {t({
              message: `Look up ${question.code}`,
              comment: 'Button: searches the code that was typed as a quantity.',
            })}
          </Button>
        </>
      );
  }
}
