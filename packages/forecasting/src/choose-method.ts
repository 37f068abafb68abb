// Chooses how to forecast one series: the core combination, unless in a backtest a single method or seasonal naive is clearly
// better. Owns the contest and its rules; the candidates are candidates.ts's, the test is backtest.ts's.
import type { Accuracy } from './accuracy.ts';
import { planOrigins, poolAccuracy, runsOf, type BacktestPlan, type BacktestRun } from './backtest.ts';
import { seasonalNaive } from './benchmark-methods.ts';
import { candidatesFor } from './candidates.ts';
import { classifyDemand, type DemandPattern } from './demand-class.ts';
import type { Fitted, Forecaster, Uncertainty } from './forecaster.ts';
import { at, clamp, mean } from './numbers.ts';
import type { Refusal } from './refusal.ts';

/** Origins of the contest: enough to tell luck from skill, few enough for thousands of series. */
const ORIGINS = 4;
/**
 * What the core combination gives way to must have erred less by this (in logarithms: about a tenth). Combinations are hard
 * to beat (Makridakis & Hibon 2000), and a few origins can not tell smaller differences from luck.
 */
const CLEARLY_BETTER = 0.1;

export interface ChooseOptions {
  readonly period: number;
  readonly horizon: number;
  readonly usable: readonly boolean[] | null;
}

export interface Choice {
  readonly ok: true;
  readonly method: string;
  readonly members: readonly string[];
  readonly pattern: DemandPattern;
  readonly forecast: readonly number[];
  readonly uncertainty: Uncertainty;
  readonly accuracy: Accuracy | null;
  readonly naiveAccuracy: Accuracy | null;
  readonly words: string;
}

interface Contender {
  readonly forecaster: Forecaster;
  readonly runs: readonly BacktestRun[];
  readonly accuracy: Accuracy;
  /** By origin. */
  readonly errors: readonly number[];
}

function planContest(points: number, { period, horizon }: ChooseOptions): BacktestPlan {
  const known = Math.max(4, Math.ceil(points / 2));
  const tested = clamp(horizon, 1, Math.max(1, Math.floor(points / 4)));
  const every = Math.max(1, Math.floor((points - tested - known) / (ORIGINS - 1)));
  return { period, horizon: tested, origins: planOrigins(points, tested, ORIGINS, every, known) };
}

/** Errors of each origin apart: absolute ones, or for seldom sold goods squared ones (absolute errors would praise a forecast of 0). */
function originErrors(
  series: readonly number[],
  runs: readonly BacktestRun[],
  pattern: DemandPattern,
  usable: readonly boolean[] | null,
): number[] {
  const squared = pattern.class === 'intermittent' || pattern.class === 'lumpy';
  return runs.map((run) => {
    const accuracy = poolAccuracy(series, [run], usable);
    return accuracy === null ? 0 : squared ? accuracy.rmse : accuracy.mae;
  });
}

/**
 * Mean log of a method's error over seasonal naive's, origin by origin (Davydenko & Fildes 2013, Int. J. Forecasting 29,
 * 510–522): below 0 is better. One wild origin, a Christmas, can not decide alone, as it would in a pooled mean.
 */
function scoreOf(errors: readonly number[], reference: readonly number[]): number {
  const floor = 1e-3 * mean(reference) || Number.MIN_VALUE;
  return mean(errors.map((error, index) => Math.log((error + floor) / (at(reference, index) + floor))));
}

function contend(
  forecaster: Forecaster,
  series: readonly number[],
  plan: BacktestPlan,
  pattern: DemandPattern,
  usable: readonly boolean[] | null,
): Contender | null {
  const runs = runsOf(forecaster, series, plan);
  if (!Array.isArray(runs)) return null;
  const accuracy = poolAccuracy(series, runs, usable);
  return accuracy === null ? null : { forecaster, runs, accuracy, errors: originErrors(series, runs, pattern, usable) };
}

