// Demand statistics: arrays in, arrays out. Methods, their accuracy, backtests, and the automatic choice for a series.
// Imports nothing, knows no shop, clock or randomness: the same series gives the same figures on every machine.
//
// Start with autoForecast(series, { period, horizon }); sumOverHorizon and normalQuantile make reorder points of it.
export { autoForecast, historyNeeded, type AutoForecast, type AutoForecastOptions } from './auto-forecast.ts';
export { measureAccuracy, seasonalScale, smape, type Accuracy } from './accuracy.ts';
export { backtest, planOrigins, type Backtest, type BacktestPlan, type BacktestRun } from './backtest.ts';
export { drift, historicMean, naive, seasonalNaive } from './benchmark-methods.ts';
export { classifyDemand, type DemandClass, type DemandPattern } from './demand-class.ts';
export { fillGaps } from './fill-gaps.ts';
export type { FitOptions, Fitted, Forecaster, Uncertainty } from './forecaster.ts';
export { predictionIntervals, type PredictionInterval } from './intervals.ts';
export { sumOverHorizon, type LeadTimeDemand } from './lead-time.ts';
export { HISTORY_POINTS_MIN, HORIZON_MAX, LEVELS_MAX, PERIOD_MAX, SERIES_POINTS_MAX, VALUE_MAX } from './limits.ts';
export { croston, type CrostonOptions, type CrostonVariant } from './intermittent/croston.ts';
export { tsb, type TsbOptions } from './intermittent/tsb.ts';
export { seasonAdjusted } from './season-adjusted.ts';
export { estimate, type Estimate, type EstimateOptions, type Fixed } from './smoothing/estimate.ts';
export { filter, forecastFrom, logLikelihood, type Filtered } from './smoothing/filter.ts';
export {
  dampedHolt,
  dampedHoltWintersAdditive,
  dampedHoltWintersMultiplicative,
  holt,
  holtWintersAdditive,
  holtWintersMultiplicative,
  ses,
  smoothing,
  type SmoothingOptions,
} from './smoothing/forecasters.ts';
export { type SmoothingModel, type SmoothingState, type SmoothingWeights } from './smoothing/model.ts';
export { theta } from './theta.ts';
export { normalQuantile } from './normal-quantile.ts';
export type { BadInput, Refusal, TooLittleHistory, Unsuitable } from './refusal.ts';
