// Clock measurements: the truth always lies within offset ± uncertainty, whatever the network and the person at the
// clock did.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agedUncertaintyMs, betterMeasure, measureAtCentre, measureForPush, measureOnDevice } from './clock-offset.ts';

const delay = fc.integer({ min: 0, max: 600_000 });
const offset = fc.integer({ min: -31_536_000_000, max: 31_536_000_000 });

describe('clock offsets', () => {
  it('C1 the true offset lies within the measurement, at the centre and on the device', () => {
    fc.assert(
      fc.property(offset, delay, delay, delay, (trueOffsetMs, thereMs, heldMs, backMs) => {
        // The centre speaks at 0; the device hears it, waits, sends; it arrives.
        const sentAtMs = thereMs + heldMs;
        const arrivalMs = sentAtMs + backMs;
        const atCentre = measureAtCentre(
          { sentAtMs: sentAtMs - trueOffsetMs, steadySinceMs: null, heard: { serverTimeMs: 0, agoMs: heldMs } },
          arrivalMs,
        );
        expect(Math.abs(atCentre.offsetMs - trueOffsetMs)).toBeLessThanOrEqual(atCentre.uncertaintyMs);
        // The device asks at 0; the centre answers on the way.
        const nowMs = thereMs + backMs;
        const onDevice = measureOnDevice(thereMs, nowMs - trueOffsetMs, nowMs);
        expect(Math.abs(onDevice.offsetMs - trueOffsetMs)).toBeLessThanOrEqual(onDevice.uncertaintyMs);
      }),
    );
  });

  it('C1 the sharper of two that agree stands; of two that can not both be true the fresh one', () => {
    const sharp = { offsetMs: 0, uncertaintyMs: 10, takenAtMs: 0 };
    const stalled = { offsetMs: 3_000, uncertaintyMs: 3_000, takenAtMs: 1_000 };
    const set = { offsetMs: 60_000, uncertaintyMs: 20, takenAtMs: 1_000 };
    expect(betterMeasure(null, sharp)).toBe(sharp);
    expect(betterMeasure(sharp, stalled)).toBe(sharp);
    expect(betterMeasure(stalled, sharp)).toBe(sharp);
    expect(betterMeasure(sharp, set)).toBe(set);
    // After three hours a poor quartz is off by more than a second: what was sharp no longer is.
    const later = { offsetMs: 500, uncertaintyMs: 600, takenAtMs: 10_800_000 };
    expect(betterMeasure(sharp, later)).toBe(later);
  });

  it('C1 C5 at the centre no measurement outlives the clock that it was taken of, however wide the next one is', () => {
    const sample = (sentAtMs: number, steadySinceMs: number | null, heardMs: number) => ({
      sentAtMs,
      steadySinceMs,
      heard: { serverTimeMs: heardMs, agoMs: 0 },
    });
    const sharp = measureForPush(null, sample(1_000, 0, 1_000), 1_020);
    // Then somebody sets the clock ahead by 5 s, and the next frame stalls for 20 s.
    const wide = [sample(7_000, 6_500, 2_000), 22_000] as const;
    expect(measureForPush(sharp, ...wide)).toEqual(measureAtCentre(...wide));
    // Undisturbed, or when nobody can tell, the sharper one stands.
    expect(measureForPush(sharp, sample(2_000, 0, 2_000), 22_000)).toBe(sharp);
    expect(measureForPush(sharp, sample(2_000, 1_000, 2_000), 22_000)).toBe(sharp);
    expect(measureForPush(sharp, sample(2_000, null, 2_000), 22_000)).toBe(sharp);
  });

  it('C1 a measurement grows less sure by drift while it is gone by', () => {
    expect(agedUncertaintyMs({ offsetMs: 0, uncertaintyMs: 10, takenAtMs: 5_000 }, 5_000)).toBe(10);
    expect(agedUncertaintyMs({ offsetMs: 0, uncertaintyMs: 10, takenAtMs: 5_000 }, 1_005_000)).toBe(110);
  });
});
