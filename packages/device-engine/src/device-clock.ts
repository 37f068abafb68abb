// How well this device knows the time: the last measured offset, and what may have happened to the clock since. Owns that
// measurement; corrects nothing (facts carry the raw clock).
import type { ClockReading } from '@streamstock/event-log';

/** A quartz clock stays within this. */
const DRIFT_PPM = 100;

/** centre − device, give or take; `measuredAtMs`: the device's raw clock then. */
export interface ClockMeasurement {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  readonly measuredAtMs: number;
}

interface Anchor {
  readonly boundMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export class DeviceClock {
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  #measurement: ClockMeasurement | null = null;
  #anchor: Anchor | null = null;

  constructor(wallMs: () => number, monotonicMs: () => number) {
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
  }

  get measurement(): ClockMeasurement | null {
    return this.#measurement;
  }

  /** A measurement of this run: of this moment, or what another tab went by since. */
  measured(measurement: ClockMeasurement): void {
    if (this.#measurement?.measuredAtMs === measurement.measuredAtMs) return;
    const sinceMs = this.#wallMs() - measurement.measuredAtMs;
    this.#goOnFrom(measurement, sinceMs, drift(sinceMs));
  }

  /**
   * What was kept of the last run; `lastStampMs`: the raw clock when the log was last written. Nobody watched it since: a clock that
   * was set ahead meanwhile shows at most so much too much. One that shows less than it did was set back, and of how far nothing is known.
   */
  resumed(kept: ClockMeasurement, lastStampMs: number | null): void {
    const unwatchedMs = this.#wallMs() - Math.max(kept.measuredAtMs, lastStampMs ?? 0);
    this.#goOnFrom(kept, unwatchedMs, this.#wallMs() - kept.measuredAtMs);
  }

  #goOnFrom(measurement: ClockMeasurement, sinceMs: number, sinceBoundMs: number): void {
    this.#measurement = measurement;
    const boundMs = Math.abs(measurement.offsetMs) + measurement.uncertaintyMs + sinceBoundMs;
    this.#anchor = sinceMs < 0 ? null : { boundMs, wallMs: this.#wallMs(), monotonicMs: this.#monotonicMs() };
  }

  /** To be kept for the next run: what is known as of now, with all that was seen since it was measured. null: nothing. */
  asOfNow(): ClockMeasurement | null {
    const { nowMs, uncertaintyMs: boundMs } = this.read();
    if (boundMs === null || this.#measurement === null) return null;
    const { offsetMs } = this.#measurement;
    return { offsetMs, uncertaintyMs: boundMs - Math.abs(offsetMs), measuredAtMs: nowMs };
  }

  /**
   * For an append. Uncertainty: |offset| + half the round trip + drift since + steps seen since. Time asleep, which some
   * browsers leave out of their monotonic clock, looks like a step: rather too uncertain than too sure.
   */
  read(): ClockReading {
    const wallMs = this.#wallMs();
    const nowMs = Math.floor(wallMs);
    const anchor = this.#anchor;
    if (anchor === null) return { nowMs, uncertaintyMs: null };
    const elapsedMs = this.#monotonicMs() - anchor.monotonicMs;
    const stepMs = Math.abs(wallMs - anchor.wallMs - elapsedMs);
    return { nowMs, uncertaintyMs: Math.ceil(anchor.boundMs + drift(elapsedMs) + stepMs) };
  }

  /**
   * For what is dropped by its age: by a clock that was set ahead everything would be old at once. Neither later than the raw clock
   * nor, as far as it was measured, than the centre's.
   */
  cautiousNowMs(): number {
    const wallMs = this.#wallMs();
    const anchor = this.#anchor;
    if (anchor === null) return Math.floor(wallMs);
    const unsetMs = anchor.wallMs + this.#monotonicMs() - anchor.monotonicMs;
    return Math.floor(Math.min(wallMs, unsetMs) + Math.min(0, this.#measurement?.offsetMs ?? 0));
  }
}

function drift(elapsedMs: number): number {
  return (elapsedMs * DRIFT_PPM) / 1_000_000;
}
