// How wrong forecasts of a smoothing model will be: what one error of the future does to every later period, to first order.
// With additive errors and season this is exact (Hyndman et al. 2008, table 6.1: 1 + Σ c_j², c_j = α + β(φ+…+φ^j) + γ[m | j]);
// with multiplicative ones it is the usual approximation for errors that are small beside the level. Owns that sum.
import type { Uncertainty } from '../forecaster.ts';
import { at, uncertaintyFromWeights } from '../numbers.ts';
import type { SmoothingModel, SmoothingWeights } from './model.ts';

/** c_0 … c_{h−1}: what is left of an error after j periods, as a share of it. */
function errorWeights({ alpha, beta, gamma, phi }: SmoothingWeights, period: number, horizon: number): number[] {
  let fades = 0;
  let power = 1;
  return Array.from({ length: horizon }, (_, lag) => {
    if (lag === 0) return 1;
    power *= phi;
    fades += power;
    return alpha + beta * fades + (period > 1 && lag % period === 0 ? gamma : 0);
  });
}

/** `paths` are the point forecasts with their line and seasonal figures; `sigma` the standard deviation of one error. */
export function smoothingUncertainty(
  model: SmoothingModel,
  weights: SmoothingWeights,
  sigma: number,
  period: number,
  paths: { readonly forecast: readonly number[]; readonly line: readonly number[]; readonly season: readonly number[] },
): Uncertainty {
  const horizon = paths.forecast.length;
  const kept = errorWeights(weights, period, horizon);
  const linear = model.error === 'additive' && model.season !== 'multiplicative' && model.trend !== 'multiplicative';
  if (linear) return uncertaintyFromWeights(sigma, kept, horizon);
  const scaling = model.season === 'multiplicative';
  const growing = model.trend === 'multiplicative';
  const step = new Float64Array(horizon);
  const total = new Float64Array(horizon);
  for (let origin = 0; origin < horizon; origin += 1) {
    const size = model.error === 'multiplicative' ? sigma * at(paths.forecast, origin) : sigma;
    let cumulated = 0;
    for (let later = origin; later < horizon; later += 1) {
      let carried = size * at(kept, later - origin);
      if (scaling) carried *= at(paths.season, later) / at(paths.season, origin);
      if (growing) carried *= at(paths.line, later) / at(paths.line, origin);
      cumulated += carried;
      step[later] = at(step, later) + carried * carried;
      total[later] = at(total, later) + cumulated * cumulated;
    }
  }
  return { step: Array.from(step, Math.sqrt), total: Array.from(total, Math.sqrt) };
}
