// The list of events as it grows at both ends: newer ones arrive by themselves, older ones are asked for. Pure.
//
//                arrived while following          older page
//   waiting ◀── arrived while away   ─▶ shown ◀───────────────
//      └───────────── released ─────────▶┘
//
// 1. Newest first, every position once, also when a page and the stream tell the same event.
// 2. While a person looks elsewhere in the list (or points at it) nothing is put above; what arrives waits and is counted.
// 3. Bounded: of what is shown the oldest go (they can be asked for again); past its bound what waits is only counted, and
//    then the list is read again instead of shown with a hole.
import type { LogEntry, LogPage } from '@streamstock/api';

export const shownMax = 5_000;
export const waitingMax = 500;

export interface Tail {
  readonly shown: readonly LogEntry[];
  readonly waiting: readonly LogEntry[];
  readonly waitingCount: number;
  /** Ask for older ones before this position; null = there are none. */
  readonly next: number | null;
  /** What waits has a hole: read the list again instead of releasing. */
  readonly holed: boolean;
}

export function tailOf(page: LogPage): Tail {
  return { shown: page.events, waiting: [], waitingCount: 0, next: page.next, holed: false };
}

function newestOf(tail: Tail): number {
  return tail.waiting[0]?.position ?? tail.shown[0]?.position ?? 0;
}

function capped(shown: readonly LogEntry[], next: number | null): Pick<Tail, 'shown' | 'next'> {
  if (shown.length <= shownMax) return { shown, next };
  const kept = shown.slice(0, shownMax);
  return { shown: kept, next: kept.at(-1)?.position ?? next };
}

/**
 * Events of the stream, oldest first, already narrowed by the filter. `following`: nobody is in the way. `omitted`: there were
 * more of them than the stream carries.
 */
export function arrived(tail: Tail, events: readonly LogEntry[], following: boolean, omitted: boolean): Tail {
  const newest = newestOf(tail);
  const fresh = events.filter((entry) => entry.position > newest).toReversed();
  if (omitted) return { ...tail, holed: true, waitingCount: tail.waitingCount + fresh.length };
  if (fresh.length === 0) return tail;
  if (following && tail.waitingCount === 0) return { ...tail, ...capped([...fresh, ...tail.shown], tail.next) };
  const waiting = [...fresh, ...tail.waiting];
  const holed = tail.holed || waiting.length > waitingMax;
  return { ...tail, waiting: holed ? [] : waiting, waitingCount: tail.waitingCount + fresh.length, holed };
}

/** Puts on top what waited. Only where there is no hole. */
export function released(tail: Tail): Tail {
  if (tail.holed || tail.waiting.length === 0) return tail;
  return { ...tail, ...capped([...tail.waiting, ...tail.shown], tail.next), waiting: [], waitingCount: 0 };
}

/** An older page goes below. */
export function withOlder(tail: Tail, page: LogPage): Tail {
  const oldest = tail.shown.at(-1)?.position ?? Number.POSITIVE_INFINITY;
  const older = page.events.filter((entry) => entry.position < oldest);
  const shown = [...tail.shown, ...older];
  // At the bound the newest stay; older ones are reached by narrowing the list.
  return { ...tail, shown: shown.slice(0, shownMax), next: shown.length >= shownMax ? null : page.next };
}
