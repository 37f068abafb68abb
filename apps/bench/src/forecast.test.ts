// Our methods against published figures, R and the competition, on the real samples; left out by name where they are absent.
import { describe, expect, test } from 'vitest';
import { checkAverages, competitionErrors, completeSpareParts, holdOutErrors } from './forecast-contests.ts';
import { forecastSamples, readColumns, readCompetition, readGolden, type Golden } from './forecast-data.ts';
import { checkDerived, checkPublished } from './forecast-golden.ts';
import { checkReference } from './forecast-reference.ts';

const folder = forecastSamples();
if (folder === null) {
  process.stdout.write('Left out, its sample data is absent (STREAMSTOCK_SAMPLES): tests on forecast/golden.json\n');
}

const golden = folder === null ? null : readGolden(folder);
const published = golden === null ? { checks: [], leftOut: [] } : checkPublished(golden);
const reference = golden === null ? [] : checkReference(golden);

describe.runIf(folder !== null)('on the real samples', { timeout: 60_000 }, () => {
  const averages: Golden['derived_accuracy'] = golden?.derived_accuracy ?? {};
  const naive: Readonly<Record<string, unknown>> = golden?.published_seasonal_naive_mase ?? {};

  describe('golden figures', () => {
    test.each(published.checks)('published: $name', (check) => {
      expect(check).toMatchObject({ ok: true });
    });

    test('all published models are asked of us but the one whose data nobody has', () => {
      expect(published.leftOut).toEqual(['M5 8 series FOODS_1_001_*, h=28, MAE']);
    });

    test('derived: every figure of the intermittent methods', () => {
      const checks = golden === null ? [] : checkDerived(golden);
      expect(checks).toHaveLength(88);
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    });
  });

  describe("R's forecast::ets", () => {
    test('has 19 models here', () => {
      expect(reference).toHaveLength(19);
    });
    test.each(reference)('$name: likelihood and forecasts reproduced, own optimum no worse', (check) => {
      expect(check).toMatchObject({ ok: true });
    });
  });

  test('M3: the automatic choice stays within 3 % of Theta and beats SINGLE and NAIVE2', () => {
    const errors = competitionErrors(readCompetition(folder ?? ''));
    const { auto = Infinity, THETA = 0, SINGLE = 0, NAIVE2 = 0 } = errors;
    expect(auto).toBeLessThanOrEqual(1.03 * THETA);
    expect(auto).toBeLessThan(SINGLE);
    expect(auto).toBeLessThan(NAIVE2);
  });

  test('spare parts: MASE, MAE, RMSE and bias of every method as derived, and the published seasonal naive', () => {
    const rows = holdOutErrors(completeSpareParts(readColumns(folder ?? '', 'carparts.csv.gz')), 12);
    const checks = checkAverages('spare parts', rows, averages['carparts_complete_series_h12_m12'] ?? {});
    expect(checks).toHaveLength(36);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const theirs = naive['monash_car_parts (h=12,m=12)'];
    expect(rows['seasonal_naive']?.MASE).toBeCloseTo(Number(theirs), 12);
    expect(rows['auto']?.MASE).toBeLessThan(rows['seasonal_naive']?.MASE ?? 0);
    expect(rows['auto']?.RMSE).toBeLessThan(rows['seasonal_naive']?.RMSE ?? 0);
  });
});
