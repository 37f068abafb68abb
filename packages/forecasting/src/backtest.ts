// Rolling-origin backtest: fit on what was known at an origin, forecast, hold it against what came, move on.
// Tashman (2000), Int. J. Forecasting 16, 437–450. Owns origins and pooling; it fits anew at every origin, so nothing leaks back.
import { horizonProblem, periodProblem, seriesProblem } from './checks.ts';
import { seasonalScale, type Accuracy } from './accuracy.ts';
import type { Forecaster } from './forecaster.ts';
import { BACKTEST_ORIGINS_MAX } from './limits.ts';
import { at } from './numbers.ts';
import { badInput, tooLittleHistory, type Refusal } from './refusal.ts';

export interface BacktestPlan {
  readonly period: number;
  /** Periods forecast from each origin. */
  readonly horizon: number;
  /** Observations known at each origin, ascending; each leaves at least one observation to be held against. */
  readonly origins: readonly number[];
}

/** What one origin forecast, and the seasonal step of the history known then (0 when it never changed). */
export interface BacktestRun {
  readonly origin: number;
  readonly forecast: readonly number[];
  readonly scale: number;
}

export interface Backtest {
  readonly ok: true;
  readonly method: string;
  readonly runs: readonly BacktestRun[];
  readonly accuracy: Accuracy;
}

/** Up to `count` origins: the last leaves `horizon` observations, each earlier one `every` more; none knows fewer than `knownMin`. */
export function planOrigins(points: number, horizon: number, count: number, every: number, knownMin: number): number[] {
  const origins: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const origin = points - horizon - index * every;
    if (origin < knownMin || origin < 1) break;
    origins.unshift(origin);
  }
  return origins;
}

/** Pools the errors of all runs; periods with `usable` false are left out. Null when nothing is left to compare. */
export function poolAccuracy(
  series: readonly number[],
  runs: readonly BacktestRun[],
  usable: readonly boolean[] | null = null,
): Accuracy | null {
  let points = 0;
  let absolute = 0;
  let squared = 0;
  let bias = 0;
  let relative = 0;
  let scaled = 0;
  let scaledPoints = 0;
  for (const { origin, forecast, scale } of runs) {
    for (let step = 0; step < forecast.length && origin + step < series.length; step += 1) {
      if (usable !== null && usable[origin + step] === false) continue;
      const actual = at(series, origin + step);
      const predicted = at(forecast, step);
      const error = actual - predicted;
      const size = Math.abs(actual) + Math.abs(predicted);
      points += 1;
      absolute += Math.abs(error);
      squared += error * error;
      bias += error;
      relative += size === 0 ? 0 : (200 * Math.abs(error)) / size;
      if (scale > 0) {
        scaled += Math.abs(error) / scale;
        scaledPoints += 1;
      }
    }
  }
  if (points === 0) return null;
  return {
    points,
    mae: absolute / points,
    rmse: Math.sqrt(squared / points),
    bias: bias / points,
    smape: relative / points,
    mase: scaledPoints > 0 ? scaled / scaledPoints : null,
  };
}

/** The forecasts of one method from every origin, or why it can not make them. Takes checked input. */
export function runsOf(forecaster: Forecaster, series: readonly number[], plan: BacktestPlan): BacktestRun[] | Refusal {
  const runs: BacktestRun[] = [];
  for (const origin of plan.origins) {
    const known = series.slice(0, origin);
    const fit = forecaster.fit(known, { period: plan.period });
    if (!fit.ok) return fit;
    runs.push({ origin, forecast: fit.forecast(plan.horizon), scale: seasonalScale(known, plan.period) });
  }
  return runs;
}

/** Backtests one method. Refuses bad input, and a series or an origin that the method is not made for. */
export function backtest(forecaster: Forecaster, series: readonly number[], plan: BacktestPlan): Backtest | Refusal {
  const problem = periodProblem(plan.period) ?? horizonProblem(plan.horizon) ?? seriesProblem(series);
  if (problem !== null) return problem;
  if (plan.origins.length === 0) return tooLittleHistory(series.length, plan.horizon + 1);
  if (plan.origins.length > BACKTEST_ORIGINS_MAX) {
    return badInput(`${plan.origins.length} origins were asked for; at most ${BACKTEST_ORIGINS_MAX} are run.`);
  }
  if (!plan.origins.every((origin) => Number.isInteger(origin) && origin >= 1 && origin < series.length)) {
    return badInput(
      `An origin is a whole number from 1 to ${series.length - 1}: one observation must be left to compare.`,
    );
  }
  const runs = runsOf(forecaster, series, plan);
  if (!Array.isArray(runs)) return runs;
  const accuracy = poolAccuracy(series, runs);
  return accuracy === null
    ? tooLittleHistory(series.length, plan.horizon + 1)
    : { ok: true, method: forecaster.name, runs, accuracy };
}
