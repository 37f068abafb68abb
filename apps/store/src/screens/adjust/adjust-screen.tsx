// Adjust: a correction of stock, always for a reason; the reason decides which way it goes.
import { useLingui } from '@lingui/react/macro';
import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { GoodsScreen } from '../../documents/goods-screen.tsx';
import { useGoods, type GoodsControl } from '../../documents/use-goods.ts';
import { adjustKind, onHandDirection, SHOP_REASONS, type AdjustHead } from './adjustment.ts';
import classes from './adjust-screen.module.css';
import { useReasonWord } from './reason-words.ts';

export function AdjustScreen({ draft }: { readonly draft: string | null }): ReactNode {
  const { t } = useLingui();
  const [params] = useSearchParams();
  const goods = useGoods(adjustKind, draft, params.get('item'));
  const reason = goods.state?.doc.head.reason ?? null;
  return (
    <GoodsScreen
      goods={goods}
      path="/adjust"
      direction={onHandDirection(reason)}
      blocked={reason === null}
      head={<Head goods={goods} />}
      words={{
        title: t({
          message: 'Adjust',
          comment: 'Verb on a tile and in the rail: correct the stock for a reason. 10 letters at most.',
        }),
        empty: t({
          message: 'Choose the reason, then scan what is concerned or search for it.',
          comment: 'Empty correction of stock.',
        }),
        notSaved: t({
          message: 'This correction was not saved',
          comment: 'Beginning of "This correction was not saved: the disk is full."',
        }),
        done:
          reason === null
            ? t({
                message: 'Choose a reason',
                comment: 'On the button that saves a correction, while no reason is chosen.',
              })
            : t({ message: 'Save correction', comment: 'Button that saves a correction of stock.' }),
        another: t({ message: 'New correction', comment: 'Button after a correction of stock is saved.' }),
        saved: t({
          message: 'Correction saved on this device.',
          comment: 'Bar above the dock for 10 seconds, with Undo beside it.',
        }),
        undone: t({
          message: 'Correction reversed. It counts as never having happened.',
          comment: 'After Undo of a saved correction.',
        }),
      }}
    />
  );
}

function Head({ goods }: { readonly goods: GoodsControl<AdjustHead> }): ReactNode {
  const { t } = useLingui();
  const reasonWord = useReasonWord();
  const head = goods.state?.doc.head;
  if (head === undefined) return null;
  const options = (reasons: readonly string[]) => reasons.map((value) => ({ value, label: reasonWord(value) }));
  const data = [
    {
      value: '',
      label: t({ message: 'Reason…', comment: 'First entry of the list of reasons for a correction; short.' }),
    },
    {
      group: t({ message: 'Lowers the stock', comment: 'Group in the list of reasons; short.' }),
      items: options(SHOP_REASONS.lowers),
    },
    {
      group: t({ message: 'Raises the stock', comment: 'Group in the list of reasons; short.' }),
      items: options(SHOP_REASONS.raises),
    },
    {
      group: t({
        message: 'Shelf or unsellable',
        comment: 'Group in the list of reasons: goods only change their state; short.',
      }),
      items: options(SHOP_REASONS.moves),
    },
  ];
  const choose = (value: string): void => {
    const all = Object.values(SHOP_REASONS).flat();
    goods.changeHead({ ...head, reason: all.find((reason) => reason === value) ?? null });
  };
  return (
    <div className={classes['head']}>
      <NativeSelect
        aria-label={t({ message: 'Reason', comment: 'Field of a correction of stock. One word.' })}
        data={data}
        value={head.reason ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <TextInput
        aria-label={t({ message: 'Note', comment: 'Field of a correction of stock, may stay empty. One word.' })}
        placeholder={t({ message: 'Note', comment: 'Field of a correction of stock, may stay empty. One word.' })}
        maxLength={200}
        autoComplete="off"
        value={head.note}
        onChange={(event) => goods.changeHead({ ...head, note: event.currentTarget.value })}
      />
    </div>
  );
}
