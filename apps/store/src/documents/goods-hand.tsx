// The line in hand of a delivery, return or correction: what it is, what the shelf will have, and the stepper.
import { useLingui } from '@lingui/react/macro';
import { ActionIcon } from '@mantine/core';
import { formatQuantity, Stepper } from '@streamstock/ui';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useStockLine } from '../device/use-stock-line.ts';
import classes from './goods-hand.module.css';
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
      <div className={classes['actions']}>
        <ActionIcon
          className={classes['undo'] ?? ''}
          variant="default"
          aria-label={t({ message: 'Undo', comment: 'Button: takes back what was just saved. One word.' })}
          aria-disabled={!canUndo}
          onClick={() => goods.apply({ kind: 'undo' })}
        >
          <IconArrowBackUp aria-hidden="true" data-mirror="" />
        </ActionIcon>
        {line !== null && (
          <Stepper
            label={line.row?.name ?? line.item}
            value={line.quantity}
            scale={line.row?.quantityScale ?? 0}
            onChange={(quantity) => goods.apply({ kind: 'set', item: line.item, quantity })}
            {...(onOpenKeypad === undefined ? {} : { onOpenKeypad })}
          />
        )}
      </div>
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
