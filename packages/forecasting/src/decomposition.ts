// Classical decomposition: the seasonal figures of a series, and whether it has a season worth taking out.
// Owns the centred moving average and the test of the M3 competition (Makridakis & Hibon 2000; Assimakopoulos & Nikolopoulos 2000).
import { at, mean } from './numbers.ts';

export type SeasonKind = 'additive' | 'multiplicative';

/** The normal quantile of 95 %: the test is made at 90 % on both sides, as in the competition. */
const TEST_QUANTILE = 1.6448536269514722;

/** Whether the autocorrelation at the season's lag stands out (Bartlett's limit): needs three seasons. */
export function isSeasonal(series: readonly number[], period: number): boolean {
  if (period < 2 || series.length < 3 * period) return false;
  const middle = mean(series);
  const centred = series.map((value) => value - middle);
  const autocovariance = (lag: number): number => {
    let total = 0;
    for (let index = lag; index < centred.length; index += 1) total += at(centred, index) * at(centred, index - lag);
    return total;
  };
  const power = autocovariance(0);
  if (!(power > 0)) return false;
  let squares = 0;
  for (let lag = 1; lag < period; lag += 1) squares += (autocovariance(lag) / power) ** 2;
  const limit = TEST_QUANTILE * Math.sqrt((1 + 2 * squares) / series.length);
  return Math.abs(autocovariance(period) / power) > limit;
}

/** Centred moving average over one season (2×m for even m): its value for index i stands at i − floor(m/2). */
function centredAverage(series: readonly number[], period: number): number[] {
  const half = Math.floor(period / 2);
  const averages: number[] = [];
  for (let index = half; index + half < series.length; index += 1) {
    let total = 0;
    for (let away = -half; away <= half; away += 1) {
      const weight = period % 2 === 0 && Math.abs(away) === half ? 0.5 : 1;
      total += weight * at(series, index + away);
    }
    averages.push(total / period);
  }
  return averages;
}

/**
 * Seasonal figures by place in the season (index 0 is that of series[0]), adding to 0 (additive) or averaging 1
 * (multiplicative). Null for less than two seasons, or where a multiplicative figure would not be above 0.
 */
export function seasonalFigures(series: readonly number[], period: number, kind: SeasonKind): number[] | null {
  if (period < 2 || series.length < 2 * period) return null;
  const half = Math.floor(period / 2);
  const totals = Array.from({ length: period }, () => ({ total: 0, count: 0 }));
  for (const [offset, average] of centredAverage(series, period).entries()) {
    const index = offset + half;
    if (kind === 'multiplicative' && !(average > 0)) return null;
    const value = at(series, index);
    const bucket = totals[index % period];
    if (bucket === undefined) continue;
    bucket.total += kind === 'multiplicative' ? value / average : value - average;
    bucket.count += 1;
  }
  const raw = totals.map(({ total, count }) => (count === 0 ? Number.NaN : total / count));
  if (raw.some((figure) => !Number.isFinite(figure))) return null;
  const centre = mean(raw);
  if (kind === 'additive') return raw.map((figure) => figure - centre);
  const figures = raw.map((figure) => figure / centre);
  return figures.every((figure) => figure > 1e-3) ? figures : null;
}
