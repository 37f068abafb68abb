// Which of the two lives this device leads: not paired yet, or a till of a store. A device that was paired on this page stays
// on the pairing screen until the person goes on.
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useStatus } from '../device/use-device.tsx';
import { Frame } from '../shell/frame.tsx';
import { MissingPart } from './missing-part.tsx';
import { Routes } from './routes.tsx';

const EnrolScreen = lazy(async () => ({ default: (await import('../screens/enrol/enrol-screen.tsx')).EnrolScreen }));

export function Gate(): ReactNode {
  const { enrolled } = useStatus();
  const [pairing, setPairing] = useState(enrolled === null);
  if (enrolled !== null && !pairing) {
    return (
      <Frame>
        <Routes />
      </Frame>
    );
  }
  return (
    <MissingPart>
      <Suspense>
        <EnrolScreen onDone={() => setPairing(false)} />
      </Suspense>
    </MissingPart>
  );
}
