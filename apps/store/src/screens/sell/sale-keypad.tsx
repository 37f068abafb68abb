// The keypad of the sale: beside the roll on a till, in a sheet on a phone.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useCatalogue } from '../../device/use-device.tsx';
import { QuantityKeypad } from '../../documents/quantity-keypad.tsx';
import { Sheet } from '../../shell/sheet.tsx';
import { packsOf } from '../items/packs.ts';
import type { SaleControl } from './use-sale.ts';

export interface SaleKeypadProps {
  readonly sale: SaleControl;
  readonly sheet?: boolean;
  readonly onDone: () => void;
  readonly onLookUp: (code: string) => void;
}

export function SaleKeypad({ sale, sheet = false, onDone, onLookUp }: SaleKeypadProps): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const line = sale.state?.phase === 'open' ? (sale.view?.inHand ?? null) : null;
  const row = line === null ? null : (catalogue.index.item(line.item) ?? null);
  const title = t({ message: 'Quantity', comment: 'Title of the keypad; one word.' });
  const keypad = (
    <QuantityKeypad
      key={line?.item ?? ''}
      item={row}
      label={sheet ? (line?.name ?? title) : title}
      value={sale.entry.typed}
      onChange={sale.setTyped}
      packs={row === null ? [1] : packsOf(catalogue.codesOf(row.item))}
      least={0}
      onQuantity={(quantity) => {
        if (line !== null) sale.apply({ kind: 'set', item: line.item, quantity });
        sale.clearTyped();
        onDone();
      }}
      onMultiply={() => {
        sale.arm();
        onDone();
      }}
      onCode={(code) => {
        sale.clearTyped();
        onDone();
        onLookUp(code);
      }}
    />
  );
  if (!sheet) return keypad;
  const close = (): void => {
    sale.clearTyped();
    onDone();
  };
  return (
    <Sheet title={title} onClose={close}>
      {keypad}
    </Sheet>
  );
}
