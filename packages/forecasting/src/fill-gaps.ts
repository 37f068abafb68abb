// Puts plausible figures where none is to be used (missing days, days without stock), so that methods that want every
// period can run. Owns the replacement; which periods are usable is the caller's knowledge.
import { at, median } from './numbers.ts';

/** Usable observations of the same place in the season that a replacement is the median of. */
const NEIGHBOURS = 4;

/** The nearest usable values at index ± k·stride, k = 1, 2, …: earlier before later at the same distance. */
function nearest(series: readonly number[], usable: readonly boolean[], index: number, stride: number): number[] {
  const found: number[] = [];
  for (let away = stride; found.length < NEIGHBOURS; away += stride) {
    if (index - away < 0 && index + away >= series.length) break;
    for (const place of [index - away, index + away]) {
      if (usable[place] === true && found.length < NEIGHBOURS) found.push(at(series, place));
    }
  }
  return found;
}

/**
 * The series with every period that is not usable replaced by the median of the nearest usable ones of the same place in
 * the season, or of the nearest at all where the season has none. `series` and `usable` have the same length; what stands
 * at an unusable period is never read. All periods unusable: all 0.
 */
export function fillGaps(series: readonly number[], usable: readonly boolean[], period: number): number[] {
  return series.map((value, index) => {
    if (usable[index] === true) return value;
    const sameSeason = nearest(series, usable, index, period);
    return median(sameSeason.length > 0 ? sameSeason : nearest(series, usable, index, 1));
  });
}
