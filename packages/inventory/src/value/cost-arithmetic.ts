// The arithmetic of moving average cost: a line's buckets and what all of its goods cost together. Pure integers: costs are
// in picos (10⁻¹² of the currency), divisions are rounded half up, and nothing is rounded again before it is displayed.
//
// With Q goods worth C, and the average A = C / Q:
//   goods in at a known cost c      C + q·c; from Q ≤ 0: Q'·c, and c is the new average
//   everything else                 at the average: C·Q' / Q; from Q ≤ 0: Q'·A
//   Q' ≤ 0                          C' = 0; the average stays as it was, for what comes in without a cost
// A is null until a cost is known for the first time; that one then holds for all goods there are.
//
// What happens at and below zero is ERPNext's rule (erpnext/stock/stock_ledger.py, get_moving_average_values): the cost of
// the next receipt becomes the average, and goods that were sold before they came are not valued again.
import type { Money } from '../words.ts';
import { BUCKETS, type Bucket } from '../stock/adjust-reasons.ts';
import type { CountedBucket } from '../stock/stock-events.ts';

/** Digits of a cost's smallest part. */
export const PICOS_SCALE = 12;

export type BucketQuantities = Readonly<Record<Bucket, number>>;

/** What a line holds after some entry of its journal. */
export interface ValueState {
  readonly quantities: BucketQuantities;
  /** Of all goods on hand together, in picos; 0 while there are none or fewer, or while no cost is known. Never negative. */
  readonly cost: bigint;
  /** Of one unit, in picos; null: no cost was ever stated. */
  readonly average: bigint | null;
}

export const NO_VALUE: ValueState = {
  quantities: { sellable: 0, picked: 0, unsellable: 0 },
  cost: 0n,
  average: null,
};

/** A state as a row holds it: integers as text. */
export interface StoredValueState {
  readonly quantities: BucketQuantities;
  readonly cost: string;
  readonly average: string | null;
}

export function moneyPicos({ minorUnits, scale }: Money): bigint {
  return BigInt(minorUnits) * 10n ** BigInt(PICOS_SCALE - scale);
}

/** a·b / c rounded half up; all at least 0, c above. */
export function scaleRounded(a: bigint, b: bigint, c: bigint): bigint {
  return (2n * a * b + c) / (2n * c);
}

export function onHandOf({ quantities }: Pick<ValueState, 'quantities'>): number {
  return BUCKETS.reduce((sum, bucket) => sum + quantities[bucket], 0);
}

export function storedState({ quantities, cost, average }: ValueState): StoredValueState {
  return { quantities, cost: cost.toString(), average: average === null ? null : average.toString() };
}

export function loadedState({ quantities, cost, average }: StoredValueState): ValueState {
  return { quantities, cost: BigInt(cost), average: average === null ? null : BigInt(average) };
}

/** Goods move. `unitCost`, in picos: what each of them cost, where goods come in and it is known. */
export function valueMoved(
  state: ValueState,
  moves: Readonly<Partial<Record<Bucket, number>>>,
  unitCost: bigint | null,
): ValueState {
  const quantities = { ...state.quantities };
  for (const bucket of BUCKETS) quantities[bucket] += moves[bucket] ?? 0;
  const before = onHandOf(state);
  const after = onHandOf({ quantities });
  return unitCost !== null && after > before
    ? withReceipt(state, quantities, after, after - before, unitCost)
    : atAverage(state, quantities, before, after);
}

/** A bucket turns out to hold `quantity`: what is more or less than expected is so at the average. */
export function valueCounted(state: ValueState, bucket: CountedBucket, quantity: number): ValueState {
  const quantities = { ...state.quantities, [bucket]: quantity };
  return atAverage(state, quantities, onHandOf(state), onHandOf({ quantities }));
}

function withReceipt(
  { cost, average, quantities: held }: ValueState,
  quantities: BucketQuantities,
  after: number,
  received: number,
  unitCost: bigint,
): ValueState {
  if (after <= 0) return { quantities, cost: 0n, average: unitCost };
  const mixes = onHandOf({ quantities: held }) > 0 && average !== null;
  const total = mixes ? cost + BigInt(received) * unitCost : BigInt(after) * unitCost;
  return { quantities, cost: total, average: scaleRounded(total, 1n, BigInt(after)) };
}

function atAverage(
  { cost, average }: ValueState,
  quantities: BucketQuantities,
  before: number,
  after: number,
): ValueState {
  if (after <= 0 || average === null) return { quantities, cost: 0n, average };
  const total = before > 0 ? scaleRounded(cost, BigInt(after), BigInt(before)) : BigInt(after) * average;
  return { quantities, cost: total, average };
}
