// What a line will sell in the coming days, and when its shelf will be empty. Pure; the statistics are forecasting's.
import {
  autoForecast,
  normalQuantile,
  sumOverHorizon,
  type LeadTimeDemand,
  type Uncertainty,
} from '@streamstock/forecasting';
import { COVER_DAYS_MAX, LEAD_TIME_DAYS_MAX } from '../limits.ts';
import type { CleanDemand } from './demand.ts';

const DAYS_OF_WEEK = 7;
/** Spans that people ask for. */
export const FORECAST_SPANS_DAYS = [7, 14, 28] as const;
/** Shares of the intervals. */
export const FORECAST_LEVELS = [0.8, 0.95] as const;
const LONGEST_SPAN_DAYS = 28;
/** Days ahead a projection goes. */
const PROJECTED_DAYS = 7;

export interface SpanForecast {
  readonly days: number;
  /** Expected demand of all of them together, not rounded. */
  readonly demand: number;
  readonly standardDeviation: number;
  readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
}

export interface LineForecast {
  readonly ok: true;
  /** The last day that it knows. */
  readonly lastDay: number;
  readonly method: string;
  /** Why this method, in a sentence. */
  readonly words: string;
  readonly historyDays: number;
  /** Days ahead; index 0 is the day after `lastDay`. */
  readonly perDay: readonly number[];
  readonly uncertainty: Uncertainty;
  readonly spans: readonly SpanForecast[];
  /** What will be available after 7 days if nothing comes in; null: what is available now is not known. May be below zero. */
  readonly availableIn7Days: number | null;
  /** The day on which the last of it goes if nothing comes in; null: not within the forecast, or not known. */
  readonly stockOutDay: number | null;
}

/** Too little is known to forecast; `words` say how much. */
export interface NoForecast {
  readonly ok: false;
  readonly reason: 'too-little-history' | 'bad-input' | 'unsuitable';
  readonly words: string;
}

export interface ForecastInput {
  readonly demand: CleanDemand;
  /** What can be sold now; null: not known. */
  readonly available: number | null;
  /** How far ahead, if further than 28 days: lead time and cover. */
  readonly daysAhead?: number;
}

export function forecastLine({ demand, available, daysAhead = 0 }: ForecastInput): LineForecast | NoForecast {
  const horizon = Math.min(Math.max(LONGEST_SPAN_DAYS, daysAhead), LEAD_TIME_DAYS_MAX + COVER_DAYS_MAX);
  const found = autoForecast(demand.series, {
    period: DAYS_OF_WEEK,
    horizon,
    usable: demand.usable,
    nonNegative: true,
    levels: [...FORECAST_LEVELS],
  });
  if (!found.ok) return { ok: false, reason: found.reason, words: found.words };
  const spans = FORECAST_SPANS_DAYS.map((days): SpanForecast => {
    const { mean, standardDeviation } = sumOverHorizon(found, days);
    const intervals = FORECAST_LEVELS.map((level) => {
      const reach = normalQuantile((1 + level) / 2) * standardDeviation;
      return { level, lower: Math.max(0, mean - reach), upper: mean + reach };
    });
    return { days, demand: mean, standardDeviation, intervals };
  });
  return {
    ok: true,
    lastDay: demand.lastDay,
    method: found.method,
    words: found.words,
    historyDays: found.historyPoints,
    perDay: found.forecast,
    uncertainty: found.uncertainty,
    spans,
    availableIn7Days: available === null ? null : available - sumOverHorizon(found, PROJECTED_DAYS).mean,
    stockOutDay: available === null ? null : stockOutDay(found.forecast, available, demand.lastDay),
  };
}

/** Demand of the next `days` days together: mean and standard deviation. */
export function demandOver({ perDay, uncertainty }: LineForecast, days: number): LeadTimeDemand {
  return sumOverHorizon({ forecast: perDay, uncertainty }, days);
}

function stockOutDay(perDay: readonly number[], available: number, lastDay: number): number | null {
  let left = available;
  if (left <= 0) return lastDay + 1;
  for (const [index, demand] of perDay.entries()) {
    left -= demand;
    if (left <= 0) return lastDay + 1 + index;
  }
  return null;
}
