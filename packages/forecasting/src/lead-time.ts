// Demand over a lead time, for reorder points and safety stock. Owns the sum; the service level's multiple is normalQuantile.
import type { Uncertainty } from './forecaster.ts';
import { at } from './numbers.ts';

export interface LeadTimeDemand {
  readonly mean: number;
  /** Of the sum; it knows that errors of neighbouring periods go together. */
  readonly standardDeviation: number;
}

/**
 * Mean and standard deviation of the demand of the next `periods` periods: a whole number from 0 to the forecast's length,
 * else a RangeError (ask for a longer forecast). Stock of mean + normalQuantile(service level) · standardDeviation covers
 * the lead time in that share of cases.
 */
export function sumOverHorizon(
  forecast: { readonly forecast: readonly number[]; readonly uncertainty: Uncertainty },
  periods: number,
): LeadTimeDemand {
  if (!Number.isInteger(periods) || periods < 0 || periods > forecast.forecast.length) {
    throw new RangeError(
      `The sum over ${periods} periods wants a forecast of as many; this has ${forecast.forecast.length}.`,
    );
  }
  if (periods === 0) return { mean: 0, standardDeviation: 0 };
  let mean = 0;
  for (let index = 0; index < periods; index += 1) mean += at(forecast.forecast, index);
  return { mean, standardDeviation: at(forecast.uncertainty.total, periods - 1) };
}
