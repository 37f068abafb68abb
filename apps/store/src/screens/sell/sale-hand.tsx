// The line in hand: what it is, what it comes to, what will be left, and the stepper. Stock never blocks a sale; it is told.
import { useLingui } from '@lingui/react/macro';
import { Figure, formatMoney, StateBadge, formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useStatus } from '../../device/use-device.tsx';
import { useStockLine } from '../../device/use-stock-line.ts';
import { HandActions } from '../../documents/hand-actions.tsx';
import { useStore } from '../today/use-store-facts.ts';
import classes from './sale-hand.module.css';
import { useLineMeta } from './sale-roll.tsx';
import type { SaleLineView } from './sale-view.ts';
import type { SaleControl } from './use-sale.ts';

export interface SaleHandProps {
  readonly sale: SaleControl;
  readonly onOpenKeypad: (() => void) | undefined;
}

export function SaleHand({ sale, onOpenKeypad }: SaleHandProps): ReactNode {
  const { t } = useLingui();
  const { currency } = useStore();
  const metaOf = useLineMeta();
  const line = sale.state?.phase === 'saved' ? null : (sale.view?.inHand ?? null);
  const canUndo = sale.state?.phase === 'open' && sale.state.doc.lines.undo.length > 0;
  if (line === null && !canUndo)
    return onOpenKeypad === undefined ? <div className={classes['hand']} data-empty="true" /> : null;
  return (
    <section
      className={classes['hand']}
      aria-label={t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })}
    >
      {line !== null && (
        <>
          <div className={classes['head']}>
            <span className={`${classes['name']} ss-name`}>{line.name}</span>
            <span className={classes['amount']}>
              {line.amount === null ? (
                <Figure value={null} />
              ) : (
                formatMoney(line.amount.minorUnits, line.amount.scale, currency, { symbol: false })
              )}
            </span>
          </div>
          <span className="ss-meta">{metaOf(line)}</span>
          <StockNote line={line} />
        </>
      )}
      <HandActions line={line} canUndo={canUndo} apply={sale.apply} onOpenKeypad={onOpenKeypad} />
    </section>
  );
}

/** What the shelf will have after this sale, as far as this device knows; its room is kept. */
function StockNote({ line }: { readonly line: SaleLineView }): ReactNode {
  const { t } = useLingui();
  const stock = useStockLine(line.item).value;
  const { figuresIncomplete } = useStatus();
  // Of figures that are incomplete nothing is said here: the strip above does.
  if (stock === undefined || figuresIncomplete) return <p className={classes['note']} />;
  const known = stock === null ? 0 : stock.sellable;
  const after = known - line.quantity;
  const knownWords = formatQuantity(known, { scale: line.scale });
  const afterWords = formatQuantity(after, { scale: line.scale });
  if (after < 0) {
    return (
      <p className={classes['note']}>
        <StateBadge state="oversold" />
        <span>
          {known > 0
            ? t({
                message: `We knew of ${knownWords}. The sale stands; look at the shelf when there is time.`,
                comment: 'Under the line in hand when more is sold than was known of; two short lines.',
              })
            : t({
                message: 'We knew of none. The sale stands; look at the shelf when there is time.',
                comment: 'Under the line in hand when something is sold of which none was known; two short lines.',
              })}
        </span>
      </p>
    );
  }
  return (
    <p className={classes['note']}>
      {after === 0 && <StateBadge state="out" />}
      <span>{t({ message: `${afterWords} left after this sale`, comment: 'Under the line in hand; short.' })}</span>
    </p>
  );
}
