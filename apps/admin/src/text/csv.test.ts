import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

const body = (rows: Parameters<typeof toCsv>[0]): string => toCsv(rows).slice(1);

test('the file starts with a byte order mark and ends its rows as the standard says', () => {
  expect(toCsv([['a', { quantity: 1, scale: 0 }]])).toBe('\uFEFFa,1\r\n');
});

test('an unknown figure is an empty field, a zero is a zero, a negative figure stays a figure', () => {
  expect(body([[null, { quantity: 0, scale: 0 }, { quantity: -1204, scale: 0 }]])).toBe(',0,-1204\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])(
  'text that looks like a formula is shown, not run: %j',
  (text) => {
    expect(body([[text]]).replace(/^"/, '')).toMatch(/^'/);
  },
);

test('quotes, commas and line breaks survive', () => {
  expect(body([['a "b", c', 'x\ny']])).toBe('"a ""b"", c","x\ny"\r\n');
});

test('no field of text begins as a formula, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(body([[text]]).replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/);
    }),
  );
});

test.each([
  [1250, 3, '1.250'],
  [-5, 3, '-0.005'],
  [0, 2, '0.00'],
  [-1204, 0, '-1204'],
])('%i at scale %i is %s', (quantity, scale, expected) => {
  expect(body([[{ quantity, scale }]])).toBe(`${expected}\r\n`);
});
