// The lines of the sale, oldest above, newest below, above the thumb.
import { useLingui } from '@lingui/react/macro';
import { EmptyState, formatMoney, TillRoll, type TillRollLine } from '@streamstock/ui';
import { IconBarcode } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useStore } from '../today/use-store-facts.ts';
import classes from './sale-roll.module.css';
import type { SaleLineView } from './sale-view.ts';
import type { SaleControl } from './use-sale.ts';

/** "CAF-0500-M · 5.90" or "OAT-1L · case of 6 × 2.10". */
export function useLineMeta(): (line: SaleLineView) => string {
  const { t } = useLingui();
  const { currency } = useStore();
  return ({ sku, pack, price }) => {
    const each =
      price === null
        ? t({ message: 'no price', comment: 'In the small print of a sale’s line; short.' })
        : formatMoney(price.minorUnits, price.scale, currency, { symbol: false });
    const packed =
      pack > 1
        ? t({
            message: `case of ${pack} × ${each}`,
            comment: 'In the small print of a sale’s line: a pack’s size and the price of a piece; short.',
          })
        : each;
    return `${sku} · ${packed}`;
  };
}

export function SaleRoll({ sale }: { readonly sale: SaleControl }): ReactNode {
  const { t } = useLingui();
  const { currency } = useStore();
  const metaOf = useLineMeta();
  const view = sale.view;
  if (view === null || view.lines.length === 0) {
    return (
      <div className={classes['empty']}>
        <EmptyState
          kind="nothing-yet"
          icon={IconBarcode}
          text={t({ message: 'Scan the first item to begin, or search for it.', comment: 'Empty sale.' })}
        />
      </div>
    );
  }
  const lines = view.lines.map((line): TillRollLine => ({
    key: line.item,
    quantity: line.quantity,
    scale: line.scale,
    name: line.name,
    meta: metaOf(line),
    amount:
      line.amount === null ? null : formatMoney(line.amount.minorUnits, line.amount.scale, currency, { symbol: false }),
  }));
  return (
    <TillRoll
      className={classes['roll'] ?? ''}
      label={t({ message: 'Lines of this sale', comment: 'Name of the list, read out only.' })}
      lines={lines}
      current={view.inHand?.item ?? null}
      onSelect={(item) => sale.apply({ kind: 'take-in-hand', item })}
    />
  );
}
