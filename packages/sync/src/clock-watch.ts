// Noticing that a device's clock was set: it goes apart from the monotonic one. Time asleep, which some monotonic clocks
// leave out, looks the same: rather doubted than believed. Pure.
import { CLOCK_DRIFT_MAX } from '@streamstock/event-log';
import { CLOCK_SET_TOLERANCE_MS, CLOCK_WATCH_ANEW_AFTER_MS } from './limits.ts';

export interface ClockWatch {
  /** Whatever the raw clock stamped from here on, it stamped undisturbed: at or behind its last setting, or the beginning. */
  readonly sinceMs: number;
  /** Both clocks at one moment since then. */
  readonly anchor: { readonly wallMs: number; readonly monotonicMs: number };
}

export function watchClock(watch: ClockWatch | null, wallMs: number, monotonicMs: number): ClockWatch {
  const anchor = { wallMs, monotonicMs };
  if (watch === null) return { sinceMs: wallMs, anchor };
  const elapsedMs = monotonicMs - watch.anchor.monotonicMs;
  const apartMs = Math.abs(wallMs - watch.anchor.wallMs - elapsedMs);
  if (apartMs > CLOCK_SET_TOLERANCE_MS + 2 * CLOCK_DRIFT_MAX * Math.abs(elapsedMs)) {
    // Set back, it shows times once more that it showed before: only beyond the last of them is it sure again.
    const unsetMs = Math.ceil(watch.anchor.wallMs + elapsedMs);
    return { sinceMs: Math.max(watch.sinceMs, wallMs, unsetMs), anchor };
  }
  // Anew now and then: drift must not add up to something that looks like a step.
  return elapsedMs > CLOCK_WATCH_ANEW_AFTER_MS ? { sinceMs: watch.sinceMs, anchor } : watch;
}

/** Stamps of before watching began are not vouched for, whatever they show. */
export function doubtUpTo(watch: ClockWatch, stampMs: number | null): ClockWatch {
  return stampMs === null || stampMs < watch.sinceMs ? watch : { ...watch, sinceMs: stampMs + 1 };
}
