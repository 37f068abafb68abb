// Decimal text to integers without floating point: quantities and money of imported files.

/**
 * `text` as an integer of 10^−scale units ("0.001" at scale 3 is 1, "18.0" at scale 2 is 1800), or null when it is no
 * plain decimal number, has more decimals than the scale keeps, or passes 2^53.
 */
export function parseDecimal(text: string, scale: number): number | null {
  const match = /^([+-]?)(\d{1,15})(?:\.(\d{1,12}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > scale) return null;
  const value = BigInt(whole + kept.padEnd(scale, '0'));
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  const number = Number(value);
  return sign === '-' && number !== 0 ? -number : number;
}
