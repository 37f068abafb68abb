// Noticing that a device's clock was set: it goes apart from the monotonic one. Time asleep, which some monotonic clocks
// leave out, looks the same: rather doubted than believed. Pure.
import { CLOCK_DRIFT_MAX } from '@streamstock/event-log';
import { CLOCK_SET_TOLERANCE_MS, CLOCK_WATCH_ANEW_AFTER_MS } from './limits.ts';

export interface ClockWatch {
  /** What the raw clock showed when it was last set, or when watching began. */
  readonly sinceMs: number;
  /** Both clocks at one moment since then. */
  readonly anchor: { readonly wallMs: number; readonly monotonicMs: number };
}

export function watchClock(watch: ClockWatch | null, wallMs: number, monotonicMs: number): ClockWatch {
  const anchor = { wallMs, monotonicMs };
  if (watch === null) return { sinceMs: wallMs, anchor };
  const elapsedMs = monotonicMs - watch.anchor.monotonicMs;
  const apartMs = Math.abs(wallMs - watch.anchor.wallMs - elapsedMs);
  if (apartMs > CLOCK_SET_TOLERANCE_MS + 2 * CLOCK_DRIFT_MAX * Math.abs(elapsedMs)) return { sinceMs: wallMs, anchor };
  // Anew now and then: drift must not add up to something that looks like a step.
  return elapsedMs > CLOCK_WATCH_ANEW_AFTER_MS ? { sinceMs: watch.sinceMs, anchor } : watch;
}
