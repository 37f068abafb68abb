// One item in a list: name, SKU, on hand and its one badge. Pressing it chooses it.
import type { ItemRow as Item, StockLineRow } from '@streamstock/inventory';
import { Figure, StateBadge } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useStatus } from '../../device/use-device.tsx';
import classes from './item-row.module.css';
import { lineState } from './line-state.ts';
import { matchParts } from './match-parts.ts';

export interface ItemRowProps {
  readonly item: Item;
  readonly line: StockLineRow | undefined;
  readonly query: string;
  /** The code that matched, where one did. */
  readonly code?: string;
  readonly href?: string;
  readonly onChoose: () => void;
}

export function ItemRow({ item, line, query, code, href, onChoose }: ItemRowProps): ReactNode {
  const state = lineState(line, useStatus().figuresIncomplete);
  const content = (
    <>
      <span className={classes['words']}>
        <span className="ss-body-strong ss-name" title={item.name}>
          {matchParts(item.name, query).map((part, index) =>
            part.matched ? <mark key={index}>{part.text}</mark> : part.text,
          )}
        </span>
        <span className="ss-meta sku">
          {item.sku}
          {code !== undefined && ` · ${code}`}
        </span>
      </span>
      {state !== null && <StateBadge state={state} />}
      <Figure className={classes['figure'] ?? ''} value={line?.onHand ?? null} scale={item.quantityScale} />
    </>
  );
  if (href === undefined) {
    return (
      <button type="button" className={classes['row']} onClick={onChoose}>
        {content}
      </button>
    );
  }
  return (
    <a
      className={classes['row']}
      href={href}
      onClick={(event) => {
        event.preventDefault();
        onChoose();
      }}
    >
      {content}
    </a>
  );
}
