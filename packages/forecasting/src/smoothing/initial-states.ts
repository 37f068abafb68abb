// Where a smoothing model starts before it has seen anything: seasonal figures by decomposition of the first seasons, level
// and slope by a line through the first values without them. Hyndman, Koehler, Snyder & Grose (2002), Int. J. Forecasting 18, 439–454.
import { seasonalFigures } from '../decomposition.ts';
import { at, mean } from '../numbers.ts';
import type { SmoothingModel, SmoothingState } from './model.ts';

/** Seasons that the first figures are taken from, at most. */
const SEASONS = 4;
/** Values the first line is drawn through, at least. */
const LINE_POINTS = 10;

function lineThrough(values: readonly number[]): { readonly start: number; readonly slope: number } {
  const middle = (values.length - 1) / 2;
  const height = mean(values);
  let across = 0;
  let square = 0;
  for (let index = 0; index < values.length; index += 1) {
    across += (index - middle) * (at(values, index) - height);
    square += (index - middle) ** 2;
  }
  const slope = square > 0 ? across / square : 0;
  return { start: height - slope * (middle + 1), slope };
}

/** Null where the model can not describe the series: no two seasons, or nothing above 0 where it multiplies. */
export function initialState(model: SmoothingModel, series: readonly number[], period: number): SmoothingState | null {
  const seasonal = model.season !== 'none';
  const figures =
    model.season === 'none' ? [] : seasonalFigures(series.slice(0, SEASONS * period), period, model.season);
  if (figures === null) return null;
  const points = Math.min(series.length, Math.max(LINE_POINTS, seasonal ? 2 * period : 0));
  const adjusted = series.slice(0, points).map((value, index) => {
    if (!seasonal) return value;
    const figure = at(figures, index % period);
    return model.season === 'multiplicative' ? value / figure : value - figure;
  });
  if (model.trend === 'none') return { level: mean(adjusted), slope: 0, season: figures };
  const { start, slope } = lineThrough(adjusted);
  if (model.trend === 'additive') return { level: start, slope, season: figures };
  const level = start > 0 ? start : mean(adjusted);
  if (!(level > 0)) return null;
  return { level, slope: Math.min(1.2, Math.max(0.8, 1 + slope / level)), season: figures };
}
