// The exponential smoothing methods by their names: a model, fitted, as a Forecaster. Owns σ̂ and the parameters' names.
// SES: Brown (1959); Holt (1957/2004); damped: Gardner & McKenzie (1985); Holt–Winters: Winters (1960).
import { assertHorizon, periodProblem, seriesProblem } from '../checks.ts';
import type { Fitted, Forecaster } from '../forecaster.ts';
import { at } from '../numbers.ts';
import { badInput, tooLittleHistory, unsuitable, type Refusal } from '../refusal.ts';
import { estimate, type Fixed } from './estimate.ts';
import { filter, forecastFrom } from './filter.ts';
import { modelName, type SmoothingModel, type SmoothingState, type SmoothingWeights } from './model.ts';
import { smoothingUncertainty } from './uncertainty.ts';

export interface SmoothingOptions {
  /** thorough searches from several starts and the start's seasonal figures too: for reports, not for thousands of series. */
  readonly search?: 'quick' | 'thorough';
  /** Parameters that are given and not searched. */
  readonly fixed?: Fixed;
  readonly name?: string;
}

function parametersOf(model: SmoothingModel, weights: SmoothingWeights, start: SmoothingState, likelihood: number) {
  const parameters: Record<string, number> = { alpha: weights.alpha, level: start.level };
  if (model.trend !== 'none') {
    parameters['beta'] = weights.beta;
    parameters['slope'] = start.slope;
  }
  if (model.damped) parameters['phi'] = weights.phi;
  if (model.season !== 'none') {
    parameters['gamma'] = weights.gamma;
    for (const [index, figure] of start.season.entries()) parameters[`season${index + 1}`] = figure;
  }
  return { ...parameters, logLikelihood: likelihood };
}

/** The fewest observations the model's line and season can be told from. */
function observationsNeeded(model: SmoothingModel, period: number): number {
  return model.season === 'none' ? (model.trend === 'none' ? 2 : 4) : 2 * period + 1;
}

function inputProblem(model: SmoothingModel, series: readonly number[], period: number): Refusal | null {
  const problem = periodProblem(period) ?? seriesProblem(series);
  if (problem !== null) return problem;
  if (model.season !== 'none' && period < 2) return badInput(`${modelName(model)} wants a period of 2 or more.`);
  const need = observationsNeeded(model, period);
  if (series.length < need) return tooLittleHistory(series.length, need);
  const multiplies =
    model.error === 'multiplicative' || model.season === 'multiplicative' || model.trend === 'multiplicative';
  return multiplies && !series.every((value) => value > 0)
    ? unsuitable(`${modelName(model)} multiplies: every observation must be above 0.`)
    : null;
}

/** Any model of the family as a method. */
export function smoothing(model: SmoothingModel, options: SmoothingOptions = {}): Forecaster {
  const { search = 'quick', fixed, name = modelName(model) } = options;
  return {
    name,
    fit(series, { period }): Fitted | Refusal {
      const problem = inputProblem(model, series, period);
      if (problem !== null) return problem;
      const found = estimate(model, series, { period, search, ...(fixed === undefined ? {} : { fixed }) });
      const fitted = new Float64Array(series.length);
      const run = found === null ? null : filter(model, found.weights, found.start, Float64Array.from(series), fitted);
      if (found === null || run === null) return unsuitable(`${modelName(model)} can not describe this series.`);
      const { weights, start, searched } = found;
      const sigma = Math.sqrt(run.squares / Math.max(1, series.length - searched));
      return {
        ok: true,
        method: name,
        parameters: { ...parametersOf(model, weights, start, found.logLikelihood), sigma },
        fitted: Array.from(fitted),
        residuals: Array.from(fitted, (value, index) => at(series, index) - value),
        fittedFrom: 0,
        forecast(horizon) {
          assertHorizon(horizon);
          return forecastFrom(model, weights, run.state, horizon).forecast;
        },
        uncertainty(horizon) {
          assertHorizon(horizon);
          return smoothingUncertainty(model, weights, sigma, period, forecastFrom(model, weights, run.state, horizon));
        },
      };
    },
  };
}

const LINE = { error: 'additive', damped: false, season: 'none' } as const;

/** Simple exponential smoothing: a level that follows. */
export const ses: Forecaster = smoothing({ ...LINE, trend: 'none' }, { name: 'ses' });

/** Holt: a level and a slope. */
export const holt: Forecaster = smoothing({ ...LINE, trend: 'additive' }, { name: 'holt' });

/** Holt with a slope that fades: the safest of the trends. */
export const dampedHolt: Forecaster = smoothing({ ...LINE, trend: 'additive', damped: true }, { name: 'damped-holt' });

/** Holt–Winters whose season adds. */
export const holtWintersAdditive: Forecaster = smoothing(
  { error: 'additive', trend: 'additive', damped: false, season: 'additive' },
  { name: 'holt-winters-additive' },
);

export const dampedHoltWintersAdditive: Forecaster = smoothing(
  { error: 'additive', trend: 'additive', damped: true, season: 'additive' },
  { name: 'damped-holt-winters-additive' },
);

/** Holt–Winters whose season multiplies, errors in proportion: only for series above 0. */
export const holtWintersMultiplicative: Forecaster = smoothing(
  { error: 'multiplicative', trend: 'additive', damped: false, season: 'multiplicative' },
  { name: 'holt-winters-multiplicative' },
);

export const dampedHoltWintersMultiplicative: Forecaster = smoothing(
  { error: 'multiplicative', trend: 'additive', damped: true, season: 'multiplicative' },
  { name: 'damped-holt-winters-multiplicative' },
);
