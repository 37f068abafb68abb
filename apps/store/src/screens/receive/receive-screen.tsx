// Receive: a delivery from a supplier. Supplier and reference may be given before or after the first scan, or not at all.
import { useLingui } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { GoodsScreen } from '../../documents/goods-screen.tsx';
import { useGoods, type GoodsControl } from '../../documents/use-goods.ts';
import { deliveryKind, type DeliveryHead } from './delivery.ts';
import classes from './receive-screen.module.css';

export function ReceiveScreen({ draft }: { readonly draft: string | null }): ReactNode {
  const { t } = useLingui();
  const [params] = useSearchParams();
  const goods = useGoods(deliveryKind, draft, params.get('item'));
  return (
    <GoodsScreen
      goods={goods}
      path="/receive"
      direction={1}
      head={<Head goods={goods} />}
      words={{
        title: t({ message: 'Receive', comment: 'Verb on a tile and in the rail: goods come in. 10 letters at most.' }),
        empty: t({ message: 'Scan what was delivered, or search for it.', comment: 'Empty delivery.' }),
        notSaved: t({
          message: 'This delivery was not saved',
          comment: 'Beginning of "This delivery was not saved: the disk is full."',
        }),
        done: t({ message: 'Finish receiving', comment: 'Button that saves a delivery.' }),
        another: t({ message: 'New delivery', comment: 'Button after a delivery is saved.' }),
        saved: t({
          message: 'Delivery saved on this device.',
          comment: 'Bar above the dock for 10 seconds, with Undo beside it.',
        }),
        undone: t({
          message: 'Delivery reversed. It counts as never having come in.',
          comment: 'After Undo of a saved delivery.',
        }),
      }}
    />
  );
}

function Head({ goods }: { readonly goods: GoodsControl<DeliveryHead> }): ReactNode {
  const { t } = useLingui();
  const head = goods.state?.doc.head;
  if (head === undefined) return null;
  return (
    <div className={classes['head']}>
      <TextInput
        aria-label={t({ message: 'Supplier', comment: 'Field of a delivery, may stay empty. One word.' })}
        placeholder={t({ message: 'Supplier', comment: 'Field of a delivery, may stay empty. One word.' })}
        maxLength={64}
        autoComplete="off"
        value={head.supplier}
        onChange={(event) => goods.changeHead({ ...head, supplier: event.currentTarget.value })}
      />
      <TextInput
        aria-label={t({
          message: 'Delivery note',
          comment: 'Field of a delivery: the number on the paper, may stay empty; short.',
        })}
        placeholder={t({
          message: 'Delivery note',
          comment: 'Field of a delivery: the number on the paper, may stay empty; short.',
        })}
        maxLength={64}
        autoComplete="off"
        value={head.reference}
        onChange={(event) => goods.changeHead({ ...head, reference: event.currentTarget.value })}
      />
    </div>
  );
}
