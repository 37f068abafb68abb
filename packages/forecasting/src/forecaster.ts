// What every method is: a series in, a fitted method or a refusal out. Owns the common shape; the methods own the arithmetic.
import type { Refusal } from './refusal.ts';

export interface FitOptions {
  /** Observations of a season: 7 for days of a week, 12 for months of a year, 1 for none. */
  readonly period: number;
}

/** Standard deviations of the forecast's errors, in the unit of the series; index 0 is the next period. */
export interface Uncertainty {
  /** Of each period on its own. */
  readonly step: readonly number[];
  /** Of the sum of the periods 1..h: errors of neighbouring periods go together, so this is more than the root of the sum of squares. */
  readonly total: readonly number[];
}

export interface Fitted {
  readonly ok: true;
  readonly method: string;
  /** What was estimated or set: alpha, beta, level, …; every one finite. */
  readonly parameters: Readonly<Record<string, number>>;
  /** One-step forecasts of observations `fittedFrom`, `fittedFrom + 1`, … to the last. */
  readonly fitted: readonly number[];
  /** Observation minus its one-step forecast, aligned with `fitted`. */
  readonly residuals: readonly number[];
  /** Index of the first observation that has a one-step forecast. */
  readonly fittedFrom: number;
  /** Forecasts of the next `horizon` periods. Throws a RangeError for a horizon outside 1..HORIZON_MAX. */
  forecast(horizon: number): number[];
  uncertainty(horizon: number): Uncertainty;
}

export interface Forecaster {
  readonly name: string;
  /** Pure and deterministic: the same series gives the same fit. Refuses what is no number, too short, or unsuitable. */
  fit(series: readonly number[], options: FitOptions): Fitted | Refusal;
}
