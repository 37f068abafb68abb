// The whole answer for one series: checked, cleaned of unusable periods, the method chosen by backtest, forecast, intervals.
// Owns the order of these steps and the words; choosing is choose-method's.
import { horizonProblem, levelsProblem, periodProblem, seriesProblem } from './checks.ts';
import type { Accuracy } from './accuracy.ts';
import { chooseMethod } from './choose-method.ts';
import type { DemandPattern } from './demand-class.ts';
import { fillGaps } from './fill-gaps.ts';
import type { Uncertainty } from './forecaster.ts';
import { predictionIntervals, type PredictionInterval } from './intervals.ts';
import { HISTORY_POINTS_MAX, HISTORY_POINTS_MIN, VALUE_MIN } from './limits.ts';
import { badInput, tooLittleHistory, type Refusal } from './refusal.ts';

export interface AutoForecastOptions {
  /** Observations of a season: 7 for days of a week; 1 for none. */
  readonly period: number;
  /** Periods to forecast. */
  readonly horizon: number;
  /** Shares of the prediction intervals; 0.8 and 0.95 when not given. */
  readonly levels?: readonly number[];
  /** As long as the series: false for periods that say nothing about demand (closed, out of stock). Their values are not read. */
  readonly usable?: readonly boolean[];
  /** Demand can not be below 0. When not given: true if no usable observation is. */
  readonly nonNegative?: boolean;
}

export interface AutoForecast {
  readonly ok: true;
  /** The method's name, or `mean of a, b, c`. */
  readonly method: string;
  /** The methods whose forecasts were averaged: one or more. */
  readonly members: readonly string[];
  readonly pattern: DemandPattern;
  /** Expected values of the next `horizon` periods, not rounded. */
  readonly forecast: readonly number[];
  readonly uncertainty: Uncertainty;
  readonly intervals: readonly PredictionInterval[];
  /** Backtest of what was chosen, and of seasonal naive in the same test; null when the history was too short to test. */
  readonly accuracy: Accuracy | null;
  readonly naiveAccuracy: Accuracy | null;
  /** Usable observations it rests on. */
  readonly historyPoints: number;
  /** Why this method, in a sentence with figures. */
  readonly words: string;
}

/**
 * Usable observations an automatic forecast wants: four seasons, but for long seasons 28 observations (at least two
 * seasons) are enough. Days of a week: 28. Months of a year: 28. Weeks of a year: 104. No season: 8.
 */
export function historyNeeded(period: number): number {
  return Math.max(HISTORY_POINTS_MIN, Math.min(4 * period, Math.max(2 * period, 28)));
}

interface Prepared {
  readonly series: readonly number[];
  readonly usable: readonly boolean[] | null;
  readonly historyPoints: number;
}

function inputProblem(
  series: readonly number[],
  { period, horizon, levels, usable }: AutoForecastOptions,
): Refusal | null {
  const problem = periodProblem(period) ?? horizonProblem(horizon) ?? levelsProblem(levels ?? []);
  if (problem !== null) return problem;
  if (usable !== undefined && usable.length !== series.length) {
    return badInput(
      `${usable.length} marks of usable periods were given for ${series.length} observations; one each is wanted.`,
    );
  }
  const read = usable === undefined ? series : series.map((value, index) => (usable[index] === true ? value : 0));
  return seriesProblem(read);
}

/** The latest observations, gaps filled: what methods see. */
function prepare(series: readonly number[], { period, usable }: AutoForecastOptions): Prepared {
  const from = Math.max(0, series.length - Math.max(HISTORY_POINTS_MAX, 4 * period));
  const latest = series.slice(from).map((value) => (Math.abs(value) < VALUE_MIN ? 0 : value));
  if (usable === undefined) return { series: latest, usable: null, historyPoints: latest.length };
  const marks = usable.slice(from);
  const historyPoints = marks.filter(Boolean).length;
  return { series: fillGaps(latest, marks, period), usable: marks, historyPoints };
}

/**
 * Forecasts one series by the method that does best in a backtest on it. Pure and deterministic.
 * Refuses garbage (bad-input) and a history too short to learn from (too-little-history, with what is missing).
 */
export function autoForecast(series: readonly number[], options: AutoForecastOptions): AutoForecast | Refusal {
  const problem = inputProblem(series, options);
  if (problem !== null) return problem;
  const { period, horizon, levels = [0.8, 0.95] } = options;
  const prepared = prepare(series, options);
  const need = historyNeeded(period);
  if (prepared.historyPoints < need) return tooLittleHistory(prepared.historyPoints, need);
  const nonNegative = options.nonNegative ?? prepared.series.every((value) => value >= 0);
  const choice = chooseMethod(prepared.series, { period, horizon, usable: prepared.usable });
  if (!choice.ok) return choice;
  const floor = nonNegative ? 0 : -Infinity;
  const forecast = choice.forecast.map((value) => Math.max(floor, value));
  return {
    ok: true,
    method: choice.method,
    members: choice.members,
    pattern: choice.pattern,
    forecast,
    uncertainty: choice.uncertainty,
    intervals: predictionIntervals(forecast, choice.uncertainty.step, levels, nonNegative),
    accuracy: choice.accuracy,
    naiveAccuracy: choice.naiveAccuracy,
    historyPoints: prepared.historyPoints,
    words: choice.words,
  };
}
