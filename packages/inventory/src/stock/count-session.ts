// One count session on one bucket of one line: the latest observation per (area, counter) counts, these parts add up, and
// the count's time is its last part's. Pure.
import { compareStamped, STAMPS_PER_MS, type EventId, type HybridTime } from '@streamstock/event-log';
import { UNCERTAINTY_MS_MAX } from '../limits.ts';
import type { CountSummary, DoubtWindow, Observation } from './stock-tables.ts';

export interface Moment {
  readonly at: HybridTime;
  readonly id: EventId;
}

export function compareMoments(a: Moment, b: Moment): number {
  return compareStamped({ time: a.at, id: a.id }, { time: b.at, id: b.id });
}

/** The widest an uncertainty counts, in stamps. */
export const UNCERTAINTY_STAMPS_MAX = UNCERTAINTY_MS_MAX * STAMPS_PER_MS;

/** null (unmeasured) counts as the widest. */
export function uncertaintyStamps(uncertaintyMs: number | null): number {
  return Math.min(uncertaintyMs ?? UNCERTAINTY_MS_MAX, UNCERTAINTY_MS_MAX) * STAMPS_PER_MS;
}

function windowsOf(parts: readonly Observation[]): DoubtWindow[] {
  return parts.flatMap(({ device, at, uncertaintyMs }) => {
    if (device === null) return [];
    const reach = uncertaintyStamps(uncertaintyMs);
    return [{ device, at, reach }];
  });
}

/** What a session says, or null when none of its observations counts. */
export function summariseSession(session: string, observations: readonly Observation[]): CountSummary | null {
  const latest = new Map<string, Observation>();
  for (const observation of observations) {
    const part = `${observation.area}|${observation.counter}`;
    const known = latest.get(part);
    if (known === undefined || compareMoments(observation, known) > 0) latest.set(part, observation);
  }
  const parts = [...latest.values()].toSorted(compareMoments);
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    session,
    at: last.at,
    id: last.id,
    firstAt: first.at,
    firstId: first.id,
    quantity: parts.reduce((sum, { quantity }) => sum + quantity, 0),
    parts: parts.length,
    windows: windowsOf(parts),
  };
}

/** The later of two counts. */
export function laterCount(a: CountSummary | null, b: CountSummary | null): CountSummary | null {
  if (a === null || b === null) return a ?? b;
  return compareMoments(a, b) >= 0 ? a : b;
}
