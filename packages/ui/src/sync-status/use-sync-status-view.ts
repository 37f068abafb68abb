// Runs view.ts in a component: steps on every change of status, before the browser paints, and on a clock of its own.
import { useEffect, useLayoutEffect, useState } from 'react';
import { useMinute } from '../timing/use-minute.ts';
import type { SyncStatusOf, SyncStatusSettings } from './status.ts';
import { advanceSyncStatus, noMemory } from './view.ts';
import type { SyncStatusView } from './view.ts';

const quickTickMs = 250;
/** Every threshold below a minute has passed by then; what is longer keeps to the half-minute clock. */
const quickTicksForMs = 6000;

export function useSyncStatusView(
  status: SyncStatusOf,
  settings: SyncStatusSettings,
  givenNowMs: number | undefined,
): SyncStatusView {
  const minute = useMinute();
  const [view, setView] = useState(() => advanceSyncStatus(noMemory, status, givenNowMs ?? minute, settings));

  useLayoutEffect(() => {
    // The step needs the clock, which must not be read while rendering; a layout effect still lands in the same frame.
    // oxlint-disable-next-line react/set-state-in-effect
    setView((previous) => advanceSyncStatus(previous.memory, status, givenNowMs ?? Date.now(), settings));
  }, [status, settings, givenNowMs, minute]);

  useEffect(() => {
    if (givenNowMs !== undefined) return;
    const startedAtMs = performance.now();
    const timer = setInterval(() => {
      setView((previous) => advanceSyncStatus(previous.memory, status, Date.now(), settings));
      if (performance.now() - startedAtMs > quickTicksForMs) clearInterval(timer);
    }, quickTickMs);
    return () => clearInterval(timer);
  }, [status, settings, givenNowMs]);

  return view;
}
