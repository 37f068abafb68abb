import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMoney, formatQuantity, formatSigned } from './number.ts';

const nbsp = '\u00A0';

describe('quantities', () => {
  test.each([
    [0, 'en', '0'],
    [7, 'en', '7'],
    [-2, 'en', '\u22122'],
    [1204, 'en', '1,204'],
    [-1204, 'en', '\u22121,204'],
    [1_000_000, 'en', '1,000,000'],
    // Without grouping "always" Spanish would write 1234 above 12.345 and break the column.
    [1234, 'es', '1.234'],
    [12_345, 'es', '12.345'],
    [1234, 'pt-BR', '1.234'],
    [-1, 'es', '\u22121'],
  ])('%i in %s is %s', (value, locale, expected) => {
    expect(formatQuantity(value, { locale })).toBe(expected);
  });

  test('weighed goods show their decimals', () => {
    expect(formatQuantity(1250, { scale: 3, locale: 'en' })).toBe('1.250');
    expect(formatQuantity(-5, { scale: 3, locale: 'pt-BR' })).toBe('\u22120,005');
  });

  test('what is no whole number of units is a bug, not a figure', () => {
    expect(() => formatQuantity(1.5)).toThrow('safe integer');
    expect(() => formatQuantity(Number.NaN)).toThrow('safe integer');
    expect(() => formatQuantity(2 ** 53)).toThrow('safe integer');
  });

  test('the digits survive for every integer, and minus is never a hyphen', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('en', 'es', 'pt-BR'), (value, locale) => {
        const text = formatQuantity(value, { locale });
        expect(text.replace(/\D/g, '')).toBe(String(Math.abs(value)));
        expect(text).not.toContain('-');
        expect(text.startsWith('\u2212')).toBe(value < 0);
      }),
    );
  });
});

test.each([
  [12, '+12'],
  [-17, '\u221217'],
  [0, '0'],
  [-0, '0'],
])('a change of %i reads %s', (value, expected) => {
  expect(formatSigned(value, { locale: 'en' })).toBe(expected);
});

describe('money', () => {
  test.each<[number | bigint, number, string, string, string]>([
    [5245, 2, 'EUR', 'en', '€52.45'],
    [5245, 2, 'EUR', 'es', `52,45${nbsp}€`],
    [5245, 2, 'BRL', 'pt-BR', `R$${nbsp}52,45`],
    [1, 3, 'EUR', 'en', '€0.001'],
    [1500, 3, 'EUR', 'en', '€1.50'],
    [7, 0, 'EUR', 'en', '€7.00'],
    [500, 0, 'JPY', 'en', '¥500'],
    [-360, 2, 'EUR', 'en', '\u2212€3.60'],
    [123_456_789_012_345_678_901n, 2, 'EUR', 'en', '€1,234,567,890,123,456,789.01'],
  ])('%s at scale %i in %s (%s) is %s', (minorUnits, scale, currency, locale, expected) => {
    expect(formatMoney(minorUnits, scale, currency, { locale })).toBe(expected);
  });

  test('a till roll leaves the currency out but keeps its decimals', () => {
    expect(formatMoney(1180, 2, 'EUR', { locale: 'en', symbol: false })).toBe('11.80');
    expect(formatMoney(500, 0, 'JPY', { locale: 'en', symbol: false })).toBe('500');
  });
});
