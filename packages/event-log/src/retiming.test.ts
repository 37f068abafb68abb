import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from './event.ts';
import { hybridTimeFromMs, msFromHybridTime, STAMPS_PER_MS } from './hybrid-time.ts';
import { UNCERTAINTY_UNBOUNDED_MS } from './limits.ts';
import { retime, type Arrival } from './retiming.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY_MS = Date.UTC(2026, 2, 2);

function eventAt(deviceTimeMs: number, changes: Partial<Event> = {}): Event {
  const recordedAt = hybridTimeFromMs(deviceTimeMs);
  return {
    id: '019cad8f-afe8-7736-976b-b4d801f8b9ee',
    type: 'StockSold',
    schemaVersion: 1,
    store: 'porto',
    audience: [],
    occurredAt: recordedAt,
    recordedAt,
    deviceTimeMs,
    clockUncertaintyMs: 50,
    actor: 'clerk-1',
    payload: {},
    ...changes,
  };
}

function arrivalAt(arrivalMs: number, clockOffsetMs = 0): Arrival {
  return { arrivalMs, clockOffsetMs, measureUncertaintyMs: 20.4, steadySinceMs: 0 };
}

const effectiveMs = (ruling: ReturnType<typeof retime>) =>
  ruling === undefined ? null : msFromHybridTime(ruling.payload.effectiveAt);

