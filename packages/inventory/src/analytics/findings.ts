// What the figures say: ABC classes, top movers, dead stock, turns, shrinkage, time out of stock. Pure: plain data in, plain
// data out; where the figures come from is the caller's business.
import { msFromHybridTime, type HybridTime } from '@streamstock/event-log';
import type { AdjustReason } from '../stock/adjust-reasons.ts';

/** Adjustments that say goods are gone for nothing. Damaged and expired goods are gone once they are written off. */
const KNOWN_LOSSES = ['stolen', 'lost', 'written-off'] as const satisfies readonly AdjustReason[];

export type AbcClass = 'A' | 'B' | 'C';

export interface AbcLine<Key> {
  readonly key: Key;
  readonly revenueMicros: bigint;
  /** 1 is the greatest; equal revenues have one rank and one class. */
  readonly rank: number;
  /** Of the whole revenue, up to and with everything of this rank: millionths, rounded down. */
  readonly cumulativePpm: number;
  readonly class: AbcClass;
}

const PPM = 1_000_000n;
const A_UNTIL_PPM = 800_000n;
const B_UNTIL_PPM = 950_000n;

/**
 * Classes by revenue: A is what together makes the first 80 %, B what makes the next 15 %, C the rest and whatever made no
 * revenue. What crosses a border still belongs to the class before it; equal revenues are never torn apart.
 */
export function classifyAbc<Key>(
  figures: readonly { readonly key: Key; readonly revenueMicros: bigint }[],
): AbcLine<Key>[] {
  const sorted = figures.toSorted((a, b) =>
    a.revenueMicros > b.revenueMicros ? -1 : a.revenueMicros < b.revenueMicros ? 1 : 0,
  );
  const earning = (micros: bigint): bigint => (micros > 0n ? micros : 0n);
  const total = sorted.reduce((sum, { revenueMicros }) => sum + earning(revenueMicros), 0n);
  const lines: AbcLine<Key>[] = [];
  let before = 0n;
  for (let index = 0; index < sorted.length;) {
    const revenueMicros = sorted[index]?.revenueMicros ?? 0n;
    let end = index;
    while (end < sorted.length && sorted[end]?.revenueMicros === revenueMicros) end += 1;
    const after = before + earning(revenueMicros) * BigInt(end - index);
    const abc = revenueMicros <= 0n ? 'C' : classAt(before, total);
    const cumulativePpm = total === 0n ? 0 : Number((after * PPM) / total);
    for (const { key } of sorted.slice(index, end))
      lines.push({ key, revenueMicros, rank: index + 1, cumulativePpm, class: abc });
    before = after;
    index = end;
  }
  return lines;
}

function classAt(before: bigint, total: bigint): AbcClass {
  if (before * PPM < total * A_UNTIL_PPM) return 'A';
  return before * PPM < total * B_UNTIL_PPM ? 'B' : 'C';
}

/** The `top` of what sold most, most first; equal ones in the order they came in. */
export function topMovers<Line extends { readonly sold: number }>(lines: readonly Line[], top: number): Line[] {
  return lines
    .filter(({ sold }) => sold > 0)
    .toSorted((a, b) => b.sold - a.sold)
    .slice(0, top);
}

/** Lines with stock that were not sold since `sinceMs`; `lastSaleMs` null: never. */
export function deadStock<Line extends { readonly onHand: number; readonly lastSaleMs: number | null }>(
  lines: readonly Line[],
  sinceMs: number,
): Line[] {
  return lines.filter(({ onHand, lastSaleMs }) => onHand > 0 && (lastSaleMs === null || lastSaleMs < sinceMs));
}

/**
 * How often a stock was sold in a year at the pace of these days: sold ÷ mean stock × 365 ÷ days. null: nothing was in stock
 * on average.
 */
export function turnsPerYear(sold: number, meanOnHand: number, days: number): number | null {
  return meanOnHand <= 0 || days <= 0 ? null : (sold / meanOnHand) * (365 / days);
}

export interface Shrinkage {
  /** Goods that are known to be gone: stolen, lost, written off. */
  readonly known: number;
  /** What counts found missing (less what they found too many) that nothing explains. */
  readonly unexplained: number;
  readonly total: number;
}

/** Losses by reason as of `LineTotals`; `variances`: counted − expected of effective counts, unexplained. */
export function shrinkageOf(losses: Readonly<Record<string, number>>, variances: readonly number[]): Shrinkage {
  const known = KNOWN_LOSSES.reduce((sum, reason) => sum + (losses[reason] ?? 0), 0);
  const unexplained = -variances.reduce((sum, variance) => sum + variance, 0);
  return { known, unexplained: unexplained === 0 ? 0 : unexplained, total: known + unexplained };
}

export interface Level {
  readonly at: HybridTime;
  /** From `at` on. */
  readonly level: number;
}

export interface StockOutTime {
  /** Milliseconds of the span at 0 or below. */
  readonly outMs: number;
  /** Milliseconds of the span of which a level is known: from the first one on. */
  readonly knownMs: number;
}

/** How long a line was at zero or below within a span. `levels`: by time, of one line. */
export function stockOutTime(levels: readonly Level[], fromMs: number, toMs: number): StockOutTime {
  let outMs = 0;
  let knownMs = 0;
  for (const [index, { at, level }] of levels.entries()) {
    const next = levels[index + 1];
    const begins = Math.max(fromMs, msFromHybridTime(at));
    const ends = Math.min(toMs, next === undefined ? toMs : msFromHybridTime(next.at));
    if (ends <= begins) continue;
    knownMs += ends - begins;
    if (level <= 0) outMs += ends - begins;
  }
  return { outMs, knownMs };
}

/** The mean level over the part of a span of which a level is known; null: none is. */
export function meanLevel(levels: readonly Level[], fromMs: number, toMs: number): number | null {
  let weighted = 0;
  let knownMs = 0;
  for (const [index, { at, level }] of levels.entries()) {
    const next = levels[index + 1];
    const begins = Math.max(fromMs, msFromHybridTime(at));
    const ends = Math.min(toMs, next === undefined ? toMs : msFromHybridTime(next.at));
    if (ends <= begins) continue;
    knownMs += ends - begins;
    weighted += level * (ends - begins);
  }
  return knownMs === 0 ? null : weighted / knownMs;
}
