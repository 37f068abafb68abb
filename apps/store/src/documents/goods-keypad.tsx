// The keypad of a delivery, return or correction: beside the roll on a till, in a sheet on a phone.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useCatalogue } from '../device/use-device.tsx';
import { packsOf } from '../screens/items/packs.ts';
import { Sheet } from '../shell/sheet.tsx';
import { QuantityKeypad } from './quantity-keypad.tsx';
import type { AnyGoodsControl } from './use-goods.ts';

export interface GoodsKeypadProps {
  readonly goods: AnyGoodsControl;
  readonly sheet?: boolean;
  readonly onDone: () => void;
  readonly onLookUp: (code: string) => void;
}

export function GoodsKeypad({ goods, sheet = false, onDone, onLookUp }: GoodsKeypadProps): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const line = goods.inHand;
  const title = t({ message: 'Quantity', comment: 'Title of the keypad; one word.' });
  const keypad = (
    <QuantityKeypad
      key={line?.item ?? ''}
      item={line?.row ?? null}
      label={sheet ? (line?.row?.name ?? title) : title}
      value={goods.entry.typed}
      onChange={goods.setTyped}
      packs={line === null ? [1] : packsOf(catalogue.codesOf(line.item))}
      least={0}
      onQuantity={(quantity) => {
        if (line !== null) goods.apply({ kind: 'set', item: line.item, quantity });
        goods.clearTyped();
        onDone();
      }}
      onMultiply={() => {
        goods.arm();
        onDone();
      }}
      onCode={(code) => {
        goods.clearTyped();
        onDone();
        onLookUp(code);
      }}
    />
  );
  if (!sheet) return keypad;
  const close = (): void => {
    goods.clearTyped();
    onDone();
  };
  return (
    <Sheet title={title} onClose={close}>
      {keypad}
    </Sheet>
  );
}