describe('re-timing', () => {
  it('leaves an event alone whose clock was right, however late it arrives', () => {
    const sale = eventAt(MONDAY_MS);
    for (const lateMs of [0, DAY_MS, 30 * DAY_MS])
      expect(retime(sale, arrivalAt(MONDAY_MS + lateMs, 4_000), null)).toBeUndefined();
  });

  it('X20 moves what a clock three days fast stamped back to when it happened', () => {
    const soldMs = MONDAY_MS + 9 * HOUR_MS;
    const arrival = arrivalAt(MONDAY_MS + DAY_MS + 9 * HOUR_MS, -3 * DAY_MS);
    const ruling = retime(eventAt(soldMs + 3 * DAY_MS), arrival, null);
    expect(effectiveMs(ruling)).toBe(soldMs);
    const driftMs = DAY_MS / 10_000;
    expect(ruling?.payload).toMatchObject({
      target: '019cad8f-afe8-7736-976b-b4d801f8b9ee',
      uncertaintyMs: 21 + driftMs,
    });
  });

  it('X21 moves what a clock two hours slow stamped forward', () => {
    const soldMs = MONDAY_MS + 12 * HOUR_MS;
    expect(effectiveMs(retime(eventAt(soldMs - 2 * HOUR_MS), arrivalAt(soldMs + DAY_MS, 2 * HOUR_MS), null))).toBe(
      soldMs,
    );
  });

  it('tolerates five minutes either way', () => {
    const fiveMinutesMs = 5 * 60_000;
    for (const offset of [fiveMinutesMs, -fiveMinutesMs]) {
      expect(retime(eventAt(MONDAY_MS), arrivalAt(MONDAY_MS + DAY_MS, offset), null)).toBeUndefined();
      expect(retime(eventAt(MONDAY_MS), arrivalAt(MONDAY_MS + DAY_MS, offset + Math.sign(offset)), null)).toBeDefined();
    }
    expect(retime(eventAt(MONDAY_MS + fiveMinutesMs), arrivalAt(MONDAY_MS), null)).toBeUndefined();
    expect(effectiveMs(retime(eventAt(MONDAY_MS + fiveMinutesMs + 1), arrivalAt(MONDAY_MS), null))).toBe(MONDAY_MS);
  });

  it('caps at the arrival what an excursion into the future stamped and a right clock sends', () => {
    expect(effectiveMs(retime(eventAt(MONDAY_MS + 3 * DAY_MS), arrivalAt(MONDAY_MS + HOUR_MS), null))).toBe(
      MONDAY_MS + HOUR_MS,
    );
  });

  it('says how little is known of an event that it had to move: an excursion that is over, an order that was kept', () => {
    const stamped = eventAt(MONDAY_MS + 3 * DAY_MS, { clockUncertaintyMs: 3 * DAY_MS + 50 });
    const excursion = retime(stamped, arrivalAt(MONDAY_MS + HOUR_MS), null);
    expect(excursion?.payload.uncertaintyMs).toBe(3 * DAY_MS - HOUR_MS + 3 * DAY_MS + 50);
    const last = hybridTimeFromMs(MONDAY_MS + 800);
    const kept = retime(eventAt(MONDAY_MS + DAY_MS), arrivalAt(MONDAY_MS + HOUR_MS, -DAY_MS), last);
    expect(kept?.payload).toMatchObject({ effectiveAt: last + 1, uncertaintyMs: 821 + HOUR_MS / 10_000 });
  });

  it('knows of what was stamped before the clock was set no more than the stamp itself says, of later stamps all but drift', () => {
    const offsetMs = 2 * HOUR_MS;
    const doubtOf = (lateMs: number, steadySinceMs: number | null, clockUncertaintyMs: number | null = null) => {
      const arrival = { ...arrivalAt(MONDAY_MS + lateMs + offsetMs, offsetMs), steadySinceMs };
      return retime(eventAt(MONDAY_MS, { clockUncertaintyMs }), arrival, null)?.payload.uncertaintyMs;
    };
    expect(doubtOf(DAY_MS, MONDAY_MS)).toBe(21 + DAY_MS / 10_000);
    expect(doubtOf(DAY_MS, MONDAY_MS + 1)).toBe(UNCERTAINTY_UNBOUNDED_MS);
    expect(doubtOf(DAY_MS, null)).toBe(UNCERTAINTY_UNBOUNDED_MS);
    expect(doubtOf(0, null)).toBe(UNCERTAINTY_UNBOUNDED_MS);
    expect(doubtOf(DAY_MS, null, HOUR_MS)).toBe(offsetMs + HOUR_MS);
  });

  it('takes a stamp that lies ahead of the clock that sends it for one of before it was set back', () => {
    // Ten seconds back, an hour ago, and nobody says so.
    const soldMs = MONDAY_MS + 12 * HOUR_MS;
    const fastMs = 2 * HOUR_MS;
    const ruling = retime(
      eventAt(soldMs + fastMs + 10_000, { clockUncertaintyMs: null }),
      arrivalAt(soldMs + 5_000, -fastMs),
      null,
    );
    expect(ruling?.payload.uncertaintyMs).toBe(UNCERTAINTY_UNBOUNDED_MS);
  });

  it('states an uncertainty that the truth lies within, however the clock was set between the stamp and the sending', () => {
    const span = fc.integer({ min: 0, max: 10 * DAY_MS });
    const step = fc.oneof(fc.integer({ min: -20_000, max: 20_000 }), fc.integer({ min: -5 * DAY_MS, max: 5 * DAY_MS }));
    const isKnown = fc.boolean();
    fc.assert(
      fc.property(span, step, step, isKnown, (ageMs, fastMs, setMs, measured) => {
        const event = eventAt(MONDAY_MS + fastMs, { clockUncertaintyMs: measured ? Math.abs(fastMs) : null });
        const arrivalMs = MONDAY_MS + ageMs;
        // The device says so where it saw it: behind the setting, and behind what the clock would show without it.
        const setAtMs = MONDAY_MS + fastMs + Math.floor(ageMs / 2);
        const steadySinceMs = setMs === 0 ? 0 : Math.max(setAtMs, setAtMs + setMs, event.deviceTimeMs + 1);
        const ruling = retime(event, { ...arrivalAt(arrivalMs, -(fastMs + setMs)), steadySinceMs }, null);
        if (ruling === undefined) return;
        const { effectiveAt, uncertaintyMs } = ruling.payload;
        expect(Math.abs(effectiveAt / STAMPS_PER_MS - MONDAY_MS)).toBeLessThanOrEqual(uncertaintyMs + 1);
      }),
    );
  });

  it('X16 only caps a time that a person stated', () => {
    const arrival = arrivalAt(MONDAY_MS, 3 * DAY_MS);
    const stated = (occurredMs: number) => eventAt(MONDAY_MS - HOUR_MS, { occurredAt: hybridTimeFromMs(occurredMs) });
    expect(retime(stated(MONDAY_MS - 400 * DAY_MS), arrival, null)).toBeUndefined();
    expect(retime(stated(MONDAY_MS), arrival, null)).toBeUndefined();
    expect(effectiveMs(retime(stated(MONDAY_MS + 1), arrival, null))).toBe(MONDAY_MS);
  });

  it('never gives a time after the arrival, before 1970, or out of the order of the log', () => {
    const clock = fc.integer({ min: 0, max: MONDAY_MS + 1_000 * DAY_MS });
    const offset = fc.integer({ min: -2_000 * DAY_MS, max: 2_000 * DAY_MS });
    fc.assert(
      fc.property(fc.array(clock, { maxLength: 40 }), offset, (clocks, clockOffsetMs) => {
        let last: number | null = null;
        for (const deviceTimeMs of clocks) {
          const ruling = retime(eventAt(deviceTimeMs), arrivalAt(MONDAY_MS, clockOffsetMs), last);
          if (ruling === undefined) continue;
          const { effectiveAt } = ruling.payload;
          expect(effectiveAt).toBeGreaterThan(last ?? -1);
          expect(effectiveAt).toBeLessThan(hybridTimeFromMs(MONDAY_MS) + STAMPS_PER_MS);
          last = effectiveAt;
        }
      }),
    );
  });
});
