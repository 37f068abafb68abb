import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareStamped,
  HYBRID_TIME_MAX,
  hybridTimeFromMs,
  msFromHybridTime,
  nextHybridTime,
  STAMPS_PER_MS,
  UNIX_MS_MAX,
} from './hybrid-time.ts';

const MONDAY_MS = Date.UTC(2026, 2, 2, 9);
const DAY_MS = 24 * 3_600_000;

describe('hybrid time', () => {
  it('X22 follows a step back of more than five minutes: one excursion does not push every later stamp ahead', () => {
    const before = nextHybridTime(null, MONDAY_MS);
    const excursion = nextHybridTime(before, MONDAY_MS + 3 * DAY_MS);
    const after = nextHybridTime(excursion, MONDAY_MS + 60_000);
    expect(msFromHybridTime(after)).toBe(MONDAY_MS + 60_000);
    expect(msFromHybridTime(nextHybridTime(after, MONDAY_MS + 61_000))).toBe(MONDAY_MS + 61_000);
  });

  it('X22 never falls behind its last stamp by a step back of up to five minutes', () => {
    const last = nextHybridTime(null, MONDAY_MS);
    expect(nextHybridTime(last, MONDAY_MS - 5 * 60_000)).toBe(last + 1);
    expect(nextHybridTime(last, MONDAY_MS - 5 * 60_000 - 1)).toBe(hybridTimeFromMs(MONDAY_MS - 5 * 60_000 - 1));
  });

  it('X23 stamps data of 2010 by arithmetic: a shift would give 50331648', () => {
    const christmas1976 = 217_382_400_000;
    expect(hybridTimeFromMs(christmas1976)).toBe(445_199_155_200_000);
    const in2010 = Date.UTC(2010, 11, 1, 8, 26);
    expect(new Date(msFromHybridTime(hybridTimeFromMs(in2010))).toISOString()).toBe('2010-12-01T08:26:00.000Z');
    expect(hybridTimeFromMs(in2010)).toBeLessThan(hybridTimeFromMs(MONDAY_MS));
  });

  it('X24 stamps 50,000 events of one coarse clock tick in order: the counter carries into the next milliseconds', () => {
    const stamps: number[] = [];
    let last: number | null = null;
    for (let count = 0; count < 50_000; count += 1) stamps.push((last = nextHybridTime(last, MONDAY_MS)));
    expect(stamps[0]).toBe(hybridTimeFromMs(MONDAY_MS));
    expect(new Set(stamps).size).toBe(50_000);
    expect(stamps.every((stamp, index) => index === 0 || stamp > (stamps[index - 1] ?? Infinity))).toBe(true);
    expect(msFromHybridTime(stamps.at(-1) ?? 0) - MONDAY_MS).toBe(Math.floor(49_999 / STAMPS_PER_MS));
  });

  it('holds every millisecond from 1970 into 2109 as a safe integer, and nothing else', () => {
    expect(new Date(UNIX_MS_MAX).getUTCFullYear()).toBe(2109);
    expect(hybridTimeFromMs(UNIX_MS_MAX)).toBeLessThanOrEqual(HYBRID_TIME_MAX);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: UNIX_MS_MAX }),
        fc.integer({ min: 0, max: STAMPS_PER_MS - 1 }),
        (ms, counter) => {
          const stamp = hybridTimeFromMs(ms) + counter;
          expect(Number.isSafeInteger(stamp)).toBe(true);
          expect(msFromHybridTime(stamp)).toBe(ms);
        },
      ),
    );
    for (const wrong of [-1, 0.5, UNIX_MS_MAX + 1, Number.NaN, Infinity])
      expect(() => hybridTimeFromMs(wrong)).toThrow(RangeError);
  });

  it('gives each device rising stamps, whatever small steps its clock makes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -300_000, max: 300_000 }), { maxLength: 50 }), (steps) => {
        let now = MONDAY_MS;
        let last: number | null = null;
        for (const step of steps) {
          // Small against what the stamps already are, not only against the clock before.
          now = Math.max(now + step, last === null ? 0 : msFromHybridTime(last) - 300_000);
          const stamp = nextHybridTime(last, now);
          expect(stamp).toBeGreaterThan(last ?? -1);
          expect(stamp).toBeGreaterThanOrEqual(hybridTimeFromMs(now));
          last = stamp;
        }
      }),
    );
  });

  it('orders by time, then by id', () => {
    const stamped = [
      { time: 2, id: 'a' },
      { time: 1, id: 'b' },
      { time: 1, id: 'a' },
    ];
    expect([...stamped].sort(compareStamped)).toEqual([stamped[2], stamped[1], stamped[0]]);
    expect(compareStamped({ time: 1, id: 'a' }, { time: 1, id: 'a' })).toBe(0);
  });
});
