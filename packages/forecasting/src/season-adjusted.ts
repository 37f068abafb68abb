// Lets a method without seasons serve a seasonal series: the season is taken out by classical decomposition where a test
// finds one, the method sees the rest, the season is put back. The procedure of the M3 competition (Makridakis & Hibon 2000).
import { isSeasonal, seasonalFigures, type SeasonKind } from './decomposition.ts';
import type { Fitted, Forecaster } from './forecaster.ts';
import { at } from './numbers.ts';

interface Season {
  readonly kind: SeasonKind;
  readonly figures: readonly number[];
}

/** Multiplicative figures where the series is above 0 throughout and they make sense, else additive ones; null for no season. */
export function findSeason(series: readonly number[], period: number): Season | null {
  if (!isSeasonal(series, period)) return null;
  const multiplicative = series.every((value) => value > 0) ? seasonalFigures(series, period, 'multiplicative') : null;
  if (multiplicative !== null) return { kind: 'multiplicative', figures: multiplicative };
  const additive = seasonalFigures(series, period, 'additive');
  return additive === null ? null : { kind: 'additive', figures: additive };
}

/** `method` on the series without its season. The name stays: a series without season is forecast just as before. */
export function seasonAdjusted(method: Forecaster): Forecaster {
  return {
    name: method.name,
    fit(series, { period }) {
      const season = findSeason(series, period);
      if (season === null) return method.fit(series, { period: 1 });
      const { kind, figures } = season;
      const scaling = kind === 'multiplicative';
      const figureAt = (index: number) => at(figures, index % figures.length);
      const without = series.map((value, index) => (scaling ? value / figureAt(index) : value - figureAt(index)));
      const inner = method.fit(without, { period: 1 });
      if (!inner.ok) return inner;
      const back = (value: number, index: number) => (scaling ? value * figureAt(index) : value + figureAt(index));
      const fitted = inner.fitted.map((value, index) => back(value, inner.fittedFrom + index));
      return {
        ...inner,
        parameters: { ...inner.parameters, ...seasonParameters(figures) },
        fitted,
        residuals: fitted.map((value, index) => at(series, inner.fittedFrom + index) - value),
        forecast: (horizon) => inner.forecast(horizon).map((value, step) => back(value, series.length + step)),
        uncertainty: (horizon) =>
          scaling ? scaled(inner, horizon, (step) => figureAt(series.length + step)) : inner.uncertainty(horizon),
      };
    },
  };
}

function seasonParameters(figures: readonly number[]): Record<string, number> {
  return Object.fromEntries(figures.map((figure, index) => [`season${index + 1}`, figure]));
}

/**
 * Each step times its seasonal figure. Of the sum, what a step has in common with those before it (2 Cov, from the figures
 * without season) is taken times its own figure and their mean one.
 */
function scaled(inner: Fitted, horizon: number, figureAt: (step: number) => number) {
  const { step, total } = inner.uncertainty(horizon);
  let before = 0;
  let square = 0;
  return {
    step: step.map((value, index) => value * figureAt(index)),
    total: total.map((value, index) => {
      const own = at(step, index);
      const figure = figureAt(index);
      const shared = index === 0 ? 0 : Math.max(0, value ** 2 - at(total, index - 1) ** 2 - own ** 2);
      square += (own * figure) ** 2 + (index === 0 ? 0 : (shared * figure * before) / index);
      before += figure;
      return Math.sqrt(square);
    }),
  };
}
