// Waits between attempts to connect. They double up to a bound, half of each is random (a thousand shops must not come
// back in one instant), and they never end.
import { RETRY_DELAY_MAX_MS, RETRY_DELAY_MIN_MS } from './limits.ts';

/** Doublings after which the longest wait is reached for sure; keeps the power finite. */
const DOUBLINGS_MAX = 20;

/** Milliseconds to wait before attempt `attempt` (0: the first retry). `random` in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const fullMs = Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_MIN_MS * 2 ** Math.min(attempt, DOUBLINGS_MAX));
  return jittered(fullMs, random);
}

/** Between half of `delayMs` and all of it. */
export function jittered(delayMs: number, random: number): number {
  return Math.round(delayMs / 2 + (delayMs / 2) * random);
}
