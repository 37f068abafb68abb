// Across the top of every screen: what is wrong with this device as a whole, and scans that wait.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { DeviceStatus } from '@streamstock/device-engine';
import { ErrorStrip, formatQuantity, useLateFlag } from '@streamstock/ui';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import { useStatus } from '../device/use-device.tsx';
import { useScanDeskState } from '../scanning/use-scanner.tsx';
import { useGo } from './use-go.ts';

const FaultStrips = lazy(async () => ({ default: (await import('./fault-strips.tsx')).FaultStrips }));

/** A commit takes less; only waiting that a person notices is told. */
const WAITING_SHOWN = { showAfterMs: 400, shownMinMs: 300 };

/** Screens that keep unfinished work tell themselves that it could not be written. */
const TELLS_ITSELF = /^\/(?:sell|receive|return|adjust|count)\b/;

/** Screens where figures are read, not hands at work: there it is told that some records wait for an update. */
const TELLS_PARKED = /^\/(?:|items\b.*|device)$/;

function tellsOfDevice({ fault, needs, restriction, figuresIncomplete, parkedCount }: DeviceStatus): boolean {
  return fault !== null || needs !== null || restriction !== null || figuresIncomplete || parkedCount > 0;
}

export function DeviceStrips(): ReactNode {
  const told = useStatus();
  const { path } = useGo();
  const status = {
    ...told,
    fault: told.fault?.kind === 'storage-full' && TELLS_ITSELF.test(path) ? null : told.fault,
    parkedCount: TELLS_PARKED.test(path) ? told.parkedCount : 0,
  };
  return (
    <>
      {tellsOfDevice(status) && (
        <Suspense>
          <FaultStrips status={status} />
        </Suspense>
      )}
      <ScansStrip />
    </>
  );
}

function ScansStrip(): ReactNode {
  const { t } = useLingui();
  const { waiting, refused } = useScanDeskState();
  const shown = useLateFlag(waiting > 0, WAITING_SHOWN);
  if (!shown || waiting === 0) return null;
  const count = formatQuantity(waiting);
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: plural(waiting, { one: '# scan waiting', other: '# scans waiting' }),
        comment: 'Strip while a dialog is open: scans are kept until it closes.',
      })}
      {...(refused === 0
        ? {}
        : {
            todo: t({
              message: `More than ${count} were scanned. Scan the last ones again when this is done.`,
              comment: 'Too many scans came while a dialog was open; the last ones were not taken.',
            }),
          })}
    />
  );
}
