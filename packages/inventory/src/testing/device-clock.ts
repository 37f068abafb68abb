// The clock of a simulated device: off, drifting, set forward and back. Stamps events as a device does, states honestly how
// far it may be off, and gets its events re-timed at each push by the centre's own rule. Owns time alone.
//
// How a device knows what it states: the last measured offset, what its clock may have drifted since, every step it saw, and
// how far the stamp lies ahead of the clock while it does not fall behind its last one.
import {
  hybridTimeFromMs,
  isStated,
  msFromHybridTime,
  nextHybridTime,
  retime,
  STAMPS_PER_MS,
  type Event,
  type HybridTime,
} from '@streamstock/event-log';
import type { Choices } from './choices.ts';
import { makeRuling, type EventExtras } from './make-event.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A clock drifts at most this much per elapsed millisecond: far more than real ones, so that it shows within an hour. */
const DRIFT_MAX = 0.02;
const HALF_ROUND_TRIP_MS_MAX = 400;

/** How far a clock may be set off: within the tolerance of 5 minutes, and beyond it. */
const OFFSETS_MS = [0, 0, 20_000, -90_000, 4 * MINUTE_MS, -4 * MINUTE_MS, 17 * MINUTE_MS, -2 * HOUR_MS, 72 * HOUR_MS];

interface Pending {
  readonly event: Event;
  readonly madeAtMs: number;
  readonly stepsMs: number;
}

export class DeviceClock {
  readonly #device: string;
  readonly #choices: Choices;
  readonly #drift: number;
  #offsetMs: number;
  #offsetAtMs: number;
  /** Everything the clock was ever set by. */
  #stepsMs = 0;
  #measured: { readonly offsetMs: number; readonly atMs: number; readonly stepsMs: number } | null = null;
  #lastStamp: HybridTime | null = null;
  /** The latest effective time of its events that the centre has. */
  #lastEffective: HybridTime | null = null;
  #pending: Pending[] = [];

  constructor(device: string, choices: Choices, trueMs: number) {
    this.#device = device;
    this.#choices = choices;
    this.#drift = ((choices.int(201) - 100) / 100) * DRIFT_MAX;
    this.#offsetMs = this.#anyOffset();
    this.#offsetAtMs = trueMs;
    // A device is paired over the network, which measures its clock before it writes anything.
    this.push(trueMs);
  }

  #anyOffset(): number {
    return OFFSETS_MS[this.#choices.int(OFFSETS_MS.length)] ?? 0;
  }

  #reading(trueMs: number): number {
    return Math.round(trueMs + this.#offsetMs + this.#drift * (trueMs - this.#offsetAtMs));
  }

  /** Someone, or the network, sets the clock. */
  set(trueMs: number): void {
    const before = this.#reading(trueMs);
    this.#offsetMs = this.#anyOffset();
    this.#offsetAtMs = trueMs;
    this.#stepsMs += Math.abs(this.#reading(trueMs) - before);
  }

  /** Times, device and uncertainty of an event that happens at `trueMs`. */
  stamp(trueMs: number): EventExtras {
    const deviceTimeMs = this.#reading(trueMs);
    const recordedAt = nextHybridTime(this.#lastStamp, deviceTimeMs);
    this.#lastStamp = recordedAt;
    return {
      device: this.#device,
      at: recordedAt,
      recordedAt,
      deviceTimeMs,
      uncertaintyMs: this.#uncertainty(trueMs, recordedAt),
    };
  }

  #uncertainty(trueMs: number, recordedAt: HybridTime): number | null {
    if (this.#measured === null) return null;
    const { offsetMs, atMs, stepsMs } = this.#measured;
    const driftMs = DRIFT_MAX * (trueMs - atMs);
    const aheadMs = Math.max(0, msFromHybridTime(recordedAt) - this.#reading(trueMs));
    return Math.ceil(Math.abs(offsetMs) + HALF_ROUND_TRIP_MS_MAX + driftMs + (this.#stepsMs - stepsMs) + aheadMs + 1);
  }

  made(event: Event, trueMs: number): void {
    this.#pending.push({ event, madeAtMs: trueMs, stepsMs: this.#stepsMs });
  }

  /** Sends everything that waits; returns what the centre rules about it. */
  push(trueMs: number): Event[] {
    const errorMs = this.#choices.int(2 * HALF_ROUND_TRIP_MS_MAX + 1) - HALF_ROUND_TRIP_MS_MAX;
    const clockOffsetMs = trueMs - this.#reading(trueMs) + errorMs;
    const rulings = this.#pending.flatMap(({ event, madeAtMs, stepsMs }) => {
      // The offset was measured now, not when the event was made.
      const sinceMs = DRIFT_MAX * (trueMs - madeAtMs) + (this.#stepsMs - stepsMs);
      const measureUncertaintyMs = HALF_ROUND_TRIP_MS_MAX + sinceMs + 1;
      // Steps and a drift that no real clock has are in the measurement here.
      const arrival = { arrivalMs: trueMs, clockOffsetMs, measureUncertaintyMs, steadySinceMs: 0 };
      const ruling = retime(event, arrival, this.#lastEffective);
      if (ruling !== undefined || !isStated(event))
        this.#lastEffective = Math.max(this.#lastEffective ?? 0, ruling?.payload.effectiveAt ?? event.occurredAt);
      if (ruling === undefined) return [];
      const { effectiveAt, uncertaintyMs } = ruling.payload;
      const arrivedAt = hybridTimeFromMs(trueMs) + STAMPS_PER_MS - 1;
      return [makeRuling(`${event.id}-retimed`, 'EventRetimed', event.id, { effectiveAt, uncertaintyMs }, arrivedAt)];
    });
    this.#pending = [];
    this.#measured = { offsetMs: clockOffsetMs, atMs: trueMs, stepsMs: this.#stepsMs };
    return rulings;
  }
}
