// When the centre re-times an event (DESIGN §5, Time). Pure: the measured offset and the arrival are arguments.
import type { Event } from './event.ts';
import { hybridTimeFromMs, msFromHybridTime, STAMPS_PER_MS, type HybridTime } from './hybrid-time.ts';
import { CLOCK_DRIFT_MAX, CLOCK_TOLERANCE_MS } from './limits.ts';
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
 * The ruling's uncertainty is the measurement's, how far capping and that order moved the event from the time its corrected
 * clock gives (of an excursion that is over, the true time is not known any better), and what the clock may have done since the
 * event: drift, or, where it may have been set in between, the whole span to the arrival.
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
  const movedMs = Math.abs(msFromHybridTime(effectiveAt) - corrected);
  const uncertaintyMs = measuredMs + movedMs + sinceEventMs(event, arrival, corrected);
  return { type: 'EventRetimed', payload: { target: event.id, effectiveAt, uncertaintyMs } };
}

/** How far the clock may have come away, between the event and the measurement, from what was measured. */
function sinceEventMs({ deviceTimeMs }: Event, { arrivalMs, steadySinceMs }: Arrival, corrected: number): number {
  const spanMs = Math.max(0, arrivalMs - corrected);
  const wasSteady = steadySinceMs !== null && deviceTimeMs >= steadySinceMs;
  return wasSteady ? Math.ceil(spanMs * CLOCK_DRIFT_MAX) : spanMs;
}
