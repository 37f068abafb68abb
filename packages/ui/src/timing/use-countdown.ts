// Calls back once when a time has run out; the time stands still while paused.
import { useEffect, useRef } from 'react';

export function useCountdown(durationMs: number, paused: boolean, onEnd: () => void): void {
  const leftMs = useRef(durationMs);
  const callback = useRef(onEnd);

  useEffect(() => {
    callback.current = onEnd;
  }, [onEnd]);

  useEffect(() => {
    if (paused) return;
    const startedAtMs = performance.now();
    const timer = setTimeout(() => callback.current(), leftMs.current);
    return () => {
      clearTimeout(timer);
      leftMs.current = Math.max(0, leftMs.current - (performance.now() - startedAtMs));
    };
  }, [paused]);
}
