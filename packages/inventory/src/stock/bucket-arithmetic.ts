// The arithmetic of one bucket: quantity = latest count + movements after it by (effective time, id); which movements put a
// count in doubt; since when the bucket is below zero. Pure; the same functions serve the fold and the queries.
import { CLOCK_TOLERANCE_MS, STAMPS_PER_MS, type HybridTime } from '@streamstock/event-log';
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

const STEP_STAMPS_MAX = CLOCK_TOLERANCE_MS * STAMPS_PER_MS;

type Stamped = Pick<JournalValue, 'device' | 'uncertaintyMs'>;

/**
 * Whether something was stamped nearer to a part of the count than the clocks can tell. Two clocks: the sum of their
 * uncertainties. One clock: what it lost between the two, the difference of what it stated; when that is more than stamps
 * bridge, it was set in between and is as good as another clock.
 */
function isTooNear(at: HybridTime, { device, uncertaintyMs }: Stamped, count: CountSummary): boolean {
  if (device === null) return false;
  const reach = uncertaintyStamps(uncertaintyMs);
  return count.windows.some((part) => {
    const apart = Math.abs(part.at - at);
    const lost = Math.abs(part.reach - reach);
    return apart < (part.device === device && lost <= STEP_STAMPS_MAX ? lost : part.reach + reach);
  });
}

/** Whether a movement may lie on the wrong side of the count: it happened while the count was made, or too near to it. */
export function isInDoubt(
  { at, id, value }: Moment & { readonly value: Stamped },
  count: CountSummary | null,
): boolean {
  if (count === null) return false;
  const afterFirst = compareMoments({ at, id }, { at: count.firstAt, id: count.firstId }) > 0;
  if (afterFirst && compareMoments({ at, id }, count) < 0) return true;
  return isTooNear(at, value, count);
}

/** Whether what another session saw of the bucket may be the later count: it was stamped too near. */
export function isRival(at: HybridTime, session: string, stamped: Stamped, count: CountSummary | null): boolean {
  return count !== null && session !== count.session && isTooNear(at, stamped, count);
}

/** Whether a row of the journal puts the count of a bucket in doubt. */
export function doubts(bucket: Bucket, point: JournalPoint, count: CountSummary | null): boolean {
  const { at, value } = point;
  if (value.kind !== 'counted') return moveIn(bucket, point) !== 0 && isInDoubt(point, count);
  return value.bucket === bucket && rowCounts(value) && isRival(at, value.session, value, count);
}

/** No movement before this time can matter to a bucket with this count. */
export function horizonOf(count: CountSummary | null): HybridTime {
  if (count === null) return 0;
  const doubtFrom = count.windows.map(({ at, reach }) => Math.max(0, at - reach - UNCERTAINTY_STAMPS_MAX));
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
  if (doubts(bucket, point, count)) tally.doubts += 1;
  const move = moveIn(bucket, point);
  if (move === 0) return;
  if (!isAfterCount(point, count)) return;
  tally.quantity += move;
  if (tally.quantity >= 0) tally.negativeSince = null;
  else tally.negativeSince ??= point.at;
}
