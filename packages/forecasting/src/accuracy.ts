// How far forecasts were off. Owns the definitions of the measures; every one is finite or, where it has no meaning, null.
import { at, mean, sumOfSquares } from './numbers.ts';

/** In the unit of the series, save where said. */
export interface Accuracy {
  /** Forecasts that were held against what came. */
  readonly points: number;
  /** Mean absolute error. */
  readonly mae: number;
  readonly rmse: number;
  /** Mean error, actual − forecast: above 0 the forecast was too low. */
  readonly bias: number;
  /** Mean of 200·|a − f| / (|a| + |f|), in percent, 0 where both are 0 (Makridakis & Hibon 2000). */
  readonly smape: number;
  /**
   * MAE over the mean absolute seasonal step of the history (Hyndman & Koehler 2006): below 1 is better than repeating last
   * season. Null when the history never changed from season to season: nothing to scale with.
   */
  readonly mase: number | null;
}

/** Mean |y_t − y_{t−period}| of a history: what MASE scales with. 0 for constant or too short ones. */
export function seasonalScale(history: readonly number[], period: number): number {
  let total = 0;
  for (let index = period; index < history.length; index += 1) {
    total += Math.abs(at(history, index) - at(history, index - period));
  }
  return history.length > period ? total / (history.length - period) : 0;
}

/** In percent, 0..200. */
export function smape(actual: readonly number[], forecast: readonly number[]): number {
  return mean(
    actual.map((value, index) => {
      const size = Math.abs(value) + Math.abs(at(forecast, index));
      return size === 0 ? 0 : (200 * Math.abs(value - at(forecast, index))) / size;
    }),
  );
}

/**
 * All measures of one forecast. `scale` is seasonalScale of the history that was known then.
 * Both arrays have the same length, at least 1; the caller's bug otherwise (RangeError).
 */
export function measureAccuracy(actual: readonly number[], forecast: readonly number[], scale: number): Accuracy {
  if (actual.length === 0 || actual.length !== forecast.length) {
    throw new RangeError(`${forecast.length} forecasts can not be held against ${actual.length} observations.`);
  }
  const errors = actual.map((value, index) => value - at(forecast, index));
  const mae = mean(errors.map(Math.abs));
  return {
    points: errors.length,
    mae,
    rmse: Math.sqrt(sumOfSquares(errors) / errors.length),
    bias: mean(errors),
    smape: smape(actual, forecast),
    mase: scale > 0 ? mae / scale : null,
  };
}
