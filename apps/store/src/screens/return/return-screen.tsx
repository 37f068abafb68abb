// Return: a customer brings goods back; each line is fit for sale again, or damaged.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { GoodsScreen } from '../../documents/goods-screen.tsx';
import { useGoods, type GoodsLine } from '../../documents/use-goods.ts';
import { Segments } from '../../shell/segments.tsx';
import { dispositionOf, returnKind, withDisposition } from './goods-return.ts';

export function ReturnScreen({ draft }: { readonly draft: string | null }): ReactNode {
  const { t } = useLingui();
  const [params] = useSearchParams();
  const goods = useGoods(returnKind, draft, params.get('item'));
  const head = goods.state?.doc.head;
  const damaged = t({ message: 'Damaged', comment: 'Reason for a correction of stock: broken or soiled; short.' });
  const fit = t({ message: 'Fit for sale', comment: 'What becomes of goods that a customer brought back; short.' });
  const lineHead = (line: GoodsLine): ReactNode =>
    head === undefined ? null : (
      <Segments
        fullWidth
        label={t({
          message: 'What becomes of it',
          comment: 'Name of the choice between "Fit for sale" and "Damaged", read out only.',
        })}
        choices={[
          { value: 'sellable', label: fit },
          { value: 'damaged', label: damaged },
        ]}
        value={dispositionOf(head, line.item)}
        onChange={(value) => goods.changeHead(withDisposition(head, line.item, value))}
      />
    );
  return (
    <GoodsScreen
      goods={goods}
      path="/return"
      direction={1}
      lineHead={lineHead}
      lineMeta={(line) => (head !== undefined && dispositionOf(head, line.item) === 'damaged' ? damaged : fit)}
      words={{
        title: t({
          message: 'Return',
          comment: 'Verb on a tile and in the rail: a customer brings goods back. 10 letters at most.',
        }),
        empty: t({ message: 'Scan what the customer brought back, or search for it.', comment: 'Empty return.' }),
        notSaved: t({
          message: 'This return was not saved',
          comment: 'Beginning of "This return was not saved: the disk is full."',
        }),
        done: t({ message: 'Take back', comment: 'Button that saves a return.' }),
        another: t({ message: 'New return', comment: 'Button after a return is saved.' }),
        saved: t({
          message: 'Return saved on this device.',
          comment: 'Bar above the dock for 10 seconds, with Undo beside it.',
        }),
        undone: t({
          message: 'Return reversed. It counts as never having happened.',
          comment: 'After Undo of a saved return.',
        }),
      }}
    />
  );
}
