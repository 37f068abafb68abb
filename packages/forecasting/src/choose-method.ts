// Chooses how to forecast one series: every candidate is backtested against seasonal naive, the best few are averaged.
// Owns the contest and its rules; the candidates are candidates.ts's, the test is backtest.ts's.
import type { Accuracy } from './accuracy.ts';
import { planOrigins, poolAccuracy, runsOf, type BacktestPlan, type BacktestRun } from './backtest.ts';
import { seasonalNaive } from './benchmark-methods.ts';
import { candidatesFor } from './candidates.ts';
import { classifyDemand, type DemandPattern } from './demand-class.ts';
import type { Fitted, Forecaster, Uncertainty } from './forecaster.ts';
import { at, clamp, mean } from './numbers.ts';
import type { Refusal } from './refusal.ts';

/** Forecasts averaged at most: the gain of a fourth is small, its reading is not (Makridakis & Hibon 2000: combinations win). */
const MEMBERS_MAX = 3;
/** Origins of the contest: enough to tell luck from skill, few enough for thousands of series. */
const ORIGINS = 4;

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
  readonly score: number;
}

function planContest(points: number, { period, horizon }: ChooseOptions): BacktestPlan {
  const known = Math.max(4, Math.ceil(points / 2));
  const tested = clamp(horizon, 1, Math.max(1, Math.floor(points / 4)));
  const every = Math.max(1, Math.floor(tested / 3));
  return { period, horizon: tested, origins: planOrigins(points, tested, ORIGINS, every, known) };
}

/** Seldom sold: the expected value is wanted, which squares find; absolute errors would praise a forecast of 0. */
function scoreOf(accuracy: Accuracy, { averageInterval }: DemandPattern): number {
  return (averageInterval ?? 1) >= 1.32 ? accuracy.rmse : accuracy.mae;
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
  return accuracy === null ? null : { forecaster, runs, accuracy, score: scoreOf(accuracy, pattern) };
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

/** Takes checked input (see autoForecast) of at least one season. */
export function chooseMethod(series: readonly number[], options: ChooseOptions): Choice | Refusal {
  const { period, horizon, usable } = options;
  const pattern = classifyDemand(series);
  const plan = planContest(series.length, options);
  const reference = contend(seasonalNaive, series, plan, pattern, usable);
  const better = candidatesFor(pattern.class)
    .map((forecaster) => contend(forecaster, series, plan, pattern, usable))
    .filter((contender) => contender !== null)
    .filter(({ score }) => reference === null || score < reference.score)
    .toSorted((a, b) => a.score - b.score)
    .slice(0, MEMBERS_MAX);
  const fits = better.map(({ forecaster }) => forecaster.fit(series, { period })).filter((fit) => fit.ok);
  const naive = reference?.accuracy ?? null;
  if (fits.length === 0 || fits.length < better.length) {
    const fit = seasonalNaive.fit(series, { period });
    return fit.ok ? answer([fit], pattern, horizon, { own: naive, naive }) : fit;
  }
  return answer(fits, pattern, horizon, { own: poolAccuracy(series, averageRuns(better), usable), naive });
}
