// Figures as text: quantities, signed changes and money, in the person's language. Pure.
// Three rules hold everywhere: minus is U+2212, grouping never depends on the size of the number, nothing is rounded.
import { activeTag } from './active-tag.ts';
import { cachedFormatter } from './formatter-cache.ts';

/** Stands for "we do not know": never for zero, never for "not counted". */
export const unknownFigure = '—';

const trueMinus = '\u2212';

const formatterFor = cachedFormatter(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

/** `minorUnits` at `scale` as an exact decimal string: (12345, 3) → "12.345". Floats never take part. */
function exactDecimal(minorUnits: number | bigint, scale: number): Intl.StringNumericLiteral {
  if (typeof minorUnits === 'number' && !Number.isSafeInteger(minorUnits)) {
    throw new Error(`Minor units must be a safe integer, got ${minorUnits}`);
  }
  const amount = BigInt(minorUnits);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale > 0 ? `.${digits.slice(-scale)}` : '';
  // `${Infinity}`-like literals cannot arise: the text is digits, one point, one sign.
  return `${amount < 0n ? '-' : ''}${whole}${fraction}` as Intl.StringNumericLiteral;
}

const withTrueMinus = (text: string): string => text.replace('-', trueMinus);

export interface QuantityFormat {
  /** Decimals hidden in the integer: 0 for pieces, 3 for grams shown as kilograms. */
  readonly scale?: number;
  readonly locale?: string;
}

function quantityText(value: number, format: QuantityFormat, signDisplay: 'auto' | 'exceptZero'): string {
  const scale = format.scale ?? 0;
  const formatter = formatterFor(format.locale ?? activeTag(), {
    useGrouping: 'always',
    minimumFractionDigits: scale,
    maximumFractionDigits: scale,
    signDisplay,
  });
  return withTrueMinus(formatter.format(exactDecimal(value, scale)));
}

/** A quantity in the item's smallest unit: `1204` → "1,204", `-2` → "−2". Throws when it is not a safe integer. */
export function formatQuantity(value: number, format: QuantityFormat = {}): string {
  return quantityText(value, format, 'auto');
}

/** A change: "+12", "−17", and "0" without a sign. */
export function formatSigned(value: number, format: QuantityFormat = {}): string {
  return quantityText(value, format, 'exceptZero');
}

export interface MoneyFormat {
  readonly locale?: string;
  /** False on a till roll, where every amount is in the store's currency. */
  readonly symbol?: boolean;
}

/**
 * Money: integer minor units with their scale, `(5245, 2, 'EUR')` → "€52.45". Never fewer decimals than the currency has,
 * and never a digit lost: a price of 0.001 stays 0.001. Throws when the units are no safe integer or the currency no code.
 */
export function formatMoney(
  minorUnits: number | bigint,
  scale: number,
  currency: string,
  format: MoneyFormat = {},
): string {
  const locale = format.locale ?? activeTag();
  const ordinary = formatterFor(locale, { style: 'currency', currency });
  const digits = ordinary.resolvedOptions().minimumFractionDigits ?? 0;
  const formatter = formatterFor(locale, {
    ...(format.symbol === false ? {} : { style: 'currency', currency }),
    useGrouping: 'always',
    minimumFractionDigits: digits,
    maximumFractionDigits: Math.max(scale, digits),
  });
  return withTrueMinus(formatter.format(exactDecimal(minorUnits, scale)));
}
