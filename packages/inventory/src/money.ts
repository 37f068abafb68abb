// Exact money: integers only. Rounding happens once, on display.
import { SCALE_MAX } from './limits.ts';
import type { Money } from './words.ts';

/** Digits of the sums' smallest part: millionths. */
export const MICROS_SCALE = SCALE_MAX;

/** An amount in millionths of its currency. */
export function moneyMicros({ minorUnits, scale }: Money): bigint {
  return BigInt(minorUnits) * 10n ** BigInt(MICROS_SCALE - scale);
}

/** An exact amount as decimal text with at least `digitsMin` digits after the point: `Intl.NumberFormat` takes it as it is. */
export function microsText(micros: bigint, digitsMin = 2): string {
  const sign = micros < 0n ? '-' : '';
  const digits = (micros < 0n ? -micros : micros).toString().padStart(MICROS_SCALE + 1, '0');
  const whole = digits.slice(0, -MICROS_SCALE);
  const fraction = digits.slice(-MICROS_SCALE).replace(/0+$/, '').padEnd(digitsMin, '0');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

export function moneyText(money: Money, digitsMin = 2): string {
  return microsText(moneyMicros(money), digitsMin);
}
