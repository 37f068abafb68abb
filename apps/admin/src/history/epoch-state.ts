// What the office must know of the log's history now: nothing, that devices are awaited, or that they are all back. Pure.
import type { Epoch, History } from '@streamstock/api';

/** For so long after everybody is back the page of devices still says that there was a restore. */
export const toldForMs = 7 * 24 * 60 * 60_000;

export interface EpochState {
  readonly epoch: Epoch;
  /** `paused`: automatic work waits; `going-on`: it goes on without those awaited; `back`: nobody is awaited. */
  readonly kind: 'paused' | 'going-on' | 'back';
  readonly back: number;
  readonly awaited: number;
}

/** null: there is nothing to tell. */
export function epochState({ epochs: [epoch], comeback }: History, nowMs: number): EpochState | null {
  if (epoch === undefined || epoch.cause === 'begun') return null;
  const counts = { back: comeback.back.length, awaited: comeback.awaited.length };
  if (comeback.paused) return { epoch, kind: 'paused', ...counts };
  if (nowMs - epoch.beganAtMs > toldForMs) return null;
  return { epoch, kind: counts.awaited > 0 ? 'going-on' : 'back', ...counts };
}
