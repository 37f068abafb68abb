// Bounds of forecasting. Whoever passes one gets a refusal that names it, never a slow answer or a wrong one.

/** The most observations one series may have. */
export const SERIES_POINTS_MAX = 100_000;
/** Of a longer series the automatic choice looks at this many latest observations: older ones say nothing about tomorrow. */
export const HISTORY_POINTS_MAX = 1_000;
/** The longest forecast, in periods. */
export const HORIZON_MAX = 1_000;
/** The longest season: a year of days, leap years included. */
export const PERIOD_MAX = 366;
/** The largest magnitude of an observation: beyond it whole numbers are no longer exact. */
export const VALUE_MAX = Number.MAX_SAFE_INTEGER;
/** Values nearer to 0 count as 0 in an automatic forecast: what remains when fractions are subtracted is no demand. */
export const VALUE_MIN = 1e-9;
/** The fewest usable observations any automatic forecast is made from. */
export const HISTORY_POINTS_MIN = 8;
/** Prediction intervals one forecast may be asked for. */
export const LEVELS_MAX = 10;
/** Origins a backtest forecasts from, at most. */
export const BACKTEST_ORIGINS_MAX = 100;
