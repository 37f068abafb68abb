import { expect, test } from 'vitest';
import { timeLeftText } from './time-left.ts';

test.each([
  [600_000, '10:00'],
  [581_000, '9:41'],
  [580_001, '9:41'],
  [1, '0:01'],
  [0, '0:00'],
  [-5, '0:00'],
])('%i ms are %s', (leftMs, text) => {
  expect(timeLeftText(leftMs)).toBe(text);
});
