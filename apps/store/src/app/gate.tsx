// Which of the two lives this device leads: not paired yet, or a till of a store. A device that was paired on this page stays
// on the pairing screen until the person goes on.
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useStatus } from '../device/use-device.tsx';
import { MissingPart } from './missing-part.tsx';

const Store = lazy(async () => ({ default: (await import('./store.tsx')).Store }));
const EnrolScreen = lazy(async () => ({ default: (await import('../screens/enrol/enrol-screen.tsx')).EnrolScreen }));

export function Gate(): ReactNode {
  const { enrolled } = useStatus();
  const [pairing, setPairing] = useState(enrolled === null);
  return (
    <MissingPart>
      <Suspense>
        {enrolled !== null && !pairing ? <Store /> : <EnrolScreen onDone={() => setPairing(false)} />}
      </Suspense>
    </MissingPart>
  );
}
