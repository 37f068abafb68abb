// `bench forecast`: are our methods right (published figures, R's models), is the automatic choice good (M3, spare parts), is it
// fast (jewellery). Wants the sample data; without it there is nothing to say.
import { BenchmarkProblem, type Benchmark, type Outcome } from './benchmark.ts';
import {
  checkAverages,
  competitionErrors,
  completeSpareParts,
  holdOutErrors,
  secondsToForecast,
} from './forecast-contests.ts';
import { forecastSamples, readColumns, readCompetition, readGolden, type AccuracyRow } from './forecast-data.ts';
import { checkDerived, checkPublished, compare, type Check } from './forecast-golden.ts';
import { checkReference, type ReferenceCheck } from './forecast-reference.ts';

const ROUNDS = 3;
const MONTHS = 12;
/** A year of weeks: the season of the jewellery. */
const WEEKS = 52;

function printChecks(title: string, checks: readonly Check[]): void {
  console.log(`${title}: ${checks.filter(({ ok }) => ok).length} of ${checks.length} reproduced`);
  for (const { name, ours, theirs, ok } of checks) {
    if (!ok) console.log(`  NOT ${name}: ours ${ours}, theirs ${theirs}`);
  }
}

function printReference(checks: readonly ReferenceCheck[]): void {
  console.log(`\nR's forecast::ets    log-likelihood off   forecast off   our optimum better by`);
  for (const { name, likelihoodOff, forecastOff, ownBetterBy, ok } of checks) {
    const figures = [likelihoodOff.toExponential(1), forecastOff.toExponential(1), ownBetterBy.toFixed(3)];
    console.log(
      `  ${name.padEnd(18)} ${figures.map((figure) => figure.padStart(15)).join('')} ${ok ? '' : ' NOT WITHIN'}`,
    );
  }
}

function printRows(title: string, rows: Readonly<Record<string, AccuracyRow>>): void {
  console.log(`\n${title.padEnd(34)} MASE     MAE    RMSE    bias`);
  for (const [name, { MASE, MAE, RMSE, ME }] of Object.entries(rows)) {
    console.log(
      `  ${name.padEnd(28)} ${[MASE, MAE, RMSE, ME].map((figure) => figure.toFixed(4).padStart(8)).join('')}`,
    );
  }
}

function run(folder: string): Outcome {
  const golden = readGolden(folder);
  const published = checkPublished(golden);
  const reference = checkReference(golden);
  printReference(reference);

  const competition = competitionErrors(readCompetition(folder));
  const auto = competition['auto'] ?? Number.NaN;
  console.log('\nM3, 60 monthly series, 18 months ahead   mean sMAPE   auto/this');
  for (const [name, error] of Object.entries(competition)) {
    console.log(`  ${name.padEnd(38)} ${error.toFixed(3).padStart(8)} ${(auto / error).toFixed(4).padStart(11)}`);
  }

  const parts = readColumns(folder, 'carparts.csv.gz');
  const complete = holdOutErrors(completeSpareParts(parts), MONTHS);
  printRows('Spare parts, complete series', complete);
  const filled = parts.map((series) => series.map((value) => (Number.isNaN(value) ? 0 : value)));
  const all = holdOutErrors(filled, MONTHS);
  printRows('Spare parts, all, missing as 0', all);
  const jewellery = readColumns(folder, 'jewelry.csv.gz');
  const weekly = holdOutErrors(jewellery, 1);
  printRows('Jewellery, no season', weekly);
  const derived = [
    ...checkDerived(golden),
    ...checkAverages(
      'spare parts, complete,',
      complete,
      golden.derived_accuracy['carparts_complete_series_h12_m12'] ?? {},
    ),
    ...checkAverages('spare parts, all,', all, golden.carparts_accuracy_derived_h12_nan_as_0),
    ...checkAverages('jewellery', weekly, golden.derived_accuracy['jewelry_h12_m1'] ?? {}),
  ];
  const naiveMase = compare(
    'published',
    'seasonal naive MASE, spare parts',
    [complete['seasonal_naive']?.MASE ?? Number.NaN],
    golden.published_seasonal_naive_mase['monash_car_parts (h=12,m=12)'],
    1e-12,
  );
  console.log();
  printChecks('Published figures', [...published.checks, naiveMase]);
  if (published.leftOut.length > 0)
    console.log(`  left out, its data is not in the samples: ${published.leftOut.join('; ')}`);
  printChecks('Derived figures', derived);
  const plain = Array.from({ length: ROUNDS }, () => secondsToForecast(jewellery, 1));
  const yearly = Array.from({ length: ROUNDS }, () => secondsToForecast(jewellery, WEEKS));
  const none: AccuracyRow = { MASE: Number.NaN, MAE: Number.NaN, ME: Number.NaN, RMSE: Number.NaN };
  const own = complete['auto'] ?? none;
  return {
    figures: {
      publishedMissed: [...published.checks, naiveMase].filter(({ ok }) => !ok).length,
      publishedReproduced: [...published.checks, naiveMase].filter(({ ok }) => ok).length,
      derivedMissed: derived.filter(({ ok }) => !ok).length,
      derivedReproduced: derived.filter(({ ok }) => ok).length,
      referenceModelsMissed: reference.filter(({ ok }) => !ok).length,
      ownLikelihoodWorstBy: Math.max(...reference.map(({ ownBetterBy }) => -ownBetterBy)),
      m3Smape: auto,
      m3SmapeOverTheta: auto / (competition['THETA'] ?? Number.NaN),
      m3SmapeOverSingle: auto / (competition['SINGLE'] ?? Number.NaN),
      m3SmapeOverNaive2: auto / (competition['NAIVE2'] ?? Number.NaN),
      sparePartsMase: own.MASE,
      sparePartsRmse: own.RMSE,
      sparePartsBias: own.ME,
      jewellerySeries: jewellery.length,
      jewellerySecondsWorst: Math.max(...plain, ...yearly),
    },
    targets: {
      publishedMissed: { below: 1 },
      derivedMissed: { below: 1 },
      referenceModelsMissed: { below: 1 },
      ownLikelihoodWorstBy: { below: 0.1 },
      m3SmapeOverTheta: { below: 1.03 },
      m3SmapeOverSingle: { below: 1 },
      m3SmapeOverNaive2: { below: 1 },
      jewellerySecondsWorst: { below: 2 },
    },
  };
}

export const forecastBenchmark: Benchmark = {
  name: 'forecast',
  about: 'forecasting methods against published figures, R, the M3 competition and real demand; seconds for 314 series',
  run: async () => {
    const folder = forecastSamples();
    if (folder === null) {
      throw new BenchmarkProblem(
        'There is no forecast sample data here. Set STREAMSTOCK_SAMPLES to the folder that holds forecast/golden.json.',
      );
    }
    return await Promise.resolve(run(folder));
  },
};
