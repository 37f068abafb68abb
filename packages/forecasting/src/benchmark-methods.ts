// The simple methods every other must beat: seasonal naive (naive without a season), drift, mean.
// Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), sections 5.2 and 5.5 (their intervals).
import { assertHorizon, periodProblem, seriesProblem } from './checks.ts';
import type { Fitted, Forecaster } from './forecaster.ts';
import { at, mean, sumOfSquares, uncertaintyFromWeights } from './numbers.ts';
import { tooLittleHistory } from './refusal.ts';

function steps(horizon: number): number[] {
  assertHorizon(horizon);
  return Array.from({ length: horizon }, (_, index) => index + 1);
}

function residualsOf(series: readonly number[], fitted: readonly number[], fittedFrom: number): number[] {
  return fitted.map((value, index) => at(series, fittedFrom + index) - value);
}

/** σ̂ with `estimated` parameters paid for; 0 when there is nothing to estimate it from. */
function sigmaOf(residuals: readonly number[], estimated: number): number {
  return Math.sqrt(sumOfSquares(residuals) / Math.max(1, residuals.length - estimated));
}

/** ŷ_{t+h} = y of the same place in the last season. With period 1 it is the naive forecast: the last value. */
export const seasonalNaive: Forecaster = {
  name: 'seasonal-naive',
  fit(series, { period }) {
    const problem = periodProblem(period) ?? seriesProblem(series);
    if (problem !== null) return problem;
    if (series.length < period) return tooLittleHistory(series.length, period);
    const fitted = series.slice(0, series.length - period);
    const residuals = residualsOf(series, fitted, period);
    const last = series.slice(-period);
    const sigma = sigmaOf(residuals, 0);
    return {
      ok: true,
      method: 'seasonal-naive',
      parameters: { period },
      fitted,
      residuals,
      fittedFrom: period,
      forecast: (horizon) => steps(horizon).map((step) => at(last, (step - 1) % period)),
      uncertainty: (horizon) =>
        uncertaintyFromWeights(
          sigma,
          steps(horizon).map((step) => ((step - 1) % period === 0 ? 1 : 0)),
          horizon,
        ),
    };
  },
};

/** Naive, whatever the season: the last value. */
export const naive: Forecaster = {
  name: 'naive',
  fit(series) {
    const fit = seasonalNaive.fit(series, { period: 1 });
    return fit.ok ? { ...fit, method: 'naive', parameters: {} } : fit;
  },
};

/** ŷ_{t+h} = mean of all; error variance σ²(1 + 1/T). */
export const historicMean: Forecaster = {
  name: 'mean',
  fit(series): Fitted | ReturnType<Forecaster['fit']> {
    const problem = seriesProblem(series);
    if (problem !== null) return problem;
    if (series.length === 0) return tooLittleHistory(0, 1);
    const level = mean(series);
    const fitted = series.map(() => level);
    const residuals = residualsOf(series, fitted, 0);
    const sigma = sigmaOf(residuals, 1);
    const length = series.length;
    return {
      ok: true,
      method: 'mean',
      parameters: { level },
      fitted,
      residuals,
      fittedFrom: 0,
      forecast: (horizon) => steps(horizon).map(() => level),
      uncertainty: (horizon) => ({
        step: steps(horizon).map(() => sigma * Math.sqrt(1 + 1 / length)),
        // h independent errors, and h times the same error of the mean.
        total: steps(horizon).map((step) => sigma * Math.sqrt(step + (step * step) / length)),
      }),
    };
  },
};

/**
 * A line from the first to the last observation, drawn on; error variance σ² h (1 + h/(T − 2)): the walk's own, and the
 * slope's from T − 1 steps of which one degree of freedom is spent, as statsforecast has it.
 */
export const drift: Forecaster = {
  name: 'drift',
  fit(series) {
    const problem = seriesProblem(series);
    if (problem !== null) return problem;
    if (series.length < 2) return tooLittleHistory(series.length, 2);
    const length = series.length;
    const last = at(series, length - 1);
    const slope = (last - at(series, 0)) / (length - 1);
    const fitted = series.slice(0, -1).map((value) => value + slope);
    const residuals = residualsOf(series, fitted, 1);
    const sigma = sigmaOf(residuals, 0);
    return {
      ok: true,
      method: 'drift',
      parameters: { slope },
      fitted,
      residuals,
      fittedFrom: 1,
      forecast: (horizon) => steps(horizon).map((step) => last + slope * step),
      uncertainty: (horizon) => {
        const walk = uncertaintyFromWeights(
          sigma,
          steps(horizon).map(() => 1),
          horizon,
        );
        const slopeError = sigma / Math.sqrt(Math.max(1, length - 2));
        return {
          step: steps(horizon).map((step) => Math.hypot(at(walk.step, step - 1), slopeError * step)),
          total: steps(horizon).map((step) =>
            Math.hypot(at(walk.total, step - 1), (slopeError * step * (step + 1)) / 2),
          ),
        };
      },
    };
  },
};
