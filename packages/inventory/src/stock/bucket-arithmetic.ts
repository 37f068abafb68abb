// The arithmetic of one bucket: quantity = latest count + movements after it by (effective time, id); which movements put a
// count in doubt; since when the bucket is below zero. Pure; the same functions serve the fold and the queries.
import type { HybridTime } from '@streamstock/event-log';
import type { Bucket } from './adjust-reasons.ts';
import { compareMoments, UNCERTAINTY_STAMPS_MAX, uncertaintyStamps, type Moment } from './count-session.ts';
import { rowCounts, type CountSummary, type JournalValue } from './stock-tables.ts';

/** What the arithmetic needs of a journal row. */
export interface JournalPoint extends Moment {
  readonly value: JournalValue;
}

/** How much a row moves a bucket; 0 for observations and for rows that do not count. */
export function moveIn(bucket: Bucket, { value }: JournalPoint): number {
  if (value.kind === 'counted' || !rowCounts(value)) return 0;
  return value.moves[bucket] ?? 0;
}

export function isAfterCount(moment: Moment, count: CountSummary | null): boolean {
  return count === null || compareMoments(moment, count) > 0;
}

/**
 * Whether a movement may lie on the wrong side of the count: it happened while the count was made, or another device's
 * clock stamped it nearer to a part of the count than the two clocks can tell.
 */
export function isInDoubt(
  { at, id, value }: Moment & { readonly value: Pick<JournalValue, 'device' | 'uncertaintyMs'> },
  count: CountSummary | null,
): boolean {
  if (count === null) return false;
  const afterFirst = compareMoments({ at, id }, { at: count.firstAt, id: count.firstId }) > 0;
  if (afterFirst && compareMoments({ at, id }, count) < 0) return true;
  const { device } = value;
  if (device === null) return false;
  const reach = uncertaintyStamps(value.uncertaintyMs);
  return count.windows.some((window) => window.device !== device && at - reach < window.to && at + reach > window.from);
}

/** No movement before this time can matter to a bucket with this count. */
export function horizonOf(count: CountSummary | null): HybridTime {
  if (count === null) return 0;
  const doubtFrom = count.windows.map(({ from }) => Math.max(0, from - UNCERTAINTY_STAMPS_MAX));
  return Math.min(count.firstAt, ...doubtFrom);
}

/** A bucket's figures while its movements are walked in order. */
export interface BucketTally {
  quantity: number;
  doubts: number;
  negativeSince: HybridTime | null;
}

/** Where a bucket starts: at its count, or at nothing. */
export function tallyAt(count: CountSummary | null): BucketTally {
  return { quantity: count?.quantity ?? 0, doubts: 0, negativeSince: null };
}

/** Adds the next movement in (time, id, line) order. Rows before the count only can put it in doubt. */
export function tallyNext(tally: BucketTally, bucket: Bucket, count: CountSummary | null, point: JournalPoint): void {
  const move = moveIn(bucket, point);
  if (move === 0) return;
  if (isInDoubt(point, count)) tally.doubts += 1;
  if (!isAfterCount(point, count)) return;
  tally.quantity += move;
  if (tally.quantity >= 0) tally.negativeSince = null;
  else tally.negativeSince ??= point.at;
}
