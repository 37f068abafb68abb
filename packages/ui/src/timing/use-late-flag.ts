// A flag that rises late and stays long enough to be read: for skeletons, so that quick work never flashes one.
import { useEffect, useRef, useState } from 'react';

export interface LateFlagSettings {
  /** True must last this long before it shows. */
  readonly showAfterMs: number;
  /** Once shown it stays at least this long. */
  readonly shownMinMs: number;
}

export const skeletonTiming: LateFlagSettings = { showAfterMs: 150, shownMinMs: 300 };

export function useLateFlag(flag: boolean, settings: LateFlagSettings = skeletonTiming): boolean {
  const [shown, setShown] = useState(false);
  const shownSinceMs = useRef(0);
  const { showAfterMs, shownMinMs } = settings;

  useEffect(() => {
    if (flag === shown) return;
    const waitMs = flag ? showAfterMs : Math.max(0, shownMinMs - (performance.now() - shownSinceMs.current));
    const timer = setTimeout(() => {
      if (flag) shownSinceMs.current = performance.now();
      setShown(flag);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [flag, shown, showAfterMs, shownMinMs]);

  return shown;
}
