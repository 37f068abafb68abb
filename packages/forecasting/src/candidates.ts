// Which methods are tried for which kind of demand. Owns the lists; a method that refuses a series drops out by itself.
import { drift, historicMean, seasonalNaive } from './benchmark-methods.ts';
import type { DemandClass } from './demand-class.ts';
import type { Forecaster } from './forecaster.ts';

/** The methods worth trying, besides the seasonal naive that all are held against. */
export function candidatesFor(demand: DemandClass): readonly Forecaster[] {
  return demand === 'intermittent' || demand === 'lumpy' ? [historicMean] : [historicMean, drift, seasonalNaive];
}
