import { describe, expect, it } from 'vitest';
import { DeviceClock } from './device-clock.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 9);
const HOUR_MS = 3_600_000;

/** A device whose two clocks the test moves. */
function device() {
  const time = { wallMs: NOW_MS, monotonicMs: 5_000 };
  const clock = new DeviceClock(
    () => time.wallMs,
    () => time.monotonicMs,
  );
  const pass = (ms: number) => {
    time.wallMs += ms;
    time.monotonicMs += ms;
  };
  const measure = (offsetMs: number, uncertaintyMs: number) =>
    clock.measured({ offsetMs, uncertaintyMs, measuredAtMs: time.wallMs });
  return { time, clock, pass, measure };
}

describe('the device’s clock', () => {
  it('before any measurement is unbounded', () => {
    expect(device().clock.read()).toEqual({ nowMs: NOW_MS, uncertaintyMs: null });
  });

  it('is off by at most the measured offset and half the round trip', () => {
    const { clock, measure } = device();
    measure(-700, 12);
    expect(clock.read()).toEqual({ nowMs: NOW_MS, uncertaintyMs: 712 });
  });

  it('drifts', () => {
    const { clock, measure, pass } = device();
    measure(0, 10);
    pass(10 * HOUR_MS);
    expect(clock.read().uncertaintyMs).toBe(10 + 3_600);
  });

  it('X20 a step, forwards or back, is in the bound until the next measurement', () => {
    const { clock, measure, pass, time } = device();
    measure(0, 10);
    pass(1_000);
    time.wallMs += 3 * 24 * HOUR_MS;
    expect(clock.read().uncertaintyMs).toBeGreaterThanOrEqual(3 * 24 * HOUR_MS);
    time.wallMs -= 4 * 24 * HOUR_MS;
    expect(clock.read().uncertaintyMs).toBeGreaterThanOrEqual(24 * HOUR_MS);
    measure(24 * HOUR_MS, 10);
    expect(clock.read().uncertaintyMs).toBe(24 * HOUR_MS + 10);
  });

  const KEPT = { offsetMs: -100, uncertaintyMs: 10, measuredAtMs: NOW_MS - HOUR_MS };

  it('of time that nobody watched vouches for nothing: it may be a step', () => {
    const { clock, measure } = device();
    clock.resumed(KEPT, null);
    expect(clock.read().uncertaintyMs).toBe(110 + HOUR_MS);
    expect(clock.measurement).toEqual(KEPT);
    measure(300, 10);
    expect(clock.read().uncertaintyMs).toBe(310);
  });

  it('keeps what it knows as of the last moment that was watched', () => {
    const { clock, measure, pass, time } = device();
    expect(clock.asOfNow()).toBeNull();
    measure(-700, 12);
    pass(10 * HOUR_MS);
    time.wallMs += 500;
    expect(clock.asOfNow()).toEqual({
      offsetMs: -700,
      uncertaintyMs: 12 + 3_600 + 500,
      measuredAtMs: NOW_MS + 10 * HOUR_MS + 500,
    });
  });

  it.each([
    ['than when it was last watched', { ...KEPT, measuredAtMs: NOW_MS + 1 }, null],
    ['than its last stamp', KEPT, NOW_MS + 1],
  ])('that shows less %s was set back, nobody knows how far', (_title, kept, lastStampMs) => {
    const { clock, measure } = device();
    clock.resumed(kept, lastStampMs);
    expect(clock.read().uncertaintyMs).toBeNull();
    measure(0, 10);
    expect(clock.read().uncertaintyMs).toBe(10);
  });

  it('does not go by what another tab measured before it was set back', () => {
    const { clock, measure } = device();
    measure(0, 10);
    clock.measured({ offsetMs: 5, uncertaintyMs: 10, measuredAtMs: NOW_MS + HOUR_MS });
    expect(clock.read().uncertaintyMs).toBeNull();
  });

  it('hears the same measurement again without forgetting what happened since', () => {
    const { clock, time, pass } = device();
    const measurement = { offsetMs: 0, uncertaintyMs: 10, measuredAtMs: NOW_MS };
    clock.measured(measurement);
    time.wallMs += HOUR_MS;
    pass(0);
    clock.measured(measurement);
    expect(clock.read().uncertaintyMs).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('tells a cautious time, by which a clock that was set ahead makes nothing old', () => {
    const { clock, time, measure, pass } = device();
    expect(clock.cautiousNowMs()).toBe(NOW_MS);
    measure(0, 10);
    time.wallMs += 40 * 24 * HOUR_MS;
    pass(HOUR_MS);
    expect(clock.cautiousNowMs()).toBe(NOW_MS + HOUR_MS);
    measure(-40 * 24 * HOUR_MS, 10);
    expect(clock.cautiousNowMs()).toBe(NOW_MS + HOUR_MS);
    // Behind the centre it stamps early, too: what it stamped is no older than it says.
    pass(HOUR_MS);
    measure(40 * 24 * HOUR_MS, 10);
    expect(clock.cautiousNowMs()).toBe(time.wallMs);
  });

  it('is read in whole milliseconds', () => {
    const { clock, time } = device();
    time.wallMs += 0.7;
    expect(clock.read().nowMs).toBe(NOW_MS);
  });
});
