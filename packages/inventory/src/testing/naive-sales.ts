// The independent book of sales by hour. Part of the oracle: shares no code with the projectors.
import { groups, sum, type Fact, type NaiveSet } from './naive-set.ts';

const HOUR_STAMPS = 3_600_000 * 2_048;

export interface BookHour {
  readonly sales: number;
  readonly lines: number;
  readonly pieces: number;
  readonly unpricedLines: number;
  readonly revenueMicros: string;
  readonly returns: number;
  readonly returnedPieces: number;
}

/** Exact, in millionths. */
export function worth(price: { minorUnits: number; scale: number }, quantity: number): bigint {
  return BigInt(price.minorUnits) * BigInt(quantity) * BigInt(10 ** (6 - price.scale));
}

function piecesOf(facts: readonly Fact[]): number {
  return sum(
    facts
      .flatMap(({ lines }) => lines)
      .map(({ unit, quantity }) => (unit === undefined || unit === 'piece' ? quantity : 1)),
  );
}

/** By `store|hour`, hours since 1970 in plain digits. Goods handed over for an order are sold. */
export function naiveHours({ facts }: NaiveSet): Map<string, BookHour> {
  const trade = facts.filter(
    ({ type, lines }) => lines.length > 0 && ['StockSold', 'OrderFulfilled', 'StockReturned'].includes(type),
  );
  const byHour = groups(trade, ({ store, at }) => `${store}|${Math.floor(at / HOUR_STAMPS)}`);
  return new Map(
    [...byHour].map(([hour, all]) => {
      const sold = all.filter(({ type }) => type !== 'StockReturned');
      const returned = all.filter(({ type }) => type === 'StockReturned');
      const lines = sold.flatMap((fact) => fact.lines);
      const revenue = lines.reduce(
        (total, { unitPrice, quantity }) => (unitPrice ? total + worth(unitPrice, quantity) : total),
        0n,
      );
      return [
        hour,
        {
          sales: sold.length,
          lines: lines.length,
          pieces: piecesOf(sold),
          unpricedLines: lines.filter(({ unitPrice }) => !unitPrice).length,
          revenueMicros: revenue.toString(),
          returns: returned.length,
          returnedPieces: piecesOf(returned),
        },
      ];
    }),
  );
}
