// Small statistics over arrays that are known to be finite. Owns no decision about what they mean.

/** Reads an index that the caller knows to be inside: outside is a bug. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`No value at ${index} of ${values.length}.`);
  return value;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index] ?? 0;
  return total;
}

/** 0 for no values. */
export function mean(values: ArrayLike<number>): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

export function sumOfSquares(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += (values[index] ?? 0) ** 2;
  return total;
}

/** Sample variance (n − 1); 0 for fewer than two values. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += ((values[index] ?? 0) - middle) ** 2;
  return total / (values.length - 1);
}

/** 0 for no values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Running roots of cumulated variances and the like: step variances in, step and total standard deviations out. */
export function uncertaintyFromWeights(
  sigma: number,
  weights: ArrayLike<number>,
  horizon: number,
): { step: number[]; total: number[] } {
  // Error of step h = Σ_{j<h} w_j ε_{t+h−j} with w_0 = 1; of the sum over 1..h = Σ_k ε_{t+k} Σ_{j≤h−k} w_j.
  const step: number[] = [];
  const total: number[] = [];
  let squares = 0;
  let cumulated = 0;
  let totalSquares = 0;
  for (let index = 0; index < horizon; index += 1) {
    const weight = at(weights, index);
    squares += weight * weight;
    cumulated += weight;
    totalSquares += cumulated * cumulated;
    step.push(sigma * Math.sqrt(squares));
    total.push(sigma * Math.sqrt(totalSquares));
  }
  return { step, total };
}
