// How many figures changed in the last minute: for the head of the matrix. Pure; keeps one number per second.

export const rateWindowMs = 60_000;
const bucketMs = 1_000;

/** Changes by second, oldest first; at most one bucket per second of the window. */
export type ChangeRate = readonly { readonly second: number; readonly count: number }[];

export const noChanges: ChangeRate = [];

function within(rate: ChangeRate, nowMs: number): ChangeRate {
  const oldest = Math.floor((nowMs - rateWindowMs) / bucketMs);
  return rate.filter((bucket) => bucket.second > oldest);
}

export function addChanges(rate: ChangeRate, count: number, nowMs: number): ChangeRate {
  if (count === 0) return rate;
  const kept = within(rate, nowMs);
  const second = Math.floor(nowMs / bucketMs);
  const last = kept.at(-1);
  if (last?.second === second) return [...kept.slice(0, -1), { second, count: last.count + count }];
  return [...kept, { second, count }];
}

/** Changes in the minute that ends at `nowMs`. */
export function changesPerMinute(rate: ChangeRate, nowMs: number): number {
  return within(rate, nowMs).reduce((sum, bucket) => sum + bucket.count, 0);
}
