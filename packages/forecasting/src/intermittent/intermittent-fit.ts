// What the methods for seldom demand have in common: a flat forecast, residuals after the first demand, their uncertainty.
import { assertHorizon } from '../checks.ts';
import type { Fitted } from '../forecaster.ts';
import { at, sumOfSquares, uncertaintyFromWeights } from '../numbers.ts';

/** Weights tried when a weight is to be found: slow ones, for a demand in many periods says little each. */
export const WEIGHTS_TRIED = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3] as const;

/** A weight given, or the one of WEIGHTS_TRIED with the least squared one-step errors. */
export type WeightOption = number | 'optimised';

export interface FlatRun {
  /** The rate after the whole series. */
  readonly rate: number;
  /** One-step forecasts of the observations from `fittedFrom` on. */
  readonly fitted: readonly number[];
  readonly fittedFrom: number;
}

export function squaredErrors(series: readonly number[], { fitted, fittedFrom }: FlatRun): number {
  let total = 0;
  for (let index = 0; index < fitted.length; index += 1) {
    total += (at(series, fittedFrom + index) - at(fitted, index)) ** 2;
  }
  return total;
}

/**
 * A flat forecast as a fit. Croston's methods have no consistent model of their own (Shenstone & Hyndman 2005, J. Forecasting
 * 24, 389–402): the uncertainty is that of a level followed with `weight`, from the one-step errors.
 */
export function flatFit(
  method: string,
  series: readonly number[],
  run: FlatRun,
  weight: number,
  parameters: Readonly<Record<string, number>>,
): Fitted {
  const residuals = run.fitted.map((value, index) => at(series, run.fittedFrom + index) - value);
  const sigma = Math.sqrt(sumOfSquares(residuals) / Math.max(1, residuals.length));
  return {
    ok: true,
    method,
    parameters,
    fitted: run.fitted,
    residuals,
    fittedFrom: run.fittedFrom,
    forecast(horizon) {
      assertHorizon(horizon);
      return Array.from({ length: horizon }, () => run.rate);
    },
    uncertainty(horizon) {
      assertHorizon(horizon);
      return uncertaintyFromWeights(
        sigma,
        Array.from({ length: horizon }, (_, lag) => (lag === 0 ? 1 : weight)),
        horizon,
      );
    },
  };
}
