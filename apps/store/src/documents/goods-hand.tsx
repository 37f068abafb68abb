// The line in hand of a delivery, return or correction: what it is, what the shelf will have, and the stepper.
import { useLingui } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useStockLine } from '../device/use-stock-line.ts';
import classes from './goods-hand.module.css';
import { HandActions } from './hand-actions.tsx';
import type { GoodsScreenProps } from './goods-screen-props.ts';
import type { GoodsLine } from './use-goods.ts';

export function GoodsHand({
  goods,
  direction,
  lineHead,
  onOpenKeypad,
}: GoodsScreenProps & { readonly onOpenKeypad: (() => void) | undefined }): ReactNode {
  const { t } = useLingui();
  const line = goods.inHand;
  const canUndo = goods.state?.phase === 'open' && goods.state.doc.lines.undo.length > 0;
  if (line === null && !canUndo)
    return onOpenKeypad === undefined ? <div className={classes['hand']} data-empty="true" /> : null;
  return (
    <section
      className={classes['hand']}
      aria-label={t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })}
    >
      {line !== null && (
        <>
          <span className={`${classes['name']} ss-name`}>{line.row?.name ?? line.item}</span>
          <span className="ss-meta">
            <span className="sku">{line.row?.sku}</span> <After line={line} direction={direction} />
          </span>
          {lineHead?.(line)}
        </>
      )}
      <HandActions
        line={line && { ...line, name: line.row?.name ?? line.item, scale: line.row?.quantityScale ?? 0 }}
        canUndo={canUndo}
        apply={goods.apply}
        onOpenKeypad={onOpenKeypad}
      />
    </section>
  );
}

/** What the store has of it, and will have. */
function After({ line, direction }: { readonly line: GoodsLine; readonly direction: 1 | -1 | 0 }): ReactNode {
  const { t } = useLingui();
  const stock = useStockLine(line.item).value;
  if (stock === undefined || direction === 0) return null;
  const scale = line.row?.quantityScale ?? 0;
  const now = formatQuantity(stock?.onHand ?? 0, { scale });
  const after = formatQuantity((stock?.onHand ?? 0) + direction * line.quantity, { scale });
  return t({
    message: `· on hand ${now}, then ${after}`,
    comment: 'Under the line in hand of a delivery or correction: the figure before and after; short.',
  });
}
