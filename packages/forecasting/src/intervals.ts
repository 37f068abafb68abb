// Prediction intervals from standard deviations: the normal ones, cut at 0 where the figure can not be negative.
import { normalQuantile } from './normal-quantile.ts';
import { at } from './numbers.ts';

export interface PredictionInterval {
  /** The share of futures meant to fall inside: 0.8, 0.95. */
  readonly level: number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** One interval a level, in the order of `levels`: each 0 < level < 1. */
export function predictionIntervals(
  forecast: readonly number[],
  standardDeviations: readonly number[],
  levels: readonly number[],
  nonNegative: boolean,
): PredictionInterval[] {
  const floor = nonNegative ? 0 : -Infinity;
  return levels.map((level) => {
    const z = normalQuantile((1 + level) / 2);
    return {
      level,
      lower: forecast.map((value, index) => Math.max(floor, value - z * at(standardDeviations, index))),
      upper: forecast.map((value, index) => Math.max(floor, value + z * at(standardDeviations, index))),
    };
  });
}
