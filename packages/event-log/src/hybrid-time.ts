// Hybrid time: Unix milliseconds × 2,048 + an 11-bit counter, in one safe integer (to the year 2109).
// Arithmetic, never shifts: JavaScript's `<<` works on 32 bits and turns 217382400000 << 12 into 50331648.
import { CLOCK_TOLERANCE_MS } from './limits.ts';

/** Unix milliseconds × 2,048 + counter. Orders facts; ties break by event id. */
export type HybridTime = number;

/** Counter values per millisecond. */
export const STAMPS_PER_MS = 2_048;
/** The last stamp a safe integer holds: in the year 2109. */
export const HYBRID_TIME_MAX: HybridTime = Number.MAX_SAFE_INTEGER;
/** The last millisecond that can be stamped. */
export const UNIX_MS_MAX = Math.floor(HYBRID_TIME_MAX / STAMPS_PER_MS);

/** The first stamp of a millisecond. `unixMs`: an integer from 0 to `UNIX_MS_MAX`; throws RangeError outside. */
export function hybridTimeFromMs(unixMs: number): HybridTime {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs > UNIX_MS_MAX) {
    throw new RangeError(`A time must be whole milliseconds from 1970 to 2109, not ${unixMs}.`);
  }
  return unixMs * STAMPS_PER_MS;
}

/** The millisecond a stamp lies in. */
export function msFromHybridTime(time: HybridTime): number {
  return Math.floor(time / STAMPS_PER_MS);
}

/**
 * The stamp that follows `last` on one device at clock reading `nowMs`: max(now, last + 1); the counter carries into
 * the next millisecond. A step of the clock back by more than `CLOCK_TOLERANCE_MS` is followed, so that one
 * excursion into the future does not push every later stamp ahead.
 */
export function nextHybridTime(last: HybridTime | null, nowMs: number): HybridTime {
  const now = hybridTimeFromMs(nowMs);
  if (last === null || msFromHybridTime(last) - nowMs > CLOCK_TOLERANCE_MS) return now;
  return Math.max(now, last + 1);
}

/** Orders by (time, id), the order of every journal and register. Negative: `a` is earlier. */
export function compareStamped(
  a: { readonly time: HybridTime; readonly id: string },
  b: { readonly time: HybridTime; readonly id: string },
): number {
  if (a.time !== b.time) return a.time - b.time;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
