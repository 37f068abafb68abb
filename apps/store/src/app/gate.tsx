// Which of the two lives this device leads: not paired yet, or a till of a store. A device that was paired on this page stays
// on the pairing screen until the person goes on. One that head office removed is asked to pair again; one that it no longer knows
// may do so when a person wants to, and sells meanwhile.
import type { Fetch } from '@streamstock/api';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceIfOpen } from '../device/use-device.tsx';
import { PAIR_PATH, useGo } from '../shell/use-go.ts';
import { MissingPart } from './missing-part.tsx';

const Store = lazy(async () => ({ default: (await import('./store.tsx')).Store }));
const EnrolScreen = lazy(async () => ({ default: (await import('../screens/enrol/enrol-screen.tsx')).EnrolScreen }));

export function Gate({ request }: { readonly request: Fetch }): ReactNode {
  const { enrolled, locked } = useDeviceIfOpen().status;
  const go = useGo();
  const asked = go.path === PAIR_PATH;
  const [pairing, setPairing] = useState(enrolled === null);
  if ((locked || asked) && !pairing) setPairing(true);
  const done = (): void => {
    if (asked) go.to('/', { replace: true });
    setPairing(false);
  };
  return (
    <MissingPart>
      <Suspense>
        {enrolled !== null && !pairing ? (
          <Store />
        ) : (
          <EnrolScreen request={request} again={asked && enrolled !== null} onDone={done} />
        )}
      </Suspense>
    </MissingPart>
  );
}
