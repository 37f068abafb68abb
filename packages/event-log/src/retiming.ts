// When the centre re-times an event (DESIGN §5, Time). Pure: the measured offset and the arrival are arguments.
import type { Event } from './event.ts';
import { hybridTimeFromMs, msFromHybridTime, STAMPS_PER_MS, type HybridTime } from './hybrid-time.ts';
import { CLOCK_DRIFT_MAX, CLOCK_TOLERANCE_MS, UNCERTAINTY_UNBOUNDED_MS } from './limits.ts';
import type { RulingDraft } from './ruling.ts';

export interface Arrival {
  /** The centre's clock when the push arrived, Unix milliseconds. */
  readonly arrivalMs: number;
  /** centre − device, measured at this push; what must be added to the device's clock. */
  readonly clockOffsetMs: number;
  /** Half the round trip. */
  readonly measureUncertaintyMs: number;
  /** The device's raw clock since which nobody has set it, Unix milliseconds; null: unknown. */
  readonly steadySinceMs: number | null;
}

type Retiming = Extract<RulingDraft, { readonly type: 'EventRetimed' }>;

/** A person or an importer stated another time than that of recording. */
export function isStated({ occurredAt, recordedAt }: Pick<Event, 'occurredAt' | 'recordedAt'>): boolean {
  return occurredAt !== recordedAt;
}

/**
 * The re-timing that an arriving event needs, or undefined.
 * Recorded by the device's own clock: when that clock is more than 5 minutes off, or the event lies more than 5 minutes
 * after its arrival, effective time is min(arrival, raw time + offset). A stated time is only capped at arrival.
 * `last` is the latest effective time among the device's earlier events that its clock stamped: a re-timed event keeps behind it,
 * also from one push to the next (both may be capped at one arrival).
 * What the ruling states as uncertainty, the true time lies within:
 * - The clock ran undisturbed from the stamp to the measurement: the measurement's own, drift in between, and how far capping and
 *   that order moved the event from the time that its corrected clock gives.
 * - It may have been set in between, nobody knows how far: then the offset of now says nothing of the one at the stamp, and the
 *   arrival bounds the truth on one side only. What the device knew of its clock at the stamp still holds: the truth is not
 *   further from the stamp than it stated there. Where it had never measured, nothing is known.
 */
export function retime(event: Event, arrival: Arrival, last: HybridTime | null): Retiming | undefined {
  const arrivedAt = hybridTimeFromMs(arrival.arrivalMs) + STAMPS_PER_MS - 1;
  const measuredMs = Math.ceil(arrival.measureUncertaintyMs);
  if (isStated(event)) {
    if (event.occurredAt <= arrivedAt) return undefined;
    return { type: 'EventRetimed', payload: { target: event.id, effectiveAt: arrivedAt, uncertaintyMs: measuredMs } };
  }
  const clockIsOff = Math.abs(arrival.clockOffsetMs) > CLOCK_TOLERANCE_MS;
  const fromTheFuture = msFromHybridTime(event.occurredAt) - arrival.arrivalMs > CLOCK_TOLERANCE_MS;
  if (!clockIsOff && !fromTheFuture) return undefined;
  const corrected = Math.max(0, Math.round(event.deviceTimeMs + arrival.clockOffsetMs));
  const capped = Math.min(arrivedAt, hybridTimeFromMs(Math.min(corrected, arrival.arrivalMs)));
  const effectiveAt = last !== null && capped <= last ? last + 1 : capped;
  const effectiveMs = msFromHybridTime(effectiveAt);
  const uncertaintyMs = wasSteady(event, arrival)
    ? measuredMs + Math.abs(effectiveMs - corrected) + driftSinceMs(arrival, corrected)
    : event.clockUncertaintyMs === null
      ? UNCERTAINTY_UNBOUNDED_MS
      : Math.abs(effectiveMs - event.deviceTimeMs) + event.clockUncertaintyMs;
  return { type: 'EventRetimed', payload: { target: event.id, effectiveAt, uncertaintyMs } };
}

/** As far as the device saw; and a stamp ahead of the clock that sends it was stamped before that was set back, whoever saw it. */
function wasSteady({ deviceTimeMs }: Event, arrival: Arrival): boolean {
  const { arrivalMs, clockOffsetMs, measureUncertaintyMs, steadySinceMs } = arrival;
  const sendingMs = arrivalMs - clockOffsetMs + measureUncertaintyMs;
  return steadySinceMs !== null && deviceTimeMs >= steadySinceMs && deviceTimeMs <= Math.ceil(sendingMs);
}

function driftSinceMs({ arrivalMs }: Arrival, corrected: number): number {
  return Math.ceil(Math.max(0, arrivalMs - corrected) * CLOCK_DRIFT_MAX);
}
