// Finds the weights and the start of a smoothing model that make a series most likely. Owns the bounds, the starts and the
// search order; the likelihood is filter.ts's. Deterministic.
import { minimise, type Variable } from '../nelder-mead.ts';
import { at, sumOfSquares } from '../numbers.ts';
import { filter, logLikelihood } from './filter.ts';
import { initialState } from './initial-states.ts';
import type { SmoothingModel, SmoothingState, SmoothingWeights } from './model.ts';

/** Bounds as in R's forecast::ets ("usual" region): 0 < α < 1, 0 < β < α, 0 < γ < 1 − α, 0.8 ≤ φ ≤ 0.98. */
const WEIGHT_MIN = 1e-8;
const WEIGHT_MAX = 1 - 1e-4;
const DAMPING_MIN = 0.8;
const DAMPING_MAX = 0.98;

/** What is given and not searched. betaShare is β/α, which Holt's own form calls β*. */
export interface Fixed {
  readonly alpha?: number;
  readonly betaShare?: number;
  readonly gamma?: number;
  readonly phi?: number;
  /** All of the start: level, slope and season. */
  readonly state?: SmoothingState;
}

export interface EstimateOptions {
  readonly period: number;
  readonly fixed?: Fixed;
  /**
   * quick: one start, seasonal figures stay those of the decomposition. thorough: several starts, all of the start state is
   * searched, and the search begins anew at its best point until that no longer helps.
   */
  readonly search: 'quick' | 'thorough';
}

export interface Estimate {
  readonly weights: SmoothingWeights;
  readonly start: SmoothingState;
  readonly logLikelihood: number;
  /** Parameters that were searched: what σ̂ pays for. */
  readonly searched: number;
}

interface Search {
  readonly variables: readonly Variable[];
  /** From a point of the search to the model's figures. */
  readonly read: (point: readonly number[]) => { readonly weights: SmoothingWeights; readonly start: SmoothingState };
}

/** The last seasonal figure follows from the others: they add to 0 or average 1. */
function withLastFigure(figures: readonly number[], kind: SmoothingModel['season']): number[] {
  let total = 0;
  for (const figure of figures) total += figure;
  return [...figures, kind === 'multiplicative' ? figures.length + 1 - total : -total];
}

function variable(start: number, step: number, min: number, max: number): Variable {
  return { start, step, min, max };
}

/** Typical size of one period's surprise: the scale on which level and slope are searched. */
function surprise(series: readonly number[]): number {
  const steps = series.slice(1).map((value, index) => value - at(series, index));
  return Math.sqrt(sumOfSquares(steps) / Math.max(1, steps.length));
}

interface WeightStart {
  readonly alpha: number;
  readonly betaShare: number;
  readonly gammaShare: number;
  readonly phi: number;
}

function searchFor(
  model: SmoothingModel,
  series: readonly number[],
  from: SmoothingState,
  weightStart: WeightStart,
  { fixed = {}, search }: EstimateOptions,
): Search {
  const variables: Variable[] = [];
  const free = (given: number | undefined, wanted: boolean, otherwise: number, add: () => Variable) => {
    if (given !== undefined || !wanted) return () => given ?? otherwise;
    const index = variables.push(add()) - 1;
    return (point: readonly number[]) => at(point, index);
  };
  const trend = model.trend !== 'none';
  const seasonal = model.season !== 'none';
  const share = (start: number) => () => variable(start, start < 0.5 ? 0.2 : -0.2, WEIGHT_MIN, WEIGHT_MAX);
  const alphaOf = free(fixed.alpha, true, 0, share(weightStart.alpha));
  const betaShareOf = free(fixed.betaShare, trend, 0, share(weightStart.betaShare));
  const gammaShareOf = free(undefined, seasonal && fixed.gamma === undefined, 0, share(weightStart.gammaShare));
  const phiOf = free(fixed.phi, model.damped, 1, () => variable(weightStart.phi, -0.05, DAMPING_MIN, DAMPING_MAX));
  const size = surprise(series) || Math.abs(from.level) * 0.01 || 1;
  const growing = model.trend === 'multiplicative';
  const given = fixed.state;
  const levelOf = free(given?.level, true, 0, () => variable(from.level, size, -Infinity, Infinity));
  const slopeOf = free(given?.slope, trend, 0, () =>
    growing ? variable(from.slope, 0.02, 0.2, 5) : variable(from.slope, size / 10, -Infinity, Infinity),
  );
  const figureAt: ((point: readonly number[]) => number)[] = [];
  const searchSeason = seasonal && given === undefined && search === 'thorough';
  if (searchSeason) {
    const scaling = model.season === 'multiplicative';
    for (const figure of from.season.slice(0, -1)) {
      const step = scaling ? 0.05 : size / 2;
      figureAt.push(free(undefined, true, 0, () => variable(figure, step, scaling ? 1e-3 : -Infinity, Infinity)));
    }
  }
  return {
    variables,
    read(point) {
      const alpha = alphaOf(point);
      const season = given?.season ?? from.season;
      return {
        weights: {
          alpha,
          beta: betaShareOf(point) * alpha,
          gamma: seasonal ? (fixed.gamma ?? gammaShareOf(point) * (1 - alpha)) : 0,
          phi: model.damped ? phiOf(point) : 1,
        },
        start: {
          level: levelOf(point),
          slope: slopeOf(point),
          season: searchSeason
            ? withLastFigure(
                figureAt.map((figure) => figure(point)),
                model.season,
              )
            : season,
        },
      };
    },
  };
}

