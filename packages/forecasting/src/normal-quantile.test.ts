import { expect, test } from 'vitest';
import { normalQuantile } from './normal-quantile.ts';

// Printed tables (Wichura 1988 gives the first two with the algorithm).
const TABLE: readonly (readonly [share: number, z: number])[] = [
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167814],
  [1e-20, -9.2623400897984],
  [0.8, 0.8416212335729143],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [0.5, 0],
];

test.each(TABLE)('the quantile of %s is %s', (share, z) => {
  expect(normalQuantile(share)).toBeCloseTo(z, 12);
});

test('the ends are infinite, and what is no share is refused', () => {
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
  for (const wrong of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(wrong)).toThrow(RangeError);
});
