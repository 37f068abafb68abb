// Croston's method and its corrections: sizes and intervals of demand smoothed apart, the rate is their quotient.
// Croston (1972), Oper. Res. Quarterly 23, 289–303; SBA: Syntetos & Boylan (2005), Int. J. Forecasting 21, 303–314;
// SBJ: Shale, Boylan & Johnston (2006), J. Oper. Res. Soc. 57, 588–592. Owns that recursion.
import { seriesProblem } from '../checks.ts';
import type { Forecaster } from '../forecaster.ts';
import { mean } from '../numbers.ts';
import { flatFit, squaredErrors, WEIGHTS_TRIED, type FlatRun, type WeightOption } from './intermittent-fit.ts';

/** sba and sbj take the bias out that a quotient of smoothed figures has. */
export type CrostonVariant = 'croston' | 'sba' | 'sbj';

export interface CrostonOptions {
  readonly variant?: CrostonVariant;
  /** 0.1 when not given: the literature's usual. */
  readonly alpha?: WeightOption;
  /** The first interval: as seen (R: init "naive", and statsforecast), or the mean of all ("mean"). */
  readonly initial?: 'first' | 'mean';
}

function correction(variant: CrostonVariant, alpha: number): number {
  if (variant === 'sba') return 1 - alpha / 2;
  return variant === 'sbj' ? 1 - alpha / (2 - alpha) : 1;
}

/** The intervals between demands; the first is counted from the start of the series. */
function intervals(series: readonly number[]): number[] {
  const found: number[] = [];
  let since = 0;
  for (const value of series) {
    since += 1;
    if (value === 0) continue;
    found.push(since);
    since = 0;
  }
  return found;
}

function run(series: readonly number[], alpha: number, factor: number, firstInterval: number): FlatRun {
  const fitted: number[] = [];
  let size = 0;
  let interval = firstInterval;
  let since = 0;
  let seen = false;
  for (const value of series) {
    if (seen) fitted.push((factor * size) / interval);
    since += 1;
    if (value === 0) continue;
    size = seen ? size + alpha * (value - size) : value;
    if (seen) interval += alpha * (since - interval);
    since = 0;
    seen = true;
  }
  return { rate: seen ? (factor * size) / interval : 0, fitted, fittedFrom: series.length - fitted.length };
}

/** Croston's method; a series without any demand is forecast as 0. */
export function croston({ variant = 'croston', alpha = 0.1, initial = 'first' }: CrostonOptions = {}): Forecaster {
  return {
    name: variant,
    fit(series) {
      const problem = seriesProblem(series);
      if (problem !== null) return problem;
      const gaps = intervals(series);
      const first = (initial === 'mean' ? mean(gaps) : gaps[0]) ?? 1;
      const runs = (alpha === 'optimised' ? WEIGHTS_TRIED : [alpha]).map((weight) => ({
        weight,
        result: run(series, weight, correction(variant, weight), first),
      }));
      const best = runs.reduce((least, other) =>
        squaredErrors(series, other.result) < squaredErrors(series, least.result) ? other : least,
      );
      return flatFit(variant, series, best.result, best.weight, { alpha: best.weight, rate: best.result.rate });
    },
  };
}
