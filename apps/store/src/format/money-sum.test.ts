import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineAmount, sumAmounts, unitPriceOf } from './money-sum.ts';

describe('amounts', () => {
  it('of pieces are price times quantity', () => {
    expect(lineAmount({ minorUnits: 260, scale: 2 }, 3, 0)).toEqual({ minorUnits: 780n, scale: 2 });
    expect(lineAmount({ minorUnits: 1, scale: 3 }, 80_995, 0)).toEqual({ minorUnits: 80_995n, scale: 3 });
  });

  it('of weighed goods are rounded half up, once, to the decimals of the shelf price', () => {
    const perGram = unitPriceOf({ minorUnits: 590, scale: 2 }, 3);
    expect(perGram).toEqual({ minorUnits: 590, scale: 5 });
    expect(lineAmount(perGram, 1_250, 3)).toEqual({ minorUnits: 738n, scale: 2 });
    expect(lineAmount(perGram, 1_000, 3)).toEqual({ minorUnits: 590n, scale: 2 });
  });

  it('add up over different scales without losing a digit', () => {
    expect(
      sumAmounts([
        { minorUnits: 1n, scale: 3 },
        { minorUnits: 5_245n, scale: 2 },
      ]),
    ).toEqual({ minorUnits: 52_451n, scale: 3 });
    expect(sumAmounts([])).toEqual({ minorUnits: 0n, scale: 0 });
  });

  it('add up in any order', () => {
    const amount = fc.record({
      minorUnits: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      scale: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 20 }), (amounts) => {
        expect(sumAmounts(amounts.toReversed())).toEqual(sumAmounts(amounts));
      }),
    );
  });
});
