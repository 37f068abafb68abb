// Which of the two lives this device leads: not paired yet, or a till of a store. A device that was paired on this page stays
// on the pairing screen until the person goes on. One that head office removed is asked to pair again.
import type { Fetch } from '@streamstock/api';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceIfOpen } from '../device/use-device.tsx';
import { MissingPart } from './missing-part.tsx';

const Store = lazy(async () => ({ default: (await import('./store.tsx')).Store }));
const EnrolScreen = lazy(async () => ({ default: (await import('../screens/enrol/enrol-screen.tsx')).EnrolScreen }));

export function Gate({ request }: { readonly request: Fetch }): ReactNode {
  const { enrolled, locked } = useDeviceIfOpen().status;
  const [pairing, setPairing] = useState(enrolled === null);
  if (locked && !pairing) setPairing(true);
  return (
    <MissingPart>
      <Suspense>
        {enrolled !== null && !pairing ? <Store /> : <EnrolScreen request={request} onDone={() => setPairing(false)} />}
      </Suspense>
    </MissingPart>
  );
}
