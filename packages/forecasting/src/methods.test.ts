// What must hold for every method, whatever the series.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drift, historicMean, naive, seasonalNaive } from './benchmark-methods.ts';
import type { Fitted, Forecaster } from './forecaster.ts';
import { croston } from './intermittent/croston.ts';
import { tsb } from './intermittent/tsb.ts';
import type { Refusal } from './refusal.ts';
import {
  dampedHolt,
  dampedHoltWintersAdditive,
  dampedHoltWintersMultiplicative,
  holt,
  holtWintersAdditive,
  holtWintersMultiplicative,
  ses,
  smoothing,
} from './smoothing/forecasters.ts';
import { theta } from './theta.ts';

const PERIOD = 4;
const HORIZON = 6;

const METHODS: readonly Forecaster[] = [
  naive,
  seasonalNaive,
  historicMean,
  drift,
  ses,
  holt,
  dampedHolt,
  holtWintersAdditive,
  dampedHoltWintersAdditive,
  holtWintersMultiplicative,
  dampedHoltWintersMultiplicative,
  theta,
  croston(),
  croston({ variant: 'sba', alpha: 'optimised' }),
  croston({ variant: 'sbj', initial: 'mean' }),
  tsb(),
  tsb({ alpha: 'optimised', beta: 'optimised', initial: 'mean' }),
];

const anyValue = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(1e-12, -1e-12, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.MIN_VALUE),
);
const anySeries = fc.oneof(
  fc.array(anyValue, { maxLength: 40 }),
  fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 40 }),
);
const positiveSeries = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 12, maxLength: 40 });

function allFigures(fit: Fitted): number[] {
  const { step, total } = fit.uncertainty(HORIZON);
  return [
    ...fit.forecast(HORIZON),
    ...fit.fitted,
    ...fit.residuals,
    ...step,
    ...total,
    ...Object.values(fit.parameters),
  ];
}

/** What is wrong with a fit, or with the words of a refusal. */
function problems(fit: Fitted | Refusal, observations: number): string[] {
  if (!fit.ok) return fit.words === '' ? ['a refusal without words'] : [];
  const { step, total } = fit.uncertainty(HORIZON);
  return [
    ...(fit.forecast(HORIZON).length === HORIZON ? [] : ['not as many forecasts as asked']),
    ...(fit.fitted.length + fit.fittedFrom === observations ? [] : ['fitted and fittedFrom do not fill the series']),
    ...allFigures(fit).flatMap((figure) => (Number.isFinite(figure) ? [] : [`a figure is ${figure}`])),
    ...(Math.min(...step, ...total) >= 0 ? [] : ['a standard deviation below 0']),
  ];
}

describe.each(METHODS.map((method, index) => ({ name: `${method.name} (${index})`, method })))(
  '$name',
  ({ method }) => {
    test('gives finite figures of the right number, or refuses with words', () => {
      fc.assert(
        fc.property(anySeries, (series) => {
          expect(problems(method.fit(series, { period: PERIOD }), series.length)).toEqual([]);
        }),
        { numRuns: 100 },
      );
    });

    test('refuses what is no number', () => {
      for (const wrong of [Number.NaN, Infinity, -Infinity]) {
        expect(method.fit([1, 2, 3, 4, 5, 6, 7, 8, wrong], { period: PERIOD })).toMatchObject({ reason: 'bad-input' });
      }
    });

    test('forecasts a constant series as that constant, without doubt', () => {
      const constant = Array.from({ length: 24 }, () => 7);
      const fit = method.fit(constant, { period: PERIOD });
      if (!fit.ok) throw new Error(fit.words);
      // SBA and SBJ take a share off by design, which their residuals then show.
      const corrected = fit.method === 'sba' || fit.method === 'sbj';
      for (const value of fit.forecast(HORIZON)) {
        expect(value).toBeGreaterThan(corrected ? 7 * 0.8 : 7 - 1e-4);
        expect(value).toBeLessThan(7 + 1e-4);
      }
      expect(Math.max(...fit.uncertainty(HORIZON).step)).toBeLessThan(corrected ? 7 * 0.3 : 1e-3);
    });

    test('knows no unit: twice the series, twice the forecast', () => {
      fc.assert(
        fc.property(positiveSeries, fc.constantFrom(2, 0.25, 1024), (series, factor) => {
          const scaled = series.map((figure) => figure * factor);
          const one = method.fit(series, { period: PERIOD });
          const other = method.fit(scaled, { period: PERIOD });
          expect(other.ok).toBe(one.ok);
          if (!one.ok || !other.ok) return;
          const expected = one.forecast(HORIZON);
          const size = Math.max(...scaled);
          const away = other.forecast(HORIZON).map((value, step) => value - factor * (expected[step] ?? Number.NaN));
          expect(Math.max(...away.map(Math.abs)) / size).toBeLessThan(1e-9);
        }),
        { numRuns: 40 },
      );
    });

    test('never looks at anything but the series: the same twice', () => {
      const series = [5, 9, 2, 7, 6, 11, 3, 8, 7, 12, 4, 9, 9, 14, 5];
      const figures = () => {
        const fit = method.fit(series, { period: PERIOD });
        return fit.ok ? allFigures(fit) : fit;
      };
      expect(figures()).toEqual(figures());
    });

    test('throws for a horizon that is none', () => {
      const fit = method.fit([5, 9, 2, 7, 6, 11, 3, 8, 7, 12], { period: PERIOD });
      if (!fit.ok) throw new Error(fit.words);
      for (const wrong of [0, -1, 1.5, Number.NaN, 1_001]) expect(() => fit.forecast(wrong)).toThrow(RangeError);
    });
  },
);

