import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDecimal } from './decimal.ts';

it.each([
  ['0.001', 3, 1],
  ['18.0', 2, 1800],
  ['2.55', 3, 2550],
  ['-24', 0, -24],
  ['-0', 0, 0],
  ['+7', 0, 7],
  ['1.5', 0, null],
  ['1e3', 0, null],
  ['', 0, null],
  ['NaN', 2, null],
  ['99999999999999999999', 0, null],
  ['9007199254740992', 0, null],
])('reads %j at scale %i as %j', (text, scale, expected) => {
  expect(parseDecimal(text, scale)).toBe(expected);
});

it('gives back every amount that was written, to the last unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 6 }), (units, scale) => {
      const digits = Math.abs(units)
        .toString()
        .padStart(scale + 1, '0');
      const cut = digits.length - scale;
      const text = `${units < 0 ? '-' : ''}${digits.slice(0, cut)}${scale === 0 ? '' : `.${digits.slice(cut)}`}`;
      expect(parseDecimal(text, scale)).toBe(units === 0 ? 0 : units);
    }),
  );
});
