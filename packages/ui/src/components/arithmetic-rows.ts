// The rows of a till roll and the one piece of logic in it: what the rows do not explain is named, never hidden. Pure.
import type { ReactNode } from 'react';
import type { RecordStateKind } from './record-state.tsx';

export interface ArithmeticRow {
  readonly key: string;
  readonly label: string;
  /** When, by whom, under which reference. */
  readonly meta?: ReactNode;
  /** Signed, in the item's smallest unit; null when unknown. */
  readonly quantity: number | null;
  /** Where the sum starts: a count. Set bold, without a sign. */
  readonly baseline?: boolean;
  /** A line under the sum so far, or something seen beside it; not added up. */
  readonly result?: boolean;
  /** Of the event behind the row; ◐ while it has not been sent. `sent` is not drawn: it is the ordinary case. */
  readonly state?: RecordStateKind;
  /** Rows this one stands for; folded away at first. */
  readonly folded?: readonly ArithmeticRow[];
}

export interface ArithmeticTotal {
  readonly label: string;
  readonly quantity: number | null;
}

/**
 * What the total has and the rows do not: 0 when the roll adds up. Null where it cannot be known (a row or the total is
 * unknown) or is not claimed (the roll has `result` rows, which compare rather than add).
 */
export function unexplained(rows: readonly ArithmeticRow[], total: ArithmeticTotal): number | null {
  if (total.quantity === null || rows.some((row) => row.result === true || row.quantity === null)) return null;
  return total.quantity - rows.reduce((sum, row) => sum + (row.quantity ?? 0), 0);
}
