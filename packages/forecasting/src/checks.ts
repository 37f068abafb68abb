// What may enter a method: finite numbers within limits.ts. Each check returns a refusal that names the fault, or null.
import { HORIZON_MAX, LEVELS_MAX, PERIOD_MAX, SERIES_POINTS_MAX, VALUE_MAX } from './limits.ts';
import { badInput, type BadInput } from './refusal.ts';

/** Every observation finite and of at most VALUE_MAX, and not more than SERIES_POINTS_MAX of them. */
export function seriesProblem(series: readonly number[]): BadInput | null {
  if (series.length > SERIES_POINTS_MAX) {
    return badInput(`The series has ${series.length} observations; at most ${SERIES_POINTS_MAX} are taken.`);
  }
  for (let index = 0; index < series.length; index += 1) {
    const value = series[index];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return badInput(`Observation ${index} is ${String(value)}, which is no number. Fill gaps first (fillGaps).`);
    }
    if (Math.abs(value) > VALUE_MAX) {
      return badInput(`Observation ${index} is ${value}; at most ±${VALUE_MAX} is taken.`);
    }
  }
  return null;
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

export function periodProblem(period: number): BadInput | null {
  if (isWhole(period, 1, PERIOD_MAX)) return null;
  return badInput(`The period is ${period}; it is a whole number from 1 (no season) to ${PERIOD_MAX}.`);
}

export function horizonProblem(horizon: number): BadInput | null {
  if (isWhole(horizon, 1, HORIZON_MAX)) return null;
  return badInput(`The horizon is ${horizon}; it is a whole number of periods from 1 to ${HORIZON_MAX}.`);
}

export function levelsProblem(levels: readonly number[]): BadInput | null {
  if (levels.length > LEVELS_MAX)
    return badInput(`${levels.length} levels were asked for; at most ${LEVELS_MAX} are given.`);
  const wrong = levels.find((level) => !(level > 0 && level < 1));
  return wrong === undefined
    ? null
    : badInput(`The level ${String(wrong)} is no share between 0 and 1 (0.8 for 80 %).`);
}

/** Stops a caller that asks a fitted method for an impossible horizon: a bug, for autoForecast refuses it as a value. */
export function assertHorizon(horizon: number): void {
  const problem = horizonProblem(horizon);
  if (problem !== null) throw new RangeError(problem.words);
}
