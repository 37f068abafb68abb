// From trade to demand: what customers wanted of a line, day by day, for forecasts to learn from. Pure.
//
// 1. Demand is what was sold less what came back of it, at the time of the sale: an order that was cancelled minutes later
//    never was demand. A return takes from the sale it names; without a name from a sale before it that fits. A return of
//    what was never sold takes from nothing: demand is never below zero.
// 2. Transfers, losses, corrections and deliveries are no demand, and neither is what was given away for nothing: nobody
//    knows whether anyone wanted it.
// 3. Days without goods, and days on which a store that trades on such days sold nothing at all, say nothing: they are
//    masked, not zero. A weekday on which a store seldom sells is a quiet or closed day: its zeros are true.
// 4. Days are whole: the day that is still running is left out.
import { msFromHybridTime } from '@streamstock/event-log';
import { stockOutTime, type Level } from '../analytics/findings.ts';
import type { LocalDays } from '../analytics/local-days.ts';
import { DEMAND_DAYS_MAX, RETURN_WINDOW_DAYS } from '../limits.ts';
import type { LineTrade } from '../value/value-queries.ts';
import { comparePlaces } from '../value/value-tables.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A day without goods for at least this share of it says nothing about demand. */
const STOCK_OUT_SHARE = 0.5;
/** A store trades on a weekday when it sold something on at least this share of them. */
const TRADING_SHARE = 0.8;

export interface DemandInput {
  readonly trades: readonly LineTrade[];
  /** Sellable goods by time; null: the line's level is not founded on anything, so no day can be called empty. */
  readonly levels: readonly Level[] | null;
  /** Days on which the store sold anything. */
  readonly tradingDays: ReadonlySet<number>;
  readonly days: LocalDays;
  /** Demand is reckoned up to the last whole day before this. */
  readonly endMs: number;
}

/** Whole days `firstDay` … `lastDay`; `series` and `usable` have one entry each. Quantities in the smallest unit. */
export interface CleanDemand {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly series: readonly number[];
  /** false: masked. */
  readonly usable: readonly boolean[];
  readonly sold: number;
  /** Sold at a price of nothing; not in `sold`. */
  readonly given: number;
  /** What came back of sales, and left demand with them. */
  readonly cancelled: number;
  /** What came back and fits no sale. */
  readonly unmatched: number;
  readonly stockOutDays: number;
  /** Days on which a trading store sold nothing. */
  readonly missingDays: number;
}

interface OpenSale {
  readonly trade: LineTrade;
  left: number;
}

/** How well a sale fits a return that does not name one: the same customer or document, or at least the same quantity. */
function fit({ trade, left }: OpenSale, back: LineTrade): 0 | 1 | 2 | 3 {
  if (left < back.quantity) return 0;
  const known = (['customer', 'reference'] as const).filter(
    (name) => trade[name] !== undefined && back[name] !== undefined,
  );
  const same = known.some((name) => trade[name] === back[name]);
  // Two customers are two people; two document numbers may well be a sale's and its credit note's.
  if (!same && known.includes('customer')) return 0;
  if (same) return left === back.quantity ? 3 : 2;
  return left === back.quantity && left === trade.quantity ? 1 : 0;
}

/** The latest of the sales that fit best. */
function saleFor(back: LineTrade, sales: readonly OpenSale[], windowMs: number): OpenSale | undefined {
  const earliest = msFromHybridTime(back.at) - windowMs;
  let best: OpenSale | undefined;
  let bestFit = 0;
  for (const sale of sales) {
    if (comparePlaces(sale.trade, back) > 0 || msFromHybridTime(sale.trade.at) < earliest) continue;
    const own = fit(sale, back);
    if (own === 0 || own < bestFit) continue;
    best = sale;
    bestFit = own;
  }
  return best;
}

