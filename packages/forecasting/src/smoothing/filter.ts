// Runs a smoothing model over a series: every forecast one step ahead, and the state it ends in.
// Equations: Hyndman, Koehler, Ord & Snyder (2008), table 2.1, in error-correction form. Owns the recursion and nothing else.
import { at } from '../numbers.ts';
import type { SmoothingModel, SmoothingState, SmoothingWeights } from './model.ts';

export interface Filtered {
  /** Σ e², e = y − f or (y − f)/f by the kind of error. */
  readonly squares: number;
  /** Σ log f with multiplicative errors; 0 with additive ones. */
  readonly logs: number;
  readonly state: SmoothingState;
}

/** Without a season and with a trend that adds: the three methods used most, as a tight loop. */
function filterLine(
  relative: boolean,
  { alpha, beta, phi }: SmoothingWeights,
  start: SmoothingState,
  series: Float64Array,
  fitted: Float64Array | null,
): Filtered | null {
  let { level, slope } = start;
  let squares = 0;
  let logs = 0;
  for (let index = 0; index < series.length; index += 1) {
    const faded = phi * slope;
    const forecast = level + faded;
    const error = (series[index] ?? 0) - forecast;
    if (fitted !== null) fitted[index] = forecast;
    if (relative) {
      if (!(forecast > 0)) return null;
      squares += (error / forecast) ** 2;
      logs += Math.log(forecast);
    } else {
      squares += error * error;
    }
    level = forecast + alpha * error;
    slope = faded + beta * error;
  }
  return { squares, logs, state: { level, slope, season: [] } };
}

/**
 * The series through the model from a start. `fitted`, when given, receives the one-step forecasts. Null where the model
 * leaves its domain (a forecast that is not above 0 where it divides): such parameters are not allowed.
 */
export function filter(
  model: SmoothingModel,
  weights: SmoothingWeights,
  start: SmoothingState,
  series: Float64Array,
  fitted: Float64Array | null = null,
): Filtered | null {
  const relative = model.error === 'multiplicative';
  if (model.season === 'none' && model.trend !== 'multiplicative') {
    return filterLine(relative, weights, start, series, fitted);
  }
  const { alpha, beta, gamma, phi } = weights;
  const growing = model.trend === 'multiplicative';
  const scaling = model.season === 'multiplicative';
  const seasonal = model.season !== 'none';
  const season = Float64Array.from(seasonal ? start.season : [0]);
  const period = season.length;
  let { level, slope } = start;
  let squares = 0;
  let logs = 0;
  for (let index = 0; index < series.length; index += 1) {
    const value = series[index] ?? 0;
    const place = index % period;
    const figure = season[place] ?? 0;
    const carried = growing ? slope ** phi : phi * slope;
    const line = growing ? level * carried : level + carried;
    const forecast = scaling ? line * figure : line + figure;
    if (!Number.isFinite(forecast)) return null;
    if ((relative && !(forecast > 0)) || (scaling && !(line > 0 && figure > 0)) || (growing && !(level > 0)))
      return null;
    const error = value - forecast;
    if (fitted !== null) fitted[index] = forecast;
    squares += relative ? (error / forecast) ** 2 : error * error;
    if (relative) logs += Math.log(forecast);
    // The error as the level sees it: y − s − line, or y/s − line.
    const lineError = scaling ? error / figure : error;
    slope = growing ? carried + (beta * lineError) / level : carried + beta * lineError;
    if (growing && !(slope > 0)) return null;
    level = line + alpha * lineError;
    if (seasonal) season[place] = figure + gamma * (scaling ? error / line : error);
  }
  const next = series.length % period;
  const ordered = Array.from({ length: seasonal ? period : 0 }, (_, index) => at(season, (next + index) % period));
  return { squares, logs, state: { level, slope, season: ordered } };
}

/**
 * The log-likelihood of a run over n observations, as R's forecast::ets states it (the constant of the normal density left
 * out): −n/2 · log Σe² − Σ log f.
 */
export function logLikelihood({ squares, logs }: Filtered, observations: number): number {
  return -0.5 * observations * Math.log(Math.max(squares, Number.MIN_VALUE)) - logs;
}

/** Point forecasts from a state. */
export function forecastFrom(
  model: SmoothingModel,
  { phi }: SmoothingWeights,
  state: SmoothingState,
  horizon: number,
): { readonly forecast: number[]; readonly line: number[]; readonly season: number[] } {
  const forecast: number[] = [];
  const line: number[] = [];
  const season: number[] = [];
  let { level, slope } = state;
  for (let step = 0; step < horizon; step += 1) {
    slope = model.trend === 'multiplicative' ? slope ** phi : phi * slope;
    level = model.trend === 'multiplicative' ? level * slope : level + slope;
    const figure = model.season === 'none' ? 0 : at(state.season, step % state.season.length);
    line.push(level);
    season.push(figure);
    forecast.push(model.season === 'multiplicative' ? level * figure : level + figure);
  }
  return { forecast, line, season };
}
