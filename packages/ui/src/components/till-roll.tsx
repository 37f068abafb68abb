// The lines of a sale or delivery, like paper: oldest above, newest below. Pressing a line makes it the line in hand.
// Keeps its end in view, unless the person has scrolled away from it.
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Figure } from './figure.tsx';
import classes from './till-roll.module.css';

export interface TillRollLine {
  readonly key: string;
  readonly quantity: number;
  readonly scale?: number;
  readonly name: string;
  /** SKU, unit price, pack. */
  readonly meta?: ReactNode;
  /** Already formatted; null when the price is unknown, which is "—" and never 0.00. */
  readonly amount: string | null;
}

export interface TillRollProps {
  readonly label: string;
  readonly lines: readonly TillRollLine[];
  /** Key of the line in hand. */
  readonly current: string | null;
  readonly onSelect: (key: string) => void;
  readonly className?: string;
}

/** Closer to the end than this counts as being at the end. */
const nearEndPx = 24;

function Line({ line, current, onSelect }: { line: TillRollLine; current: boolean; onSelect: () => void }): ReactNode {
  return (
    <li>
      <button type="button" className={classes['line']} aria-current={current} onClick={onSelect}>
        <Figure className={classes['quantity'] ?? ''} value={line.quantity} scale={line.scale ?? 0} />
        <span>
          <span className="ss-body-strong ss-name">{line.name}</span>
          {line.meta !== undefined && <span className={classNames('ss-meta', classes['meta'])}>{line.meta}</span>}
        </span>
        <span className={classes['amount']}>{line.amount ?? <Figure value={null} />}</span>
      </button>
    </li>
  );
}

export function TillRoll({ label, lines, current, onSelect, className }: TillRollProps): ReactNode {
  const roll = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const count = lines.length;

  useEffect(() => {
    const element = roll.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [count]);

  const onScroll = (): void => {
    const element = roll.current;
    if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
  };
  return (
    <ol ref={roll} className={classNames(classes['roll'], className)} aria-label={label} onScroll={onScroll}>
      {lines.map((line) => (
        <Line key={line.key} line={line} current={line.key === current} onSelect={() => onSelect(line.key)} />
      ))}
    </ol>
  );
}
