// The Theta method: half the slope of a straight line through the series, added to simple exponential smoothing.
// Assimakopoulos & Nikolopoulos (2000), Int. J. Forecasting 16, 521–530, in the form of Hyndman & Billah (2003), ibid. 19,
// 287–290: SES with drift b/2. The season comes out before, as in the M3 competition. Owns the drift.
import { assertHorizon, seriesProblem } from './checks.ts';
import type { Forecaster } from './forecaster.ts';
import { at, mean, sumOfSquares, uncertaintyFromWeights } from './numbers.ts';
import { tooLittleHistory } from './refusal.ts';
import { seasonAdjusted } from './season-adjusted.ts';
import { ses } from './smoothing/forecasters.ts';

const POINTS_MIN = 3;

/** Slope of the least-squares line over time. */
function slopeOf(series: readonly number[]): number {
  const middle = (series.length - 1) / 2;
  const height = mean(series);
  let across = 0;
  let square = 0;
  for (let index = 0; index < series.length; index += 1) {
    across += (index - middle) * (at(series, index) - height);
    square += (index - middle) ** 2;
  }
  return across / square;
}

const thetaLine: Forecaster = {
  name: 'theta',
  fit(series) {
    const problem = seriesProblem(series);
    if (problem !== null) return problem;
    if (series.length < POINTS_MIN) return tooLittleHistory(series.length, POINTS_MIN);
    const level = ses.fit(series, { period: 1 });
    if (!level.ok) return level;
    const alpha = level.parameters['alpha'] ?? 1;
    const slope = slopeOf(series) / 2;
    // (1 − (1 − α)^t)/α: how far SES lags behind a line after t observations.
    const lag = (observations: number) => (1 - (1 - alpha) ** observations) / alpha;
    const fitted = level.fitted.map((value, index) => value + slope * lag(index));
    const residuals = fitted.map((value, index) => at(series, index) - value);
    const sigma = Math.sqrt(sumOfSquares(residuals) / Math.max(1, series.length - 3));
    return {
      ok: true,
      method: 'theta',
      parameters: { ...level.parameters, drift: slope },
      fitted,
      residuals,
      fittedFrom: 0,
      forecast: (horizon) => level.forecast(horizon).map((value, step) => value + slope * (step + lag(series.length))),
      uncertainty(horizon) {
        assertHorizon(horizon);
        return uncertaintyFromWeights(
          sigma,
          Array.from({ length: horizon }, (_, step) => (step === 0 ? 1 : alpha)),
          horizon,
        );
      },
    };
  },
};

/** Theta with the season taken out first where a test finds one. */
export const theta: Forecaster = seasonAdjusted(thetaLine);
