// The family of exponential smoothing as state-space models, and how one is written down. Owns words and shapes only.
// Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing, chapter 2: ETS(error, trend, season).

export interface SmoothingModel {
  /** additive: y = f + ε; multiplicative: y = f (1 + ε). */
  readonly error: 'additive' | 'multiplicative';
  readonly trend: 'none' | 'additive' | 'multiplicative';
  /** The slope fades by phi every period. */
  readonly damped: boolean;
  readonly season: 'none' | 'additive' | 'multiplicative';
}

/** Where the series stands: what the next period's forecast is made from. */
export interface SmoothingState {
  readonly level: number;
  /** Added (additive trend) or multiplied (multiplicative) every period; 0 without a trend. */
  readonly slope: number;
  /** Seasonal figures in the order of time: the first is the next period's. Empty without a season. */
  readonly season: readonly number[];
}

/** Smoothing weights in the form of the states' error correction: beta is α·β*, gamma as in the component form. */
export interface SmoothingWeights {
  /** How fast the level follows. */
  readonly alpha: number;
  /** How fast the slope follows; 0 without a trend. */
  readonly beta: number;
  /** How fast the seasonal figures follow; 0 without a season. */
  readonly gamma: number;
  /** What remains of the slope after a period; 1 when not damped. */
  readonly phi: number;
}

const LETTERS = { none: 'N', additive: 'A', multiplicative: 'M' } as const;

/** ETS(A,Ad,N) and the like. */
export function modelName({ error, trend, damped, season }: SmoothingModel): string {
  return `ETS(${LETTERS[error]},${LETTERS[trend]}${damped ? 'd' : ''},${LETTERS[season]})`;
}
