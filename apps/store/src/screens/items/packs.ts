// The pack sizes an item's codes stand for. Pure.
import type { BarcodeRow } from '@streamstock/inventory';

/** Smallest first, single pieces always among them. */
export function packsOf(codes: readonly BarcodeRow[]): number[] {
  return [...new Set([1, ...codes.map(({ packSize }) => packSize)])].sort((a, b) => a - b);
}