function averageRuns(contenders: readonly Contender[]): BacktestRun[] {
  const [first, ...others] = contenders;
  return (first?.runs ?? []).map((run, index) => ({
    ...run,
    forecast: run.forecast.map((value, step) =>
      mean([value, ...others.map(({ runs }) => at(runs[index]?.forecast ?? [], step))]),
    ),
  }));
}

function averageOf(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, step) => mean(rows.map((row) => at(row, step))));
}

function answer(
  fits: readonly Fitted[],
  pattern: DemandPattern,
  horizon: number,
  accuracies: { readonly own: Accuracy | null; readonly naive: Accuracy | null },
): Choice {
  const members = fits.map(({ method }) => method);
  const uncertainties = fits.map((fit) => fit.uncertainty(horizon));
  const method = members.length === 1 ? (members[0] ?? '') : `mean of ${members.join(', ')}`;
  const { own, naive } = accuracies;
  return {
    ok: true,
    method,
    members,
    pattern,
    forecast: averageOf(fits.map((fit) => fit.forecast(horizon))),
    // As if the members' errors were one and the same: never too narrow for having been averaged.
    uncertainty: {
      step: averageOf(uncertainties.map(({ step }) => step)),
      total: averageOf(uncertainties.map(({ total }) => total)),
    },
    accuracy: own,
    naiveAccuracy: naive,
    words:
      own === null || naive === null
        ? `${method}: too short a history to test it.`
        : `${method}: off by ${own.mae.toPrecision(3)} a period on average in a test on ${own.points} past periods; seasonal naive by ${naive.mae.toPrecision(3)}.`,
  };
}

interface Winner {
  readonly forecasters: readonly Forecaster[];
  readonly runs: readonly BacktestRun[];
}

/** The core combination, or what is clearly better: another single method first, then seasonal naive. */
function winnerOf(
  core: readonly Contender[],
  others: readonly Contender[],
  reference: Contender,
  errorsOf: (runs: readonly BacktestRun[]) => readonly number[],
): Winner {
  const naiveWins: Winner = { forecasters: [reference.forecaster], runs: reference.runs };
  const combined = averageRuns(core);
  const combinedScore = core.length === 0 ? Infinity : scoreOf(errorsOf(combined), reference.errors);
  let winner: Winner = { forecasters: core.map(({ forecaster }) => forecaster), runs: combined };
  let score = combinedScore;
  for (const single of [...core, ...others]) {
    const singleScore = scoreOf(single.errors, reference.errors);
    if (singleScore < Math.min(score, combinedScore - CLEARLY_BETTER)) {
      winner = { forecasters: [single.forecaster], runs: single.runs };
      score = singleScore;
    }
  }
  return score > CLEARLY_BETTER || !Number.isFinite(score) ? naiveWins : winner;
}

/** Takes checked input (see autoForecast) of at least two seasons. */
export function chooseMethod(series: readonly number[], options: ChooseOptions): Choice | Refusal {
  const { period, horizon, usable } = options;
  const pattern = classifyDemand(series);
  const plan = planContest(series.length, options);
  const { core, others } = candidatesFor(pattern.class);
  const enter = (forecaster: Forecaster) => contend(forecaster, series, plan, pattern, usable);
  const reference = enter(seasonalNaive);
  const own = core.map(enter).filter((contender) => contender !== null);
  // Without a test (all tested periods unusable) the core combination is taken unseen.
  const winner: Winner =
    reference === null
      ? { forecasters: core, runs: [] }
      : winnerOf(
          own,
          others.map(enter).filter((contender) => contender !== null),
          reference,
          (runs) => originErrors(series, runs, pattern, usable),
        );
  const fits = winner.forecasters.map((forecaster) => forecaster.fit(series, { period })).filter((fit) => fit.ok);
  const naive = reference?.accuracy ?? null;
  if (fits.length === 0 || fits.length < winner.forecasters.length) {
    const fit = seasonalNaive.fit(series, { period });
    return fit.ok ? answer([fit], pattern, horizon, { own: naive, naive }) : fit;
  }
  return answer(fits, pattern, horizon, { own: poolAccuracy(series, winner.runs, usable), naive });
}