const QUICK_STARTS: readonly WeightStart[] = [{ alpha: 0.2, betaShare: 0.1, gammaShare: 0.1, phi: 0.95 }];
const THOROUGH_STARTS: readonly WeightStart[] = [
  ...QUICK_STARTS,
  { alpha: 0.5, betaShare: 0.02, gammaShare: 0.02, phi: 0.97 },
  { alpha: 0.9, betaShare: 0.1, gammaShare: 0.02, phi: 0.85 },
  { alpha: 0.4, betaShare: 0.1, gammaShare: 0.6, phi: 0.9 },
  { alpha: 0.05, betaShare: 0.5, gammaShare: 0.3, phi: 0.97 },
];
const RESTARTS_MAX = 12;

/** Begins anew at the best point, with a fresh simplex around it, until nothing is gained. */
function searchAgain(
  objective: (point: number[]) => number,
  variables: readonly Variable[],
  search: 'quick' | 'thorough',
) {
  const dimension = variables.length;
  const effort =
    search === 'quick'
      ? { evaluationsMax: 60 * dimension, tolerance: 1e-4 }
      : { evaluationsMax: 400 * dimension, tolerance: 1e-13 };
  let best = minimise(objective, variables, effort);
  for (let restart = 0; search === 'thorough' && restart < RESTARTS_MAX; restart += 1) {
    const again = minimise(
      objective,
      variables.map((item, index) => ({
        ...item,
        start: at(best.point, index),
        step: (restart % 2 === 0 ? -0.5 : 0.25) * item.step,
      })),
      effort,
    );
    const gained = best.value - again.value;
    if (again.value < best.value) best = again;
    if (gained < 1e-7 && restart > 1) break;
  }
  return best;
}

/** The state of the series times a factor. What multiplies has no unit. */
function inUnit(model: SmoothingModel, state: SmoothingState, factor: number): SmoothingState {
  const { level, slope, season } = state;
  return {
    level: level * factor,
    slope: model.trend === 'multiplicative' ? slope : slope * factor,
    season: model.season === 'multiplicative' ? season : season.map((figure) => figure * factor),
  };
}

/** The power of two that brings the series near 1: dividing by it is exact, so the search takes the same steps in any unit. */
function unitOf(series: readonly number[]): number {
  let largest = 0;
  for (const value of series) largest = Math.max(largest, Math.abs(value));
  return largest > 1e-100 ? 2 ** Math.floor(Math.log2(largest)) : 1;
}

/** The most likely weights and start, or null where the model can not describe the series. */
export function estimate(model: SmoothingModel, series: readonly number[], options: EstimateOptions): Estimate | null {
  const unit = unitOf(series);
  const given = options.fixed?.state;
  const fixed: Fixed = { ...options.fixed, ...(given === undefined ? {} : { state: inUnit(model, given, 1 / unit) }) };
  const found = estimateNearOne(
    model,
    series.map((value) => value / unit),
    { ...options, fixed },
  );
  if (found === null) return null;
  return {
    ...found,
    start: given ?? inUnit(model, found.start, unit),
    logLikelihood: found.logLikelihood - series.length * Math.log(unit),
  };
}

function estimateNearOne(model: SmoothingModel, series: readonly number[], options: EstimateOptions): Estimate | null {
  const from = options.fixed?.state ?? initialState(model, series, options.period);
  if (from === null) return null;
  const values = Float64Array.from(series);
  let best: Estimate | null = null;
  for (const weightStart of options.search === 'quick' ? QUICK_STARTS : THOROUGH_STARTS) {
    const { variables, read } = searchFor(model, series, from, weightStart, options);
    const objective = (point: readonly number[]): number => {
      const { weights, start } = read(point);
      const run = filter(model, weights, start, values);
      return run === null ? Infinity : -logLikelihood(run, values.length);
    };
    const found =
      variables.length === 0 ? { point: [], value: objective([]) } : searchAgain(objective, variables, options.search);
    if (!Number.isFinite(found.value)) continue;
    if (best === null || -found.value > best.logLikelihood) {
      best = { ...read(found.point), logLikelihood: -found.value, searched: variables.length };
    }
  }
  return best;
}
