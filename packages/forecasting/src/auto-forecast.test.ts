import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autoForecast, historyNeeded, type AutoForecast, type AutoForecastOptions } from './auto-forecast.ts';
import { backtest, planOrigins } from './backtest.ts';
import { seasonalNaive } from './benchmark-methods.ts';
import { classifyDemand } from './demand-class.ts';
import { fillGaps } from './fill-gaps.ts';
import type { Forecaster } from './forecaster.ts';
import { sumOverHorizon } from './lead-time.ts';

const WEEK = 7;

/** Sales of a shop: busier at weekends, a little noise that is always the same. */
function weeks(count: number): number[] {
  return Array.from(
    { length: count * WEEK },
    (_, day) => ([12, 10, 11, 13, 18, 30, 25][day % WEEK] ?? 0) + ((day * 7919) % 5),
  );
}

function forecast(series: readonly number[], options: Partial<AutoForecastOptions> = {}): AutoForecast {
  const answer = autoForecast(series, { period: WEEK, horizon: 14, ...options });
  if (!answer.ok) throw new Error(answer.words);
  return answer;
}

describe('the answer', () => {
  test('follows the week, with intervals around it and the errors of its test beside', () => {
    const answer = forecast(weeks(12));
    expect(answer.forecast).toHaveLength(14);
    const [monday = 0, , , , , saturday = 0] = answer.forecast;
    expect(saturday / monday).toBeGreaterThan(1.7);
    expect(answer.intervals.map(({ level }) => level)).toEqual([0.8, 0.95]);
    const [narrow, wide] = answer.intervals;
    for (const [step, value] of answer.forecast.entries()) {
      expect(wide?.lower[step]).toBeLessThanOrEqual(narrow?.lower[step] ?? 0);
      expect(narrow?.lower[step]).toBeLessThanOrEqual(value);
      expect(narrow?.upper[step]).toBeGreaterThanOrEqual(value);
      expect(wide?.upper[step]).toBeGreaterThanOrEqual(narrow?.upper[step] ?? 0);
    }
    expect(answer.accuracy?.points).toBeGreaterThan(0);
    expect(answer.words).toContain(answer.method);
  });

  test('keeps repeating last week where nothing does better', () => {
    const random = Array.from({ length: 60 }, (_, day) => 100 * Math.floor(day / 15) + ((day * day * 31) % 7));
    const answer = forecast(random, { period: 1 });
    expect(answer.accuracy?.mae).toBeLessThan(1.2 * (answer.naiveAccuracy?.mae ?? 0));
  });

  test('sees seldom demand and forecasts a rate', () => {
    const series = Array.from({ length: 60 }, (_, day) => (day % 5 === 0 ? 2 : 0));
    const answer = forecast(series);
    expect(answer.pattern.class).toBe('intermittent');
    const total = answer.forecast.reduce((sum, value) => sum + value, 0);
    expect(total / answer.forecast.length).toBeGreaterThan(0.2);
    expect(total / answer.forecast.length).toBeLessThan(0.8);
  });

  test('forecasts 0 for what was never sold', () => {
    expect(forecast(Array.from({ length: 40 }, () => 0)).forecast.every((value) => value === 0)).toBe(true);
  });

  test('is finite and not below 0 for every demand, and at least as wide as nothing', () => {
    const demand = fc.array(
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
      {
        minLength: 28,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(demand, fc.constantFrom(1, 7), (series, period) => {
        const answer = forecast(series, { period });
        const { step, total } = answer.uncertainty;
        const intervals = answer.intervals.flatMap(({ lower, upper }) => [...lower, ...upper]);
        for (const value of [...answer.forecast, ...intervals, ...step, ...total]) {
          expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('knows no unit: pieces or dozens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 28, maxLength: 60 }), (series) => {
        const one = forecast(series);
        const other = forecast(series.map((value) => value * 8));
        expect(other.method).toBe(one.method);
        for (const [step, value] of other.forecast.entries()) expect(value / 8).toBeCloseTo(one.forecast[step] ?? 0, 6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('too little history', () => {
  test('is said with figures, never guessed', () => {
    expect(autoForecast(weeks(2).slice(0, 9), { period: WEEK, horizon: 7 })).toEqual({
      ok: false,
      reason: 'too-little-history',
      have: 9,
      need: 28,
      words: 'Too little history to forecast: 9 periods, 28 needed.',
    });
    expect(autoForecast([], { period: 1, horizon: 1 })).toMatchObject({
      reason: 'too-little-history',
      have: 0,
      need: 8,
    });
  });

  test('counts usable periods only', () => {
    const series = weeks(4);
    const usable = series.map((_, day) => day !== 3);
    expect(autoForecast(series, { period: WEEK, horizon: 7, usable })).toMatchObject({ have: 27, need: 28 });
  });

  test.each([
    [1, 8],
    [7, 28],
    [12, 28],
    [52, 104],
    [366, 732],
  ])('a period of %i wants %i observations', (period, need) => {
    expect(historyNeeded(period)).toBe(need);
  });
});

describe('unusable periods', () => {
  test('say nothing: whatever stands there, the forecast is the same, and it is not dragged to 0', () => {
    const series = weeks(12);
    const soldOut = series.map((value, day) => (day % 9 === 4 || day > 80 ? 0 : value));
    const usable = series.map((_, day) => !(day % 9 === 4 || day > 80));
    const cleaned = forecast(soldOut, { usable });
    const garbage = soldOut.map((value, day) => (usable[day] === true ? value : Number.NaN));
    expect(forecast(garbage, { usable })).toEqual(cleaned);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(cleaned.forecast)).toBeGreaterThan(0.9 * mean(series));
    expect(mean(forecast(soldOut).forecast)).toBeLessThan(0.8 * mean(series));
  });

  test('are filled from the same place of the season', () => {
    const usable = [true, true, true, false, true, true, true, true, true];
    expect(fillGaps([1, 5, 9, 0, 7, 9, 3, 6, 9], usable, 3)).toEqual([1, 5, 9, 2, 7, 9, 3, 6, 9]);
    expect(fillGaps([1, 2], [false, false], 1)).toEqual([0, 0]);
  });
});

describe('garbage', () => {
  const good = weeks(6);
  test.each<[string, readonly number[], Partial<AutoForecastOptions>]>([
    ['NaN', [...good, Number.NaN], {}],
    ['infinity', [...good, Infinity], {}],
    ['beyond 2⁵³', [...good, 2 ** 53], {}],
    ['100,001 observations', Array.from({ length: 100_001 }, () => 1), {}],
    ['a negative horizon', good, { horizon: -1 }],
    ['a horizon of 1,001', good, { horizon: 1_001 }],
    ['half a period', good, { period: 3.5 }],
    ['a period of 0', good, { period: 0 }],
    ['a period of 367', good, { period: 367 }],
    ['a level of 95', good, { levels: [95] }],
    ['11 levels', good, { levels: Array.from({ length: 11 }, () => 0.5) }],
    ['marks of another length', good, { usable: [true] }],
  ])('%s is refused with words', (_name, series, options) => {
    const answer = autoForecast(series, { period: WEEK, horizon: 7, ...options });
    expect(answer).toMatchObject({ ok: false, reason: 'bad-input' });
  });

  test('anything at all is answered or refused, never thrown', () => {
    const anything = fc.array(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, 5e-324, -0, 9e15)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        anything,
        fc.oneof(fc.integer({ min: -2, max: 400 }), fc.double()),
        fc.oneof(fc.integer({ min: -2, max: 30 }), fc.double()),
        (series, period, horizon) => {
          const answer = autoForecast(series, { period, horizon });
          expect(answer.words).not.toBe('');
          expect(answer.ok ? answer.forecast.every(Number.isFinite) : true).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the backtest', () => {
  test('shows a method only what was known at each origin', () => {
    const seen: number[] = [];
    const watching: Forecaster = {
      name: 'watching',
      fit(series, options) {
        seen.push(series.length);
        return seasonalNaive.fit(series, options);
      },
    };
    const result = backtest(watching, weeks(4), { period: WEEK, horizon: 7, origins: planOrigins(28, 7, 3, 7, 7) });
    expect(seen).toEqual([7, 14, 21]);
    expect(result).toMatchObject({ ok: true, accuracy: { points: 21 } });
  });

  test('refuses an origin that leaves nothing to compare', () => {
    const plan = { period: 1, horizon: 1 };
    expect(backtest(seasonalNaive, [1, 2, 3], { ...plan, origins: [3] })).toMatchObject({ reason: 'bad-input' });
    expect(backtest(seasonalNaive, [1, 2, 3], { ...plan, origins: [] })).toMatchObject({
      reason: 'too-little-history',
    });
  });
});

describe('demand', () => {
  test.each([
    [[5, 6, 5, 6, 5], 'smooth'],
    [[1, 20, 1, 2, 30], 'erratic'],
    [[0, 0, 5, 0, 6, 0, 0, 5], 'intermittent'],
    [[0, 0, 1, 0, 40, 0, 0, 2], 'lumpy'],
    [[0, 0, 0], 'none'],
  ])('%j is %s', (series, kind) => {
    expect(classifyDemand(series).class).toBe(kind);
  });

  test('over a lead time adds up, with more doubt than independent days would have', () => {
    const answer = forecast(weeks(8));
    const three = sumOverHorizon(answer, 3);
    const [a = 0, b = 0, c = 0] = answer.forecast;
    expect(three.mean).toBeCloseTo(a + b + c, 12);
    const [one = 0, two = 0, last = 0] = answer.uncertainty.step;
    expect(three.standardDeviation).toBeGreaterThanOrEqual(Math.hypot(one, two, last) - 1e-9);
    expect(sumOverHorizon(answer, 0)).toEqual({ mean: 0, standardDeviation: 0 });
    for (const wrong of [-1, 1.5, 15]) expect(() => sumOverHorizon(answer, wrong)).toThrow(RangeError);
  });
});
