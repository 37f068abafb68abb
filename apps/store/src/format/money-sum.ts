// Amounts of lines and their total, exact: integers with a scale, never floats. Pure.
import type { Money } from '@streamstock/inventory';

export interface Amount {
  readonly minorUnits: bigint;
  readonly scale: number;
}

/** Per smallest unit, from a shelf price per shown unit: 5.90 a kilogram is 0.00590 a gram. */
export function unitPriceOf(price: Money, quantityScale: number): Money {
  return { minorUnits: price.minorUnits, scale: price.scale + quantityScale };
}

/**
 * quantity × price per smallest unit, rounded half up to the decimals that the shelf price has: what a customer is charged
 * for the line.
 */
export function lineAmount(unitPrice: Money, quantity: number, quantityScale: number): Amount {
  const exact = BigInt(unitPrice.minorUnits) * BigInt(quantity);
  const divisor = 10n ** BigInt(quantityScale);
  return { minorUnits: (exact + divisor / 2n) / divisor, scale: unitPrice.scale - quantityScale };
}

export function sumAmounts(amounts: readonly Amount[]): Amount {
  const scale = Math.max(0, ...amounts.map((amount) => amount.scale));
  const minorUnits = amounts.reduce((sum, amount) => sum + amount.minorUnits * 10n ** BigInt(scale - amount.scale), 0n);
  return { minorUnits, scale };
}
