// What a person types on a keypad or keyboard as a quantity: from characters to an integer in the item's smallest unit,
// with the questions worth asking first. Pure. Takes `.` and `,` as the decimal mark and forgets spaces.

/** More than this in one line is worth a question. */
export const QUANTITY_ASK_ABOVE = 999;
/** Ten times what is usual is worth a question too. */
const USUAL_FACTOR = 10;
/** Digits from which on it is a code, not a quantity. */
const BARCODE_DIGITS_MIN = 8;

export type TypedQuantity =
  | { readonly kind: 'empty' }
  | { readonly kind: 'quantity'; readonly quantity: number; readonly ask: boolean }
  | { readonly kind: 'barcode'; readonly code: string }
  | { readonly kind: 'not-a-quantity' };

/**
 * `quantityScale`: decimals of the item's unit (0 for pieces, 3 for kilograms counted in grams).
 * `usual`: what one line of this item usually holds, in the smallest unit, or null when not known.
 */
export function readTypedQuantity(
  text: string,
  options: { readonly quantityScale: number; readonly usual: number | null; readonly quantityMax: number },
): TypedQuantity {
  const typed = text.replaceAll(/[\s ’']/gu, '');
  if (typed === '') return { kind: 'empty' };
  if (/^\d+$/.test(typed) && typed.length >= BARCODE_DIGITS_MIN) return { kind: 'barcode', code: typed };
  const match = /^(\d{1,7})(?:[.,](\d*))?$/.exec(typed);
  const decimals = match?.[2] ?? '';
  if (match === null || decimals.length > options.quantityScale) return { kind: 'not-a-quantity' };
  const quantity = Number((match[1] ?? '') + decimals.padEnd(options.quantityScale, '0'));
  if (quantity > options.quantityMax) return { kind: 'not-a-quantity' };
  const inUnits = quantity / 10 ** options.quantityScale;
  const ask = inUnits > QUANTITY_ASK_ABOVE || (options.usual !== null && options.usual > 0 && quantity > USUAL_FACTOR * options.usual);
  return { kind: 'quantity', quantity, ask };
}