const LEVEL = { error: 'additive', trend: 'none', damped: false, season: 'none' } as const;

test.each([naive, seasonalNaive, historicMean, drift])('$name moves with the level of the series', (method) => {
  fc.assert(
    fc.property(positiveSeries, fc.integer({ min: -500, max: 500 }), (series, shift) => {
      const one = method.fit(series, { period: PERIOD });
      const other = method.fit(
        series.map((value) => value + shift),
        { period: PERIOD },
      );
      if (!one.ok || !other.ok) throw new Error('refused');
      for (const [index, value] of other.forecast(HORIZON).entries()) {
        expect(value).toBeCloseTo((one.forecast(HORIZON)[index] ?? 0) + shift, 6);
      }
    }),
  );
});

test('a straight line goes on under Holt, and a pure season under Holt-Winters', () => {
  const line = holt.fit(
    Array.from({ length: 20 }, (_, index) => 3 + 2 * index),
    { period: 1 },
  );
  if (!line.ok) throw new Error(line.words);
  for (const [step, value] of line.forecast(3).entries()) expect(value).toBeCloseTo(43 + 2 * step, 2);
  const season = Array.from({ length: 24 }, (_, index) => [10, 20, 30, 40][index % 4] ?? 0);
  for (const method of [holtWintersAdditive, holtWintersMultiplicative]) {
    const fit = method.fit(season, { period: 4 });
    if (!fit.ok) throw new Error(fit.words);
    for (const [step, value] of fit.forecast(4).entries()) expect(value).toBeCloseTo(10 * (step + 1), 1);
  }
});

test('the uncertainty of SES is 1 + (h − 1)α² times that of a step', () => {
  const fit = smoothing(LEVEL, { fixed: { alpha: 0.5 } }).fit([3, 5, 4, 8, 6, 9, 4, 7], { period: 1 });
  if (!fit.ok) throw new Error(fit.words);
  const { step, total } = fit.uncertainty(3);
  const sigma = fit.parameters['sigma'] ?? 0;
  expect(step[2]).toBeCloseTo(sigma * Math.sqrt(1 + 2 * 0.25), 12);
  // Of the sum of three: errors weigh 2, 1.5 and 1.
  expect(total[2]).toBeCloseTo(sigma * Math.sqrt(4 + 2.25 + 1), 12);
});

test('multiplicative models refuse a series that is not above 0', () => {
  expect(holtWintersMultiplicative.fit([1, 2, 0, 4, 1, 2, 3, 4, 1, 2], { period: 4 })).toMatchObject({
    reason: 'unsuitable',
  });
});

test('TSB lets a rate sink that Croston keeps', () => {
  const sold = [2, 0, 3, 0, 2, 0, 2];
  const ended = [...sold, ...Array.from({ length: 30 }, () => 0)];
  const rate = (method: Forecaster, series: readonly number[]) => {
    const fit = method.fit(series, { period: 1 });
    return fit.ok ? (fit.forecast(1)[0] ?? 0) : Number.NaN;
  };
  expect(rate(croston(), ended)).toBe(rate(croston(), sold));
  expect(rate(tsb(), ended)).toBeLessThan(0.1 * rate(tsb(), sold));
});

test('Holt by hand: the slope follows with its own weight', () => {
  const fixed = { alpha: 0.5, betaShare: 0.2, state: { level: 10, slope: 1, season: [] } };
  const fit = smoothing({ ...LEVEL, trend: 'additive' }, { fixed }).fit([13, 12, 15, 14], { period: 1 });
  if (!fit.ok) throw new Error(fit.words);
  // Errors 2, −1.2, 1.32, −1.552; level moves by half of each, slope by a tenth.
  const expected = [11, 13.2, 13.68, 15.552];
  for (const [index, value] of fit.fitted.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 12);
});

test('TSB by hand: the size has its own weight, the chance another', () => {
  const fit = tsb({ alpha: 0.5, beta: 0.1 }).fit([4, 0, 8], { period: 1 });
  if (!fit.ok) throw new Error(fit.words);
  // Chance 1 → 0.9 → 0.91; size 4 → 6.
  expect(fit.forecast(1)[0]).toBeCloseTo(0.91 * 6, 12);
});
