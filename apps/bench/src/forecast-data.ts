// The real series that forecasts are tried on, from the folder STREAMSTOCK_SAMPLES names. Owns where they lie and how they
// are read; none of them is part of the product.
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FOLDER = 'forecast';

/** The folder of the forecast samples, or null where it is absent. */
export function forecastSamples(): string | null {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const samples = process.env['STREAMSTOCK_SAMPLES'] ?? '../shared/data';
  const folder = join(isAbsolute(samples) ? samples : join(from, samples), FOLDER);
  return existsSync(join(folder, 'golden.json')) ? folder : null;
}

export interface CompetitionSeries {
  readonly x: readonly number[];
  readonly xx: readonly number[];
  /** The competition's own forecasts by method. */
  readonly fc: Readonly<Record<string, readonly number[]>>;
}

export function readCompetition(folder: string): CompetitionSeries[] {
  return gunzipSync(readFileSync(join(folder, 'm3_monthly_micro60.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CompetitionSeries);
}

/** One series a column; a cell without a number is NaN. */
export function readColumns(folder: string, file: string): number[][] {
  const [header, ...rows] = gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trim()
    .split('\n');
  const cells = rows.map((row) => row.split(','));
  const columns = (header ?? '').split(',').length;
  return Array.from({ length: columns - 1 }, (_, column) =>
    cells.map((row) => Number.parseFloat(row[column + 1] ?? '')),
  );
}

interface PublishedFigure {
  readonly model: string;
  readonly data: string;
}

/** Estimates of R's forecast::ets; every figure in a list of one, "NaN" where the model has none. */
export interface ReferenceFit {
  readonly alpha: readonly [number];
  readonly beta: readonly [number | 'NaN'];
  readonly gamma: readonly [number | 'NaN'];
  readonly phi: readonly [number | 'NaN'];
  /** Level, slope, and the seasonal figures with the latest first. */
  readonly initstate: readonly number[];
  readonly loglik: readonly [number];
  readonly forecast: readonly number[];
}

export interface AccuracyRow {
  readonly MASE: number;
  readonly MAE: number;
  readonly ME: number;
  readonly RMSE: number;
}

export interface Golden {
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly published: readonly (PublishedFigure & Readonly<Record<string, unknown>>)[];
  readonly derived: Readonly<
    Record<
      string,
      {
        readonly statsforecast_def: Readonly<Record<string, number>>;
        readonly tsintermittent_def_init_opt_FALSE: Readonly<Record<string, number>>;
      }
    >
  >;
  readonly carparts_accuracy_derived_h12_nan_as_0: Readonly<Record<string, AccuracyRow>>;
  readonly derived_accuracy: Readonly<Record<string, Readonly<Record<string, AccuracyRow>>>>;
  readonly published_seasonal_naive_mase: Readonly<Record<string, unknown>>;
  readonly r_forecast_ets: {
    readonly results: Readonly<
      Record<string, Readonly<Record<string, Readonly<Record<string, Partial<ReferenceFit>>>>>>
    >;
  };
}

export function readGolden(folder: string): Golden {
  return JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden;
}
