// The business "no" of forecasting: a value with figures for screens and words for logs. Owns no decision of its own.

/** Asked for something that can not be computed: not numbers, or beyond a bound of limits.ts. */
export interface BadInput {
  readonly ok: false;
  readonly reason: 'bad-input';
  /** What is wrong with what, and what would be right. */
  readonly words: string;
}

/** Too few observations to say anything: no guess is made. */
export interface TooLittleHistory {
  readonly ok: false;
  readonly reason: 'too-little-history';
  /** Usable observations there are, in periods. */
  readonly have: number;
  /** Usable observations the forecast wants, in periods. */
  readonly need: number;
  readonly words: string;
}

/** The method is not made for such a series (a multiplicative season of zeros). */
export interface Unsuitable {
  readonly ok: false;
  readonly reason: 'unsuitable';
  readonly words: string;
}

export type Refusal = BadInput | TooLittleHistory | Unsuitable;

export function badInput(words: string): BadInput {
  return { ok: false, reason: 'bad-input', words };
}

export function tooLittleHistory(have: number, need: number): TooLittleHistory {
  return {
    ok: false,
    reason: 'too-little-history',
    have,
    need,
    words: `Too little history to forecast: ${have} periods, ${need} needed.`,
  };
}

export function unsuitable(words: string): Unsuitable {
  return { ok: false, reason: 'unsuitable', words };
}
