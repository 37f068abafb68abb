// One clock for everything that shows an age: it ticks every half minute, so that ages change with the minute and a page
// of a thousand figures has one timer.
import { useSyncExternalStore } from 'react';

const tickMs = 30_000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = Date.now();
    timer = setInterval(tick, tickMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const read = (): number => nowMs;

/** The present in Unix milliseconds, at most half a minute old. Renders again at each tick. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, read, read);
}
