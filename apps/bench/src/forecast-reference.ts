// Holds our state-space models against R's forecast::ets: its own figures through our recursion, then our own search against
// its likelihood. Owns the translation of its parameters.
import {
  estimate,
  filter,
  forecastFrom,
  logLikelihood,
  type SmoothingModel,
  type SmoothingState,
  type SmoothingWeights,
} from '@streamstock/forecasting';
import type { Golden, ReferenceFit } from './forecast-data.ts';

/** Most of the log-likelihood that our own optimum may be worse. */
export const WORSE_MAX = 0.1;
const LIKELIHOOD_TOLERANCE = 1e-5;
/**
 * R prints 8 digits. Its forecasts of damped models with a multiplicative season or trend begin to damp one step later than
 * its own likelihood does (seen: its first step is level + slope, not level + φ·slope); those are held to 1e-3 only.
 */
const FORECAST_TOLERANCE = 1e-6;
const FORECAST_TOLERANCE_DAMPED = 1e-3;

export interface ReferenceCheck {
  readonly name: string;
  /** Ours with R's parameters minus R's. */
  readonly likelihoodOff: number;
  /** Largest relative difference of the forecasts. */
  readonly forecastOff: number;
  /** Our own optimum's log-likelihood minus R's: above 0 is better. */
  readonly ownBetterBy: number;
  readonly ok: boolean;
}

const KINDS = { N: 'none', A: 'additive', M: 'multiplicative' } as const;

function kind(letter: string | undefined): (typeof KINDS)[keyof typeof KINDS] {
  return KINDS[(letter ?? 'N') as keyof typeof KINDS];
}

function modelOf(code: string, damped: boolean): SmoothingModel {
  return {
    error: code.startsWith('M') ? 'multiplicative' : 'additive',
    trend: kind(code[1]),
    damped: damped && code[1] !== 'N',
    season: kind(code[2]),
  };
}

function parametersOf(model: SmoothingModel, fit: ReferenceFit): { weights: SmoothingWeights; start: SmoothingState } {
  const or = ([value]: readonly [number | 'NaN'], otherwise: number) => (value === 'NaN' ? otherwise : value);
  const [level = 0, ...rest] = fit.initstate;
  const slope = model.trend === 'none' ? 0 : (rest.shift() ?? 0);
  return {
    weights: { alpha: or(fit.alpha, 0), beta: or(fit.beta, 0), gamma: or(fit.gamma, 0), phi: or(fit.phi, 1) },
    start: { level, slope, season: rest.toReversed() },
  };
}

function isWhole(fit: Partial<ReferenceFit>): fit is ReferenceFit {
  return fit.alpha !== undefined && fit.loglik !== undefined;
}

function checkOne(
  name: string,
  model: SmoothingModel,
  fit: ReferenceFit,
  series: readonly number[],
  period: number,
): ReferenceCheck {
  const { weights, start } = parametersOf(model, fit);
  const run = filter(model, weights, start, Float64Array.from(series));
  const own = estimate(model, series, { period, search: 'thorough' });
  if (run === null || own === null) throw new Error(`${name} left its domain on a reference series.`);
  const forecast = forecastFrom(model, weights, run.state, fit.forecast.length).forecast;
  const likelihoodOff = logLikelihood(run, series.length) - fit.loglik[0];
  const forecastOff = Math.max(...forecast.map((value, index) => Math.abs(value / (fit.forecast[index] ?? 0) - 1)));
  const ownBetterBy = own.logLikelihood - fit.loglik[0];
  const multiplies = model.season === 'multiplicative' || model.trend === 'multiplicative';
  const tolerance = model.damped && multiplies ? FORECAST_TOLERANCE_DAMPED : FORECAST_TOLERANCE;
  const ok = Math.abs(likelihoodOff) < LIKELIHOOD_TOLERANCE && forecastOff < tolerance && ownBetterBy > -WORSE_MAX;
  return { name, likelihoodOff, forecastOff, ownBetterBy, ok };
}

/** Every model R has a result for. */
export function checkReference(golden: Golden): ReferenceCheck[] {
  return Object.entries(golden.r_forecast_ets.results).flatMap(([group, byDamping]) => {
    const seasonal = group === 'seasonal';
    const series = golden.data[seasonal ? 'fpp2_austourists' : 'fpp2_oil'] ?? [];
    return Object.entries(byDamping).flatMap(([damped, fits]) =>
      Object.entries(fits).flatMap(([code, fit]) =>
        isWhole(fit)
          ? [
              checkOne(
                `${code}${damped === 'TRUE' ? ' damped' : ''}`,
                modelOf(code, damped === 'TRUE'),
                fit,
                series,
                seasonal ? 4 : 1,
              ),
            ]
          : [],
      ),
    );
  });
}
