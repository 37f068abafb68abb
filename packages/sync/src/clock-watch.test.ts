// The watch on a device's clock: a set clock is noticed, drift and time are not taken for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubtUpTo, watchClock, type ClockWatch } from './clock-watch.ts';
import { CLOCK_SET_TOLERANCE_MS } from './limits.ts';

const BEGIN_MS = 1_700_000_000_000;

describe('the clock watch', () => {
  it('C5 a clock that nobody sets is steady since watching began, however long and with whatever drift of a poor quartz', () => {
    const parts = fc.double({ min: -100e-6, max: 100e-6, noNaN: true });
    const lengths = fc.array(fc.integer({ min: 1, max: 30_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(parts, lengths, (drift, steps) => {
        let watch: ClockWatch = watchClock(null, BEGIN_MS, 0);
        let monotonicMs = 0;
        for (const step of steps) {
          monotonicMs += step;
          watch = watchClock(watch, Math.floor(BEGIN_MS + monotonicMs * (1 + drift)), monotonicMs);
        }
        expect(watch.sinceMs).toBe(BEGIN_MS);
      }),
    );
  });

  it('C5 a clock that is set is steady since then; set back, only beyond what it showed before', () => {
    for (const step of [-86_400_000, -CLOCK_SET_TOLERANCE_MS - 10, CLOCK_SET_TOLERANCE_MS + 10, 86_400_000]) {
      const before = watchClock(watchClock(null, BEGIN_MS, 0), BEGIN_MS + 1_000, 1_000);
      const set = watchClock(before, BEGIN_MS + 2_000 + step, 2_000);
      expect(set.sinceMs).toBe(BEGIN_MS + 2_000 + Math.max(0, step));
      expect(watchClock(set, BEGIN_MS + 3_000 + step, 3_000).sinceMs).toBe(set.sinceMs);
    }
  });

  it('C5 a clock that is set in small steps is noticed all the same', () => {
    let watch = watchClock(null, BEGIN_MS, 0);
    for (let step = 1; step <= 4; step += 1)
      watch = watchClock(watch, BEGIN_MS + step * 1_000 + step * 900, step * 1_000);
    expect(watch.sinceMs).toBeGreaterThan(BEGIN_MS);
  });

  it('C5 what an earlier setting made doubtful stays so when the clock is set once more', () => {
    const back = watchClock(watchClock(null, BEGIN_MS, 0), BEGIN_MS - 3_600_000, 1_000);
    expect(back.sinceMs).toBe(BEGIN_MS + 1_000);
    expect(watchClock(back, BEGIN_MS - 1_800_000, 2_000).sinceMs).toBe(BEGIN_MS + 1_000);
  });

  it('C5 stamps of before the watch are not vouched for, even when they show a later time', () => {
    const watch = watchClock(null, BEGIN_MS, 0);
    expect(doubtUpTo(watch, BEGIN_MS + 5_000).sinceMs).toBe(BEGIN_MS + 5_001);
    expect(doubtUpTo(watch, BEGIN_MS - 5_000).sinceMs).toBe(BEGIN_MS);
    expect(doubtUpTo(watch, null).sinceMs).toBe(BEGIN_MS);
  });
});
