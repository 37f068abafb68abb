// Forecasts of real series held against what came: the M3 competition, spare parts, jewellery. Owns the hold-outs and averages.
import {
  autoForecast,
  croston,
  historicMean,
  measureAccuracy,
  naive,
  seasonalNaive,
  seasonalScale,
  smape,
  tsb,
  type Accuracy,
  type Forecaster,
} from '@streamstock/forecasting';
import type { AccuracyRow, CompetitionSeries } from './forecast-data.ts';
import { compare, sesFromFirst, type Check } from './forecast-golden.ts';

export const COMPETITION_HORIZON = 18;
const MONTHS = 12;
const HELD_OUT = 12;

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function forecastOrThrow(series: readonly number[], period: number, horizon: number): readonly number[] {
  const answer = autoForecast(series, { period, horizon });
  if (!answer.ok) throw new Error(answer.words);
  return answer.forecast;
}

/** Mean sMAPE over 18 months: ours as `auto`, and every method of the competition. */
export function competitionErrors(all: readonly CompetitionSeries[]): Record<string, number> {
  const methods = Object.keys(all[0]?.fc ?? {});
  const theirs = methods.map((method): [string, number] => [
    method,
    mean(all.map(({ xx, fc }) => smape(xx, fc[method] ?? []))),
  ]);
  const ours = mean(all.map(({ x, xx }) => smape(xx, forecastOrThrow(x, MONTHS, COMPETITION_HORIZON))));
  return { auto: ours, ...Object.fromEntries(theirs) };
}

interface Contestant {
  readonly name: string;
  readonly forecast: (known: readonly number[], period: number, horizon: number) => readonly number[];
}

function of(name: string, method: Forecaster): Contestant {
  return {
    name,
    forecast: (known, period, horizon) => {
      const fit = method.fit(known, { period });
      if (!fit.ok) throw new Error(fit.words);
      return fit.forecast(horizon);
    },
  };
}

/** Named as in golden.json. */
const CONTESTANTS: readonly Contestant[] = [
  { name: 'zero', forecast: (_known, _period, horizon) => Array.from({ length: horizon }, () => 0) },
  of('naive', naive),
  of('seasonal_naive', seasonalNaive),
  of('mean', historicMean),
  of('SES_0.1', sesFromFirst(0.1)),
  of('SES_0.3', sesFromFirst(0.3)),
  of('CrostonClassic_0.1', croston()),
  of('CrostonSBA_0.1', croston({ variant: 'sba' })),
  of('TSB_0.1_0.1', tsb()),
  { name: 'auto', forecast: forecastOrThrow },
];

/** Averages over series, as golden.json has them; MASE over the series that have a scale. */
function averages(accuracies: readonly Accuracy[]): AccuracyRow {
  const scaled = accuracies.flatMap(({ mase }) => (mase === null ? [] : [mase]));
  return {
    MASE: mean(scaled),
    MAE: mean(accuracies.map(({ mae }) => mae)),
    ME: mean(accuracies.map(({ bias }) => bias)),
    RMSE: mean(accuracies.map(({ rmse }) => rmse)),
  };
}

/** The last 12 periods of every series forecast by each method. */
export function holdOutErrors(all: readonly (readonly number[])[], period: number): Record<string, AccuracyRow> {
  return Object.fromEntries(
    CONTESTANTS.map((contestant) => [
      contestant.name,
      averages(
        all.map((series) => {
          const known = series.slice(0, -HELD_OUT);
          const forecast = contestant.forecast(known, period, HELD_OUT);
          return measureAccuracy(series.slice(-HELD_OUT), forecast, seasonalScale(known, period));
        }),
      ),
    ]),
  );
}

/** Our averages against those of golden.json, for the methods both have. */
export function checkAverages(
  name: string,
  ours: Readonly<Record<string, AccuracyRow>>,
  theirs: Readonly<Record<string, AccuracyRow>>,
): Check[] {
  return Object.entries(theirs).flatMap(([method, expected]) => {
    const own = ours[method];
    if (own === undefined) return [];
    return (['MASE', 'MAE', 'ME', 'RMSE'] as const).map((measure) =>
      compare('derived', `${name} ${method} ${measure}`, [own[measure]], expected[measure], 1e-9),
    );
  });
}

/** Series without a missing month whose history changes from year to year: those that others publish figures for. */
export function completeSpareParts(all: readonly (readonly number[])[]): (readonly number[])[] {
  return all.filter((series) => !series.some(Number.isNaN) && seasonalScale(series.slice(0, -HELD_OUT), MONTHS) > 0);
}

/** Seconds to forecast every series 12 periods ahead, backtest and intervals included. */
export function secondsToForecast(all: readonly (readonly number[])[], period: number): number {
  const startedAt = performance.now();
  for (const series of all) forecastOrThrow(series, period, 12);
  return (performance.now() - startedAt) / 1_000;
}
