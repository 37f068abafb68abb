// Measuring how far a device's clock is off the centre's, from round trips whose middle part is timed on a monotonic
// clock. So neither a frame that stalled for minutes in a dying network nor a clock that was set meanwhile gives a
// wrong answer: only a wide one.
import { CLOCK_DRIFT_MAX } from '@streamstock/event-log';
import type { ClockSample } from './protocol.ts';

/**
 * centre − device. The truth lies in offset ± uncertainty (half the round trip). `takenAtMs`: the measurer's own clock.
 */
export interface ClockMeasure {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  readonly takenAtMs: number;
}

/**
 * At the centre, when a device's frame arrives: the device sent it, by the centre's clock, after `heard.serverTimeMs +
 * agoMs` and before now.
 */
export function measureAtCentre(sample: ClockSample, arrivalMs: number): ClockMeasure {
  return between(sample.heard.serverTimeMs + sample.heard.agoMs, arrivalMs, sample.sentAtMs, arrivalMs);
}

/** On the device, when the answer to a ping arrives. `roundTripMs`: on the monotonic clock. */
export function measureOnDevice(serverTimeMs: number, nowMs: number, roundTripMs: number): ClockMeasure {
  return between(serverTimeMs, serverTimeMs + roundTripMs, nowMs, nowMs);
}

/** A moment that the device's clock calls `deviceMs` lies, by the centre's clock, between the two bounds. */
function between(lowerMs: number, upperMs: number, deviceMs: number, takenAtMs: number): ClockMeasure {
  // A centre whose clock was set back meanwhile gives a negative span: then the arrival itself is the best guess.
  const spanMs = Math.max(0, upperMs - lowerMs);
  return { offsetMs: upperMs - spanMs / 2 - deviceMs, uncertaintyMs: spanMs / 2, takenAtMs };
}

/** How far the truth may lie from its offset by now: the clock may have drifted since. */
export function agedUncertaintyMs({ uncertaintyMs, takenAtMs }: ClockMeasure, nowMs: number): number {
  return uncertaintyMs + CLOCK_DRIFT_MAX * Math.abs(nowMs - takenAtMs);
}

/**
 * Which measurement to go by: the sharper one while the two agree; the fresh one when they can not both be true, for
 * then a clock was set.
 */
export function betterMeasure(best: ClockMeasure | null, fresh: ClockMeasure): ClockMeasure {
  if (best === null) return fresh;
  const agedMs = agedUncertaintyMs(best, fresh.takenAtMs);
  const agree = Math.abs(fresh.offsetMs - best.offsetMs) <= fresh.uncertaintyMs + agedMs;
  return agree && agedMs < fresh.uncertaintyMs ? best : fresh;
}

/** What the centre goes by from this frame of a device on: a measurement of before its clock was set says nothing any more. */
export function measureForPush(best: ClockMeasure | null, sample: ClockSample, arrivalMs: number): ClockMeasure {
  const fresh = measureAtCentre(sample, arrivalMs);
  if (best === null || sample.steadySinceMs === null) return betterMeasure(best, fresh);
  // What the device's clock showed when it sent what was measured.
  const sentAtMs = best.takenAtMs - best.uncertaintyMs - best.offsetMs;
  return sentAtMs >= sample.steadySinceMs ? betterMeasure(best, fresh) : fresh;
}
