import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnusualQuantity, parseQuantity, pressKey, pressPinKey } from './quantity-input.ts';
import type { KeypadKey } from './quantity-input.ts';

const typed = (keys: readonly KeypadKey[], decimals = 0): string =>
  keys.reduce((text, key) => pressKey(text, key, decimals), '');

describe('keys', () => {
  test.each<[KeypadKey[], number, string]>([
    [['1', '2'], 0, '12'],
    [['0', '0', '7'], 0, '7'],
    [['00'], 0, '0'],
    [['1', '00'], 0, '100'],
    [['1', 'backspace'], 0, ''],
    [['backspace'], 0, ''],
    [['1', 'decimal', '5'], 0, '15'],
    [['decimal', '5'], 3, '0.5'],
    [['1', 'decimal', 'decimal', '2', '5', '0', '9'], 3, '1.250'],
    [['0', 'decimal', '00'], 3, '0.00'],
  ])('%j with %i decimals give "%s"', (keys, decimals, expected) => {
    expect(typed(keys, decimals)).toBe(expected);
  });

  test('no sequence of keys makes a text that cannot be read', () => {
    const keys = fc.array(fc.constantFrom<KeypadKey>('0', '1', '5', '9', '00', 'decimal', 'backspace'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(keys, fc.nat({ max: 3 }), (pressed, decimals) => {
        expect(parseQuantity(typed(pressed, decimals), decimals).kind).not.toBe('unreadable');
      }),
    );
  });

  test('a PIN keeps its leading zeros and its length', () => {
    expect((['0', '0', '4', '2', '9'] as const).reduce((pin, key) => pressPinKey(pin, key, 4), '')).toBe('0042');
  });
});

describe('typed and pasted quantities', () => {
  test.each<[string, number, ReturnType<typeof parseQuantity>]>([
    ['', 0, { kind: 'empty' }],
    ['  ', 0, { kind: 'empty' }],
    ['12', 0, { kind: 'quantity', value: 12 }],
    [' 1 204 ', 0, { kind: 'quantity', value: 1204 }],
    ['1\u00A0204', 0, { kind: 'quantity', value: 1204 }],
    ['1,204', 0, { kind: 'quantity', value: 1204 }],
    ['1.204', 0, { kind: 'quantity', value: 1204 }],
    ['1.5', 0, { kind: 'unreadable' }],
    ['1,5', 3, { kind: 'quantity', value: 1500 }],
    ['1.5', 3, { kind: 'quantity', value: 1500 }],
    ['.5', 3, { kind: 'quantity', value: 500 }],
    ['1.', 3, { kind: 'quantity', value: 1000 }],
    ['1.234,5', 3, { kind: 'quantity', value: 1_234_500 }],
    ['1.2345', 3, { kind: 'unreadable' }],
    ['-3', 0, { kind: 'unreadable' }],
    ['.', 3, { kind: 'unreadable' }],
    ['twelve', 0, { kind: 'unreadable' }],
    ['1234567', 0, { kind: 'quantity', value: 1_234_567 }],
    ['12345678', 0, { kind: 'code', code: '12345678' }],
    ['5601234567890', 3, { kind: 'code', code: '5601234567890' }],
  ])('"%s" with %i decimals', (text, decimals, expected) => {
    expect(parseQuantity(text, decimals)).toEqual(expected);
  });
});

test.each([
  [999, undefined, false],
  [1000, undefined, true],
  [19, 2, false],
  [20, 2, true],
  [5, 0, false],
])('%i pieces where %s are usual: ask again %s', (quantity, usual, expected) => {
  expect(isUnusualQuantity(quantity, usual)).toBe(expected);
});
