import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addChanges, changesPerMinute, noChanges, rateWindowMs, type ChangeRate } from './change-rate.ts';

test('the rate counts the last minute, forgets what is older and keeps at most one number per second', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5_000), fc.nat(9)), { maxLength: 200 }), (script) => {
      let rate: ChangeRate = noChanges;
      let nowMs = 1_000_000;
      const all: { atMs: number; count: number }[] = [];
      for (const [afterMs, count] of script) {
        nowMs += afterMs;
        rate = addChanges(rate, count, nowMs);
        all.push({ atMs: nowMs, count });
        expect(rate.length).toBeLessThanOrEqual(60);
      }
      const oldest = Math.floor((nowMs - rateWindowMs) / 1_000);
      const expected = all
        .filter((each) => Math.floor(each.atMs / 1_000) > oldest)
        .reduce((sum, each) => sum + each.count, 0);
      expect(changesPerMinute(rate, nowMs)).toBe(expected);
      expect(changesPerMinute(rate, nowMs + rateWindowMs + 1_000)).toBe(0);
    }),
  );
});
