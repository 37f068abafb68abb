// What a document of sales or returns says to the sales by hour. Pure.
import { moneyMicros } from '../money.ts';
import type { LineEntry } from '../stock/line-entry.ts';
import type { JournalValue, Trade, TradeLine } from '../stock/stock-tables.ts';

/** null: the document sells nothing and takes nothing back. */
export function tradeOf(lines: readonly LineEntry[]): Trade | null {
  const kind = kindOf(lines[0]?.value);
  return kind === null ? null : { kind, lines: lines.map(({ value }) => tradeLine(value)) };
}

/** Goods handed over for an order are sold. */
function kindOf(value: JournalValue | undefined): Trade['kind'] | null {
  if (value?.kind === 'sold' || value?.kind === 'handed-over') return 'sold';
  return value?.kind === 'returned' ? 'returned' : null;
}

function tradeLine(value: JournalValue): TradeLine {
  if (value.kind === 'counted') return { pieces: 0 };
  const quantity = Math.abs(Object.values(value.moves).reduce((sum, move) => sum + move, 0));
  const { unitPrice } = value;
  return {
    pieces: value.weighed === true ? 1 : quantity,
    ...(unitPrice === undefined ? {} : { micros: (BigInt(quantity) * moneyMicros(unitPrice)).toString() }),
  };
}
