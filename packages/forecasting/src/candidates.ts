// Which methods are tried for which kind of demand. Owns the lists; a method that refuses a series drops out by itself.
import { historicMean } from './benchmark-methods.ts';
import type { DemandClass } from './demand-class.ts';
import type { Forecaster } from './forecaster.ts';
import { croston } from './intermittent/croston.ts';
import { tsb } from './intermittent/tsb.ts';
import { seasonAdjusted } from './season-adjusted.ts';
import {
  dampedHolt,
  dampedHoltWintersAdditive,
  dampedHoltWintersMultiplicative,
  ses,
} from './smoothing/forecasters.ts';
import { theta } from './theta.ts';

export interface Candidates {
  /** Averaged into one forecast that any other has to beat clearly. */
  readonly core: readonly Forecaster[];
  /** Tried on their own. */
  readonly others: readonly Forecaster[];
}

const OFTEN_SOLD: Candidates = {
  core: [seasonAdjusted(ses), seasonAdjusted(dampedHolt), theta],
  others: [dampedHoltWintersAdditive, dampedHoltWintersMultiplicative],
};

const SELDOM_SOLD: Candidates = { core: [ses, croston({ variant: 'sba' }), tsb()], others: [historicMean] };

/** The methods worth trying, besides the seasonal naive that all are held against. */
export function candidatesFor(demand: DemandClass): Candidates {
  return demand === 'intermittent' || demand === 'lumpy' ? SELDOM_SOLD : OFTEN_SOLD;
}
