// TSB: the chance of demand is smoothed every period, its size whenever there is one. Unlike Croston's it lets the forecast
// sink while nothing is sold, so goods that die out are seen. Owns that recursion.
// Teunter, Syntetos & Babai (2011), European J. Oper. Res. 214, 606–615.
import { seriesProblem } from '../checks.ts';
import type { Forecaster } from '../forecaster.ts';
import { flatFit, squaredErrors, WEIGHTS_TRIED, type FlatRun, type WeightOption } from './intermittent-fit.ts';

export interface TsbOptions {
  /** Of the size; 0.1 when not given. */
  readonly alpha?: WeightOption;
  /** Of the chance; 0.1 when not given. */
  readonly beta?: WeightOption;
  /** The first chance: whether the first period had demand (statsforecast; R: init "naive"), or the share of periods with it ("mean"). */
  readonly initial?: 'first' | 'mean';
}

function run(series: readonly number[], alpha: number, beta: number, firstChance: number): FlatRun {
  const fitted: number[] = [];
  // Before the first demand its size is not known; the chance takes the first period as its start.
  let size = series.find((value) => value !== 0) ?? 0;
  let chance = firstChance;
  let seen = false;
  for (const [index, value] of series.entries()) {
    if (seen) fitted.push(chance * size);
    const sold = value === 0 ? 0 : 1;
    if (index > 0) chance += beta * (sold - chance);
    if (sold === 1) {
      if (seen) size += alpha * (value - size);
      seen = true;
    }
  }
  return { rate: seen ? chance * size : 0, fitted, fittedFrom: series.length - fitted.length };
}

/** The TSB method; a series without any demand is forecast as 0. */
export function tsb({ alpha = 0.1, beta = 0.1, initial = 'first' }: TsbOptions = {}): Forecaster {
  return {
    name: 'tsb',
    fit(series) {
      const problem = seriesProblem(series);
      if (problem !== null) return problem;
      const share = series.filter((value) => value !== 0).length / Math.max(1, series.length);
      const first = initial === 'mean' ? share : series[0] === undefined || series[0] === 0 ? 0 : 1;
      const runs = (alpha === 'optimised' ? WEIGHTS_TRIED : [alpha]).flatMap((size) =>
        (beta === 'optimised' ? WEIGHTS_TRIED : [beta]).map((chance) => ({
          size,
          chance,
          result: run(series, size, chance, first),
        })),
      );
      const best = runs.reduce((least, other) =>
        squaredErrors(series, other.result) < squaredErrors(series, least.result) ? other : least,
      );
      return flatFit('tsb', series, best.result, best.chance, {
        alpha: best.size,
        beta: best.chance,
        rate: best.result.rate,
      });
    },
  };
}
