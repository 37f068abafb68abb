// Holds a value on screen for a minimum time before the next one may replace it.
import { useEffect, useRef, useState } from 'react';

/**
 * The value to show: `value`, but late where `holdMs(shown, value)` says that what is shown must first have been seen for
 * that long. With 0 the change shows at once.
 */
export function useHeld<Value>(value: Value, holdMs: (shown: Value, next: Value) => number): Value {
  const [shown, setShown] = useState(value);
  const shownSinceMs = useRef<number | null>(null);
  const hold = Object.is(shown, value) ? 0 : holdMs(shown, value);

  useEffect(() => {
    shownSinceMs.current ??= performance.now();
    if (Object.is(shown, value)) return;
    const show = (): void => {
      shownSinceMs.current = performance.now();
      setShown(value);
    };
    const leftMs = hold - (performance.now() - shownSinceMs.current);
    if (leftMs <= 0) {
      show();
      return;
    }
    const timer = setTimeout(show, leftMs);
    return () => clearTimeout(timer);
  }, [shown, value, hold]);

  // What need not wait is shown in this very frame, not after the effect.
  return hold === 0 ? value : shown;
}
