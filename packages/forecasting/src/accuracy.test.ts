import { expect, test } from 'vitest';
import { measureAccuracy, seasonalScale, smape } from './accuracy.ts';

test('every measure by hand', () => {
  expect(measureAccuracy([10, 0, 4], [8, 0, 7], 2)).toEqual({
    points: 3,
    mae: 5 / 3,
    rmse: Math.sqrt(13 / 3),
    bias: -1 / 3,
    smape: (400 / 18 + 0 + 600 / 11) / 3,
    mase: 5 / 6,
  });
});

test('without a scale MASE says nothing rather than infinity', () => {
  expect(seasonalScale([3, 3, 3, 3], 1)).toBe(0);
  expect(seasonalScale([3], 7)).toBe(0);
  expect(measureAccuracy([1], [2], 0).mase).toBeNull();
});

test('sMAPE of nothing forecast as nothing is 0, of something forecast as nothing 200', () => {
  expect(smape([0], [0])).toBe(0);
  expect(smape([5], [0])).toBe(200);
});

test('the scale looks one season back', () => {
  expect(seasonalScale([1, 10, 3, 14], 2)).toBe(3);
});