/** Sales with what is left of them, by time, and the pieces that came back without a sale. */
function matchReturns(trades: readonly LineTrade[]): {
  readonly sales: readonly OpenSale[];
  readonly unmatched: number;
} {
  const sorted = trades.toSorted(comparePlaces);
  const sales = sorted
    .filter(({ kind }) => kind === 'sold')
    .map((trade): OpenSale => ({ trade, left: trade.quantity }));
  const returns = sorted.filter(({ kind }) => kind === 'returned');
  let unmatched = 0;
  const nameless: LineTrade[] = [];
  for (const back of returns) {
    const named = back.sale === undefined ? [] : sales.filter(({ trade }) => trade.id === back.sale);
    if (named.length === 0) {
      nameless.push(back);
      continue;
    }
    let quantity = back.quantity;
    for (const sale of named) {
      const taken = Math.min(quantity, sale.left);
      sale.left -= taken;
      quantity -= taken;
    }
    unmatched += quantity;
  }
  for (const back of nameless) {
    const sale = saleFor(back, sales, RETURN_WINDOW_DAYS * DAY_MS);
    if (sale === undefined) unmatched += back.quantity;
    else sale.left -= back.quantity;
  }
  return { sales, unmatched };
}

/** Weekdays on which a store as a rule sells something, of its days up to `lastDay`. */
function tradingWeekdays(tradingDays: ReadonlySet<number>, days: LocalDays, lastDay: number): ReadonlySet<number> {
  const past = [...tradingDays].filter((day) => day <= lastDay);
  const first = past.reduce((least, day) => Math.min(least, day), lastDay + 1);
  const all = Array.from({ length: 7 }, () => 0);
  const traded = Array.from({ length: 7 }, () => 0);
  for (let day = first; day <= lastDay; day += 1) {
    const weekday = days.weekdayOf(day);
    all[weekday] = (all[weekday] ?? 0) + 1;
    if (tradingDays.has(day)) traded[weekday] = (traded[weekday] ?? 0) + 1;
  }
  return new Set(
    [0, 1, 2, 3, 4, 5, 6].filter((weekday) => (traded[weekday] ?? 0) >= TRADING_SHARE * (all[weekday] || 1)),
  );
}

/** Whether goods were missing for so much of a day that what was sold on it is not what was wanted. */
function isStockOut(levels: readonly Level[], fromMs: number, toMs: number): boolean {
  return stockOutTime(levels, fromMs, toMs).outMs >= STOCK_OUT_SHARE * (toMs - fromMs);
}

/** The level just before a moment; null: not known. */
function levelBefore(levels: readonly Level[], at: number): number | null {
  let level: number | null = null;
  for (const step of levels) {
    if (step.at >= at) break;
    ({ level } = step);
  }
  return level;
}

/** The demand of one line, from its first trade on, at most `DEMAND_DAYS_MAX` days. */
export function cleanDemand({ trades, levels, tradingDays, days, endMs }: DemandInput): CleanDemand {
  const lastDay = days.dayOf(endMs) - 1;
  const { sales, unmatched } = matchReturns(trades.filter(({ at }) => days.dayOf(msFromHybridTime(at)) <= lastDay));
  const dayOfSale = ({ trade }: OpenSale): number => days.dayOf(msFromHybridTime(trade.at));
  const first = sales.find(({ trade }) => trade.gift !== true);
  const earliest = first === undefined ? lastDay + 1 : dayOfSale(first);
  const firstDay = Math.max(earliest, lastDay + 1 - DEMAND_DAYS_MAX);
  const series = Array.from({ length: lastDay + 1 - firstDay }, () => 0);
  const soldFromNothing = new Set<number>();
  let sold = 0;
  let given = 0;
  let cancelled = 0;
  for (const sale of sales) {
    const day = dayOfSale(sale);
    if (day < firstDay) continue;
    if (sale.trade.gift === true) {
      given += sale.left;
      continue;
    }
    sold += sale.trade.quantity;
    cancelled += sale.trade.quantity - sale.left;
    series[day - firstDay] = (series[day - firstDay] ?? 0) + sale.left;
    // Goods that are sold while the book has none are there: the book is wrong, the demand is not.
    if (levels !== null && (levelBefore(levels, sale.trade.at) ?? 1) <= 0) soldFromNothing.add(day);
  }
  const weekdays = tradingWeekdays(tradingDays, days, lastDay);
  let stockOutDays = 0;
  let missingDays = 0;
  const usable = series.map((_, index) => {
    const day = firstDay + index;
    const empty =
      levels !== null && !soldFromNothing.has(day) && isStockOut(levels, days.startMs(day), days.startMs(day + 1));
    const missing = !tradingDays.has(day) && weekdays.has(days.weekdayOf(day));
    if (empty) stockOutDays += 1;
    else if (missing) missingDays += 1;
    return !empty && !missing;
  });
  return { firstDay, lastDay, series, usable, sold, given, cancelled, unmatched, stockOutDays, missingDays };
}
